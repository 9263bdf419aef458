import assert from "node:assert/strict";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { type Model, narrowed } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { ORDERS } from "../../lib/galaxy/parts.ts";
import { initialValues } from "../../lib/nn/initialise.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { elements } from "../../lib/nn/layer.ts";
import { averagedPrediction, seenTransforms } from "../../lib/predict/averaging.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { assertAllClose } from "../assert.ts";
import { inFolder, madeUpImage } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";

const GALAXIES = 2;

async function build(gpu: Gpu, model: Model, orders: 1 | typeof ORDERS) {
  const options = { batch: 7, trainable: false, slots: 2, orders };
  const network = await GalaxyNetwork.build(gpu, model, options);
  network.parameters.forEach((parameter, index) => {
    // Wider than the paper's, so that the answers differ between galaxies and transforms.
    const wide = {
      initialisation: { deviation: 2 / Math.sqrt(elements(parameter.shape.slice(1))) },
    };
    const isWeight = parameter.name.endsWith("weight");
    const values = initialValues({ ...parameter, ...(isWeight ? wide : {}) }, 1, index);
    network.set(parameter, "value", values);
  });
  return network;
}

Deno.test("fifteen of the sixty transforms are seen", () => {
  assert.deepEqual([...seenTransforms(1)], [...Array(60).keys()]);
  const fifteen = [0, 20, 40].flatMap((zoom) => [0, 2, 4, 6, 8].map((turn) => zoom + turn));
  assert.deepEqual([...seenTransforms(ORDERS)], fifteen);
});

gpuTest(
  "fifteen transforms in four orders equal the plain sixty, for every architecture",
  (gpu) =>
    inFolder(async (folder) => {
      const paths = await Promise.all(
        Array.from({ length: GALAXIES }, async (_, galaxy) => {
          const path = `${folder}/${100000 + galaxy}.jpg`;
          await Deno.writeFile(path, await madeUpImage(galaxy));
          return path;
        }),
      );
      // Off the centre and partly outside the image, as Source Extractor's parameters would have it.
      const preparations = Float64Array.of(230, 190, 0.7, 200.5, 222, 1.4);
      assert.ok(ARCHITECTURES.some(({ preparation }) => preparation), "none is centred");
      for (const model of ARCHITECTURES) {
        const producer = new ViewProducer({
          workers: 2,
          paths,
          ...(model.preparation ? { preparations } : {}),
        });
        const answers: Float32Array[] = [];
        for (const orders of [1, ORDERS] as const) {
          const network = await build(gpu, narrowed(model, 0.07), orders);
          const seen = seenTransforms(orders);
          answers.push((await averagedPrediction(network, producer, GALAXIES, seen))!);
          network.destroy();
        }
        producer.close();
        const [plain, fast] = answers;
        assert.ok(plain.some((answer, i) => Math.abs(answer - plain[i % 37]) > 1e-3), "all alike");
        assertAllClose(fast, plain, { absolute: 1e-6, relative: 0 }, model.name);
      }
    }),
);
