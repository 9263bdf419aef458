import assert from "node:assert/strict";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { ViewProducer } from "../../../lib/data/views/workers.ts";
import { colourOffset, drawPerturbation } from "../../../lib/galaxy/perturbation.ts";
import {
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  type Preparation,
} from "../../../lib/galaxy/transforms.ts";
import { Random } from "../../../lib/random.ts";
import { assertAllClose } from "../../assert.ts";
import { referenceViews } from "../../../lib/verify/reference/warp.ts";
import { inFolder, madeUpImage } from "../folder.ts";

const images = await Promise.all([1, 2, 3].map((number) => madeUpImage(number)));
const pictures = await Promise.all(images.map((image) => decodeJpeg(image, "image")));
/** The first two reach far outside the image. */
const preparations: Preparation[] = [
  { x: 5, y: 420, scale: 1 / 1.5 },
  { x: 330.25, y: 80.5, scale: 0.8 },
  { x: 214.2, y: 209.1, scale: 1.5 },
];
const packed = Float64Array.from(preparations.flatMap(({ x, y, scale }) => [x, y, scale]));
const FLOAT32 = { absolute: 1e-6, relative: 0 };

function withProducers(
  test: (producer: ViewProducer, workers: number) => Promise<void>,
  given?: Float64Array,
) {
  return inFolder(async (folder) => {
    const paths = images.map((bytes, index) => {
      Deno.writeFileSync(`${folder}/${index}.jpg`, bytes);
      return `${folder}/${index}.jpg`;
    });
    for (const workers of [1, 4]) {
      const producer = new ViewProducer({ workers, paths, preparations: given });
      try {
        await test(producer, workers);
      } finally {
        producer.close();
      }
    }
  });
}
const row = (views: Float32Array, k: number) =>
  views.slice(k * IMAGE_FLOATS, (k + 1) * IMAGE_FLOATS);

Deno.test("Centred views are those of the slow reference, with 1 and with 4 workers", async () => {
  const made: Float32Array[] = [];
  await withProducers(async (producer) => {
    const indices = [2, 0, 1, 0, 2, 1];
    const key = { seed: 4, chunk: 9 };
    const views = producer.allocate(indices.length);
    await producer.training(views, indices, key);
    made.push(views.slice());
    indices.forEach((image, k) => {
      const look = drawPerturbation(new Random(key.seed, "perturbation", key.chunk, k));
      const preparation = preparations[image];
      const options = { preparation, colour: colourOffset(look.colour) };
      const expected = referenceViews(pictures[image].rgb, look, options);
      assertAllClose(row(views, k), expected, FLOAT32, `training row ${k}`);
    });

    await producer.fixed(views, indices);
    made.push(views.slice());
    await producer.fixed(views, [1, 1, 2], Uint8Array.of(0, 59, 33));
    made.push(views.slice(0, 3 * IMAGE_FLOATS));
    const looks = [[1, 0], [1, 59], [2, 33]].map(([image, transform], k) =>
      [made.length - 1, k, image, FIXED_AUGMENTATIONS[transform]] as const
    );
    const plain = indices.map((image, k) => [made.length - 2, k, image, NO_AUGMENTATION] as const);
    for (const [chunk, k, image, look] of [...looks, ...plain]) {
      const preparation = preparations[image];
      const expected = referenceViews(pictures[image].rgb, look, { preparation });
      assertAllClose(row(made[chunk], k), expected, FLOAT32, `fixed row ${k}`);
    }
  }, packed);
  assert.equal(made.length, 6);
  for (const k of [0, 1, 2]) assert.deepEqual(made[k], made[k + 3], "1 and 4 workers");
});

Deno.test("Centred on the middle at their own size, galaxies look as without centring", async () => {
  const made: Float32Array[] = [];
  const neutral = Float64Array.from(images.flatMap(() => [211.5, 211.5, 1]));
  for (const given of [undefined, neutral]) {
    await withProducers(async (producer) => {
      const views = producer.allocate(3);
      await producer.training(views, [0, 1, 2], { seed: 1, chunk: 1 });
      made.push(views.slice());
    }, given);
  }
  assert.deepEqual(made[0], made[1]);
  assertAllClose(made[0], made[2], FLOAT32);
});

Deno.test("Preparations for another number of images are refused", () => {
  const options = { workers: 1, paths: ["a.jpg", "b.jpg"], preparations: new Float64Array(3) };
  assert.throws(() => new ViewProducer(options), /preparations for 2 images/);
});
