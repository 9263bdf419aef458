/** What only reads files and writes others: a blend, a submission, tables. */
import { labelsPath, openImages } from "../../../lib/data/dataset.ts";
import { readLabels } from "../../../lib/data/labels.ts";
import { writeSealed } from "../../../lib/files/sealed_json.ts";
import { writeMarkedNpy } from "../../../lib/formats/marked_npy.ts";
import { writeNpy } from "../../../lib/formats/npy.ts";
import { galaxiesMark } from "../../../lib/marks.ts";
import { blendPredictions } from "../../../lib/ensemble/ensemble.ts";
import { submitPrediction } from "../../../lib/predict/submit.ts";
import { smoothRow } from "../../data/folder.ts";
import type { Job } from "../job.ts";
import { makeData, makePrediction } from "../made_up.ts";

const ignore = () => {};

/** Two models; an earlier blend with other folds is there already. */
export const blend: Job = {
  name: "blend",
  async prepare(folder) {
    const data = `${folder}/data`;
    await makeData(data);
    const truth = smoothRow();
    for (const [name, error] of [["good", 0.1], ["fair", 0.2]] as const) {
      const path = (set: string) => `${folder}/predictions/augmented/${set}/${name}.npy.gz`;
      await makePrediction(
        data,
        path("valid"),
        "valid",
        (row, k) => Math.abs(truth[k] - (row % 2 === Number(name === "fair") ? error : 0)),
      );
      await makePrediction(data, path("test"), "test", (row) => error + row / 10);
    }
    await blendOf(folder, 4);
  },
  start: (folder) => blendOf(folder, 2),
  owns: (path) => path.startsWith("predictions/blended"),
  whole: () => true,
};

function blendOf(folder: string, folds: number) {
  return blendPredictions({
    data: `${folder}/data`,
    predictions: `${folder}/predictions`,
    out: `${folder}/predictions/blended`,
    report: `${folder}/predictions/blended/report.html`,
    folds,
    seed: 1,
    acceptUnmarked: false,
    say: ignore,
  });
}

/** An earlier submission, of another prediction, is there already. */
export const submission: Job = {
  name: "submit",
  async prepare(folder) {
    const data = `${folder}/data`;
    await makeData(data);
    const predict = (value: number) =>
      makePrediction(data, `${folder}/p.npy.gz`, "test", (row, k) => value + row / 5 + k / 1000);
    await predict(0.1);
    await this.start(folder);
    await predict(0.2);
  },
  start: (folder) =>
    submitPrediction({
      data: `${folder}/data`,
      prediction: `${folder}/p.npy.gz`,
      acceptUnmarked: false,
      say: ignore,
      warn: ignore,
    }),
  owns: (path) => path === "p.csv.gz" || path.endsWith(".partial"),
  whole: () => true,
};

/** As `create:ids`, `convert:labels`, `extract:sextractor` and the cache write them. */
export const tables: Job = {
  name: "tables",
  prepare: (folder) => makeData(`${folder}/data`),
  async start(folder) {
    const data = `${folder}/data`, out = `${folder}/out`;
    const { ids, labels } = await readLabels(await labelsPath(data));
    const { ids: test } = await openImages(data, "test");
    await writeNpy(`${out}/train_ids.npy`, {
      shape: [ids.length],
      data: BigInt64Array.from(ids, BigInt),
    });
    await writeNpy(`${out}/solutions_train.npy`, { shape: [ids.length, 37], data: labels });
    await writeMarkedNpy(
      `${out}/pysex_params_gen2_test.npy.gz`,
      { shape: [test.length, 4], data: Float64Array.from({ length: test.length * 4 }, Math.sqrt) },
      {
        kind: "Source Extractor parameters",
        marks: { galaxies: galaxiesMark(test) },
        facts: { generation: "gen2" },
      },
    );
    await writeSealed(`${out}/note.json`, { test });
  },
  owns: (path) => path.startsWith("out"),
  whole: () => true,
};
