/** Training and prediction of a model that centres galaxies, as whole processes. */
import assert from "node:assert/strict";
import { openDataset } from "../../lib/data/dataset.ts";
import { readPreparations } from "../../lib/data/sextractor/files.ts";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { readNpy } from "../../lib/formats/npy.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { readHistory } from "../../lib/runs/history.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { Trainer } from "../../lib/train/trainer.ts";
import { inFolder } from "../data/folder.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey } from "../train/small.ts";
import { smallPysex, writeParameters } from "../train/small_pysex.ts";

const TASK = new URL("../train/small_pysex_task.ts", import.meta.url).pathname;

async function run(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", TASK, ...args],
  }).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout), errors: text.decode(stderr) };
}

const single = ["--set", "both", "--transforms", "1"];
const validRmse = async (folder: string) =>
  (await readHistory(`${folder}/history.jsonl`)).at(-1)!.validRmse!.toFixed(5);

Deno.test("A centring model trains and predicts by its parameters, and says what it lacks", () =>
  inFolder(async (folder) => {
    const data = ["--data", await smallSurvey(`${folder}/survey`)];
    const out = `${folder}/run`;
    const missing = await run(...data, "--out", out);
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /^error: pysex_params_gen2_train.npy.gz is missing/m);

    await writeParameters(`${folder}/survey`, `${folder}/survey`);
    const trained = await run(...data, "--out", out, "--chunks", "2");
    assert.equal(trained.code, 0, trained.errors);

    // Validation galaxies get the same rows in training and in prediction.
    const params = ["--params", `${out}/params.safetensors`];
    const predicted = await run(...data, ...params, ...single, "--out", `${folder}/predictions`);
    assert.equal(predicted.code, 0, predicted.errors);
    assert.match(predicted.output, new RegExp(`RMSE ${await validRmse(out)}`));

    // Other parameters change the answers, and are no continuation of the run.
    const other = `${folder}/other`;
    await writeParameters(`${folder}/survey`, other, { seed: 2 });
    const elsewhere = ["--sextractor", other];
    await run(...data, ...params, ...elsewhere, ...single, "--out", `${folder}/predictions2`);
    for (const set of ["valid", "test"]) {
      const read = (name: string) => readNpy(`${folder}/${name}/single/${set}/small_pysex.npy.gz`);
      const [a, b] = await Promise.all(["predictions", "predictions2"].map(read));
      assert.deepEqual(a.shape, b.shape);
      assert.notDeepEqual(a.data, b.data);
    }
    const resumed = await run(...data, ...elsewhere, "--out", out, "--resume");
    assert.equal(resumed.code, 1);
    assert.match(
      resumed.errors,
      /the galaxies' centring: centres and scales of 20 \(\w{8}\) there/,
    );
  }));

Deno.test("A model says what it centres by only if it does", () => {
  assert.equal(smallPysex.preparation, "gen2");
  assert.ok(!("preparation" in smallModel));
});

sharedTest(
  "A centring model trains on real galaxies with the original's parameters",
  "galaxy-zoo/original/pysex_params_gen2_train.npy.gz",
  () =>
    inFolder(async (folder) => {
      const raw = sharedPath("galaxy-zoo/raw");
      const original = sharedPath("galaxy-zoo/original");
      const { train } = await openDataset(raw, { need: { train: true } });
      const preparations = await readPreparations("gen2", {
        set: "train",
        ids: train.ids,
        paths: train.paths,
        data: raw,
        folder: original,
        acceptUnmarked: true,
        warn: () => {},
      });
      const gpu = await openGpu();
      const producer = new ViewProducer({ workers: 2, paths: train.paths, preparations });
      try {
        const settings = { ...SMALL_SETTINGS, chunks: 2, chunkSize: 40, warmUpChunks: 1 };
        const data = { producer, labels: train.labels, trainingCount: 90 };
        const runFolder = new RunFolder(folder);
        const options = { resume: false };
        const trainer = await Trainer.prepare(gpu, smallPysex, settings, data, runFolder, options);
        await trainer.train();
        const last = (await readHistory(runFolder.history)).at(-1)!;
        assert.ok(last.trainRmse < 0.4 && last.validRmse! < 0.4, JSON.stringify(last));
      } finally {
        producer.close();
        gpu.close();
      }
    }),
);
