import assert from "node:assert/strict";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { coverAt, COVERS, fallsOf, occlude } from "../../lib/inside/occlusion.ts";
import { Probe } from "../../lib/inside/probe.ts";
import { withoutEachPart } from "../../lib/inside/without_part.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { Training } from "../../lib/library/training.ts";
import { skyColour } from "../../lib/pictures/sky.ts";
import { assertAllClose } from "../assert.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "../library/small.ts";

const { pixels } = syntheticGalaxy(3, 0);
const TOLERANCE = { absolute: 1e-6, relative: 1e-5 };

async function withProbe(
  gpu: Gpu,
  test: (probe: Probe, trained: Parameters<typeof Probe.build>[1]) => Promise<void>,
) {
  const training = await Training.build(gpu, smallModel());
  const trained = await training.parameters();
  training.close();
  const probe = await Probe.build(gpu, trained);
  try {
    await test(probe, trained);
  } finally {
    probe.close();
  }
}

gpuTest(
  "a look gives the answers of a classifier, and what the layers compute",
  (gpu) =>
    withProbe(gpu, async (probe, trained) => {
      const traces = await probe.look(pixels);
      const classifier = await Classifier.build(gpu, trained, { transforms: 1 });
      const [prediction] = await classifier.classify(pixels);
      classifier.close();
      const expected = prediction.map(({ fraction }) => fraction);
      assertAllClose(traces.answers, expected, TOLERANCE, "answers");

      const [parts, ...layers] = probe.mapped;
      assert.deepEqual(parts, { label: "parts", maps: 3, side: 45 });
      assert.ok(layers.length > 0);
      const upright = probe.mapsOf(traces, 0, 0);
      // The first pixel of the upright view lies between four of the picture.
      const first = Math.floor((IMAGE_SIZE - 1) / 2 - 102);
      const red = [0, 1].flatMap((i) =>
        [0, 1].map((j) => pixels[3 * ((first + i) * IMAGE_SIZE + first + j)])
      );
      const mean = red.reduce((sum, value) => sum + value) / 4;
      assert.ok(Math.abs(255 * upright.maps[0][0] - mean) < 1e-3);
      layers.forEach(({ maps, side }, index) => {
        const found = probe.mapsOf(traces, index + 1, 5);
        assert.equal(found.maps.length, maps);
        assert.equal(found.maps[0].length, side * side);
        assert.ok(
          found.maps.every((map) => map.every((value) => value >= 0 && value <= found.most)),
        );
      });
      for (const { pairs } of traces.winners) {
        assert.ok(pairs.length > 0 && pairs.flat().every(Number.isFinite));
      }
    }),
);

gpuTest(
  "covering an empty sky changes nothing, covering the galaxy something",
  (gpu) =>
    withProbe(gpu, async (probe) => {
      const { answers } = await probe.look(pixels);
      const done: number[] = [];
      const found = await occlude(probe, pixels, { onProgress: (share) => done.push(share) });
      assert.equal(found!.answers.length, COVERS * COVERS * ANSWER_COUNT);
      assert.equal(done.at(-1), 1);
      assert.ok(fallsOf(found!, answers, 0).some((fall) => fall !== 0));

      const sky = skyColour(pixels, IMAGE_SIZE, IMAGE_SIZE).map(({ median }) => median);
      const empty = pixels.map((_, at) => sky[at % 3]);
      const { answers: plain } = await probe.look(empty);
      const same = await occlude(probe, empty);
      for (let index = 0; index < COVERS * COVERS; index++) {
        const own = same!.answers.subarray(index * ANSWER_COUNT, (index + 1) * ANSWER_COUNT);
        assertAllClose(own, plain, TOLERANCE, `cover ${index}`);
      }
      // Without a part that shows the sky already, too.
      const without = await withoutEachPart(probe, empty);
      for (let part = 0; part < 16; part++) {
        const own = without.subarray(part * ANSWER_COUNT, (part + 1) * ANSWER_COUNT);
        assertAllClose(own, plain, TOLERANCE, `without part ${part}`);
      }
    }),
);

gpuTest(
  "a part that is taken out is the one that is named",
  (gpu) =>
    withProbe(gpu, async (probe) => {
      const without = await withoutEachPart(probe, pixels);
      const rows = Array.from(
        { length: 16 },
        (_, part) => without.slice(part * ANSWER_COUNT, (part + 1) * ANSWER_COUNT).join(),
      );
      assert.equal(new Set(rows).size, 16);
      // What was put into the merged features does not stay.
      const before = await probe.look(pixels);
      await withoutEachPart(probe, pixels);
      const after = await probe.look(pixels);
      assert.deepEqual(after.answers, before.answers);
    }),
);

gpuTest("covering ends when it is asked to", (gpu) =>
  withProbe(gpu, async (probe) => {
    assert.equal(await occlude(probe, pixels, { stopRequested: () => true }), undefined);
    assert.equal((await probe.look(pixels)).answers.length, ANSWER_COUNT);
  }));

Deno.test("covers lie about the middle, row by row", () => {
  const middle = (IMAGE_SIZE - 1) / 2;
  assert.deepEqual(coverAt((COVERS * COVERS - 1) / 2), [middle, middle]);
  const [left, top] = coverAt(0), [right] = coverAt(COVERS - 1);
  assert.equal(middle - left, right - middle);
  assert.ok(left > 0 && top === left);
});
