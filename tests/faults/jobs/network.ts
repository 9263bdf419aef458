/** What has a network compute: a training, one that goes on, and a prediction. */
import { sha256 } from "../../../lib/files/digest.ts";
import { predictModel } from "../../../lib/predict/predict.ts";
import { trainModel } from "../../../lib/train/train.ts";
import { makeSurvey } from "../../../lib/synthetic/survey.ts";
import { SMALL_SETTINGS, smallModel } from "../../train/small.ts";
import { withFault } from "../inject.ts";
import type { Job } from "../job.ts";

const SETTINGS = { ...SMALL_SETTINGS, chunks: 3, chunkSize: 4, batchSize: 4, validateEvery: 1 };

const makeData = (folder: string) =>
  makeSurvey({ out: `${folder}/data`, train: 10, test: 2, seed: 5, workers: 1 });

/** Trains the small model in `run`. */
async function train(folder: string, resume: boolean) {
  await trainModel(smallModel, {
    ...{ data: `${folder}/data`, out: `${folder}/run`, sextractor: undefined },
    ...{ chunks: undefined, chunkSize: undefined, batchSize: undefined, seed: undefined },
    ...{ validateEvery: undefined, limit: undefined, width: 1, workers: 1 },
    ...{ init: undefined, predictions: undefined, noTest: false },
    ...{ resume, dryRun: false, profile: false, allowSoftware: false },
    ...{ ignoreLabelErrors: false, acceptUnmarked: false },
  }, { settings: SETTINGS });
}

const trainings: Pick<Job, "costly" | "owns" | "whole" | "essence"> = {
  costly: true,
  owns: (path) => path === "run" || path.startsWith("run/"),
  // The files of a run go from chunk to chunk.
  whole: () => false,
  essence,
};

export const training: Job = {
  name: "train",
  ...trainings,
  prepare: makeData,
  start: (folder) => train(folder, false),
  next: (folder) => train(folder, true),
  advice: [{
    // It came to nothing before it had said what it is.
    refusal: /\/run has no run to resume; leave out --resume to start one$/,
    follow: (folder) => train(folder, false),
  }],
};

/** The training was killed when it had saved one chunk, and was about to note the second. */
export const resumption: Job = {
  name: "resume",
  ...trainings,
  async prepare(folder) {
    await makeData(folder);
    const { operations } = await withFault(folder, undefined, () => train(folder, false));
    await Deno.remove(`${folder}/run`, { recursive: true });
    const notes = operations.flatMap(({ name, path }, k) =>
      name === "write" && path.endsWith("/history.jsonl") ? [k + 1] : []
    );
    await withFault(folder, { at: notes[1], kind: "torn" }, () => train(folder, false));
  },
  start: (folder) => train(folder, true),
};

export const prediction: Job = {
  name: "predict",
  costly: true,
  async prepare(folder) {
    await makeData(folder);
    await train(folder, false);
  },
  start: (folder) =>
    predictModel(smallModel, {
      ...{ data: `${folder}/data`, out: `${folder}/predictions`, sextractor: undefined },
      ...{ params: `${folder}/run/params.safetensors`, set: "both", transforms: "1" },
      ...{ plain: false, limit: undefined, width: 1, acceptUnmarked: false },
      ...{ batchSize: undefined, workers: 1 },
    }),
  owns: (path) => path.startsWith("predictions"),
  whole: () => true,
};

/** A file of a run without the times of day and of clocks in it. */
export function essence(path: string, bytes: Uint8Array): string | undefined {
  const text = (part: Uint8Array) => new TextDecoder().decode(part);
  // What is in it is in the others, beside times.
  if (path.endsWith("/report.html")) return "a report";
  if (path.endsWith("/run.json")) return timeless(text(bytes));
  if (path.endsWith("/history.jsonl")) return text(bytes).split("\n").map(timeless).join("\n");
  if (!/\/checkpoint[.a-z]*\.safetensors$/.test(path)) return undefined;
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__, ...tensors } = JSON.parse(text(bytes.subarray(8, start)));
  const parts = [timeless(__metadata__.provenance)];
  for (const [name, { dtype, shape, data_offsets }] of Object.entries<Tensor>(tensors)) {
    const [from, to] = data_offsets;
    const data = bytes.subarray(start + from, start + to);
    // The length of the history depends on its times.
    if (name === "history") parts.push(text(data).split("\n").map(timeless).join("\n"));
    else parts.push(`${name} ${dtype} ${shape} ${sha256(data)}`);
  }
  return parts.join("\n");
}

interface Tensor {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const TIMES = ["seconds", "started", "finished", "sha256", "crc32", "content"];

/** JSON with times, and digests over them, as `true`; other texts as they are. */
function timeless(json: string): string {
  try {
    return JSON.stringify(
      JSON.parse(json),
      (key, value) => TIMES.includes(key) ? true : value,
    );
  } catch {
    return json;
  }
}
