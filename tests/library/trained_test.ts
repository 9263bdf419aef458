import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { defineModel, narrowed } from "../../lib/galaxy/model.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import { readParameters, type Trained, writeParameters } from "../../lib/library/trained.ts";
import { Training } from "../../lib/library/training.ts";
import { gpuTest } from "../gpu.ts";
import type { Gpu } from "../../lib/gpu/device.ts";

const SMALL = narrowed(extradense, 1 / 32);

async function firstParameters(gpu: Gpu): Promise<Trained> {
  const training = await Training.build(gpu, SMALL);
  try {
    return await training.parameters();
  } finally {
    training.close();
  }
}

gpuTest(
  "parameters come back from a file, with the model that it names and its width",
  async (gpu) => {
    const folder = await Deno.makeTempDir();
    try {
      const path = `${folder}/params.safetensors`;
      const trained = await firstParameters(gpu);
      await writeParameters(path, trained);
      assert.deepEqual(await readParameters(path), trained);
      assert.deepEqual(await readParameters(path, SMALL), trained);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

gpuTest("files of no known model, and with numbers that are none, are refused", async (gpu) => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/params.safetensors`;
    const { parameters } = await firstParameters(gpu);
    const model = defineModel("mine", (galaxy) => galaxy.parts().merge().answers());
    await writeParameters(path, { model, parameters });
    await assert.rejects(
      readParameters(path),
      /is of a model "mine", so its model has to be given$/,
    );
    const sick = new Map(parameters);
    const { shape } = sick.get("conv1.bias")!;
    const data = new Float32Array(shape.reduce((a, b) => a * b)).fill(NaN);
    await writeParameters(path, {
      model: SMALL,
      parameters: sick.set("conv1.bias", { shape, data }),
    });
    await assert.rejects(
      readParameters(path),
      /"conv1.bias" holds .* that are not finite\. They are of a training that diverged/,
    );
    await assert.rejects(readParameters(`${folder}/none`), UserError);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

gpuTest("parameters of another model are refused by name and shape", async (gpu) => {
  const trained = await firstParameters(gpu);
  const without = new Map(trained.parameters);
  without.delete("dense2.bias");
  await assert.rejects(
    Classifier.build(gpu, { model: SMALL, parameters: without }),
    /^UserError: extradense needs dense2\.bias \(128\), which is not given$/,
  );
  await assert.rejects(
    Classifier.build(gpu, { ...trained, model: narrowed(extradense, 1 / 16) }),
    /needs conv1\.weight \(2, 3, 6, 6\), given is \(1, 3, 6, 6\)$/,
  );
  const more = new Map(trained.parameters).set("conv9.bias", trained.parameters.get("conv1.bias")!);
  await assert.rejects(
    Classifier.build(gpu, { model: SMALL, parameters: more }),
    /extradense has no parameter "conv9\.bias"$/,
  );
});
