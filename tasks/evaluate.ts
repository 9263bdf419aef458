/** `deno task evaluate [model]`: how right a trained network is about galaxies with known answers. */
import { resolve } from "node:path";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG, SEXTRACTOR_FLAG } from "../lib/cli/data_flag.ts";
import type { Command, Flags, Values } from "../lib/cli/flags.ts";
import { stopSignal } from "../lib/cli/stop_signal.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";
import { UserError } from "../lib/errors.ts";
import { evaluate, type Evaluation } from "../lib/evaluate/evaluate.ts";
import { writeFigures } from "../lib/evaluate/json.ts";
import { writeGallery } from "../lib/evaluate/picture.ts";
import { writeEvaluationReport } from "../lib/evaluate/report.ts";
import { figuresText } from "../lib/evaluate/text.ts";
import { requireWritable } from "../lib/files/atomic.ts";
import { PREDICTION_FLAGS } from "../lib/predict/flags.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";
import { ownOrShipped, WEIGHTS_FOLDER } from "../lib/runs/shipped.ts";

const SHIPPED = `${WEIGHTS_FOLDER}/compact.safetensors`;

const flags = {
  data: DATA_FLAG,
  sextractor: SEXTRACTOR_FLAG,
  params: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: `Parameters (default: ${SHIPPED}, or those of the named model's training)`,
  },
  model: {
    type: "text",
    value: "NAME",
    help: "What the parameters are of, where their file does not name it",
  },
  all: {
    type: "switch",
    help: "Evaluate every labelled galaxy, where none of them was trained on",
  },
  transforms: {
    type: "text",
    value: "N",
    choices: ["60", "1"],
    default: "60",
    help: "60 takes one look, and the mean of sixty transforms; 1 only the one look",
  },
  limit: { type: "integer", value: "N", min: 1, help: "Only the first N galaxies" },
  report: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write a page with charts and galleries of right and wrong ones",
  },
  json: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write all figures as JSON",
  },
  gallery: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Draw six right and six wrong ones as an SVG file",
  },
  "accept-unmarked": UNMARKED_FLAG,
  ...PREDICTION_FLAGS,
} as const satisfies Flags;
const command: Command<typeof flags> = {
  task: "evaluate",
  gpu: true,
  summary: "Compares a network's predictions with the volunteers' answers, for the last tenth of " +
    "the labelled galaxies, which no training sees: RMSE in all and by question, and whether the " +
    "fractions are right on average. Without a model, the shipped network is evaluated.",
  operand: "[MODEL]",
  flags,
};

if (import.meta.main) {
  await runCommand(command, async (values, operands) => {
    const params = await parametersOf(operands, values.params);
    const files = [values.report, values.json, values.gallery].filter((path) => path !== undefined);
    requireDifferent([params, ...files]);
    for (const path of files) await requireWritable(path);
    const stop = stopSignal();
    try {
      const evaluation = await evaluate({
        ...values,
        params,
        model: values.model === undefined ? undefined : modelsNamed([values.model])[0],
        transforms: values.transforms === "60" ? 60 : 1,
        workers: values.workers ?? navigator.hardwareConcurrency,
        stop,
        say: console.log,
        warn: console.warn,
      });
      if (!evaluation) {
        console.log(files.length > 0 ? "stopped; nothing was written" : "stopped");
        return stop.exitCode;
      }
      console.log(`\n${figuresText(evaluation.figures)}`);
      await write(evaluation, values);
      for (const [at, path] of files.entries()) console.log(`${at ? "" : "\n"}written: ${path}`);
    } finally {
      stop.close();
    }
  });
}

/** @throws UserError when both a model and a file are named, or several models */
async function parametersOf(
  operands: readonly string[],
  params: string | undefined,
): Promise<string> {
  if (operands.length > 1) {
    throw new UserError(`name one model, as extradense; ${operands.length} were given`);
  }
  if (operands.length === 0) return params ?? SHIPPED;
  const [{ name }] = modelsNamed(operands);
  if (params === undefined) return (await ownOrShipped(name)).path;
  throw new UserError(
    `${name} means the parameters of its training, and --params names others: leave one out`,
  );
}

/** @throws UserError when a file would be written over another of them */
function requireDifferent(paths: readonly string[]) {
  const places = paths.map((path) => resolve(path));
  const twice = paths.find((_, at) => places.indexOf(places[at]) < at);
  if (twice === undefined) return;
  throw new UserError(`${twice} is named twice: every file needs a place of its own`);
}

async function write(
  evaluation: Evaluation,
  { report, json, gallery }: Pick<Values<typeof flags>, "report" | "json" | "gallery">,
) {
  if (json !== undefined) await writeFigures(json, evaluation);
  if (report !== undefined) await writeEvaluationReport(report, evaluation);
  if (gallery !== undefined) await writeGallery(gallery, evaluation);
}
