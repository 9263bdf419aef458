/** `deno task classify <pictures or folders>`: what volunteers would say of anybody's galaxies. */
import { classifyPictures } from "../lib/classify/classify.ts";
import { howOf } from "../lib/classify/how.ts";
import { runCommand } from "../lib/cli/command.ts";
import type { Command, Flags, Values } from "../lib/cli/flags.ts";
import { UserError } from "../lib/errors.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";
import type { FrameMeasure } from "../lib/pictures/fit.ts";
import { sourceExtractor } from "../lib/pictures/source_extractor.ts";

const flags = {
  params: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    default: "weights/compact.safetensors",
    help: "Parameters, as params.safetensors of a training",
  },
  model: {
    type: "text",
    value: "NAME",
    help: "What the parameters are of, where their file does not name it",
  },
  transforms: {
    type: "text",
    value: "COUNT",
    choices: ["60", "1"],
    default: "60",
    help: "Looks at each picture: 60 at other angles and sizes, or 1, 15 times as fast",
  },
  csv: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write a table, a row for each picture (docs/classify.md §3)",
  },
  json: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write the same as JSON",
  },
  fit: {
    type: "switch",
    help: "Find and scale the galaxy in every picture, also in those of 424×424 pixels",
  },
  "as-is": { type: "switch", help: "Take all pictures as they are: 424×424 pixels" },
  scale: {
    type: "number",
    value: "FACTOR",
    help: "Take the middle of each picture, scaled by hand",
  },
  crop: {
    type: "text",
    value: "X,Y,SIZE",
    help: "Take the square of SIZE pixels about column X and row Y",
  },
  "source-extractor": {
    type: "switch",
    help: "Measure galaxies with Source Extractor, which must be installed",
  },
} as const satisfies Flags;
const command: Command<typeof flags> = {
  task: "classify",
  gpu: true,
  summary:
    "Says what volunteers of Galaxy Zoo would say of pictures of galaxies: JPEG, PNG or FITS " +
    "files, or folders of them. Exits with 2 when some could not be read.",
  operand: "PATH…",
  operandPlace: { kind: "picture", access: "read" },
  flags,
};

if (import.meta.main) {
  await runCommand(command, async (values, operands) => {
    if (operands.length === 0) throw new UserError("name pictures of galaxies, or a folder");
    return values.sourceExtractor
      ? await inOwnFolder(async (folder) => run(values, operands, await sourceExtractor(folder)))
      : await run(values, operands);
  });
}

async function run(
  { transforms, params, model, csv, json, ...how }: Values<typeof flags>,
  paths: readonly string[],
  measure?: FrameMeasure,
): Promise<number> {
  const failed = await classifyPictures(paths, {
    params,
    model: model === undefined ? undefined : modelsNamed([model])[0],
    csv,
    json,
    transforms: transforms === "60" ? 60 : 1,
    how: howOf(how, measure),
    say: console.log,
    warn: console.warn,
  });
  return failed > 0 ? 2 : 0;
}

/** Others may be at work at the same time. */
async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `analysis/classify/${crypto.randomUUID()}`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
