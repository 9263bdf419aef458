import assert from "node:assert/strict";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { ViewProducer, type ViewProducerOptions } from "../../../lib/data/views/workers.ts";
import { warpViews } from "../../../lib/data/views/warp.ts";
import {
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  viewMaps,
} from "../../../lib/galaxy/transforms.ts";
import { assertUserError, inFolder, madeUpImage } from "../folder.ts";

const images = await Promise.all([1, 2, 3, 4, 5].map((number) => madeUpImage(number)));

/** Runs a test with a pool on five synthetic images; `broken` ones are replaced by other bytes. */
function withProducer(
  options: Partial<ViewProducerOptions> & { broken?: Record<number, Uint8Array> },
  test: (producer: ViewProducer, paths: string[]) => Promise<void>,
) {
  const { broken = {}, ...rest } = options;
  return inFolder(async (folder) => {
    const paths = images.map((bytes, index) => {
      const path = `${folder}/${index}.jpg`;
      Deno.writeFileSync(path, broken[index] ?? bytes);
      return path;
    });
    const producer = new ViewProducer({ workers: 2, paths, ...rest });
    try {
      await test(producer, paths);
    } finally {
      producer.close();
    }
  });
}
const row = (views: Float32Array, k: number) =>
  views.slice(k * IMAGE_FLOATS, (k + 1) * IMAGE_FLOATS);

async function expectedRow(image: number, look = NO_AUGMENTATION): Promise<Float32Array> {
  const target = new Float32Array(IMAGE_FLOATS);
  warpViews((await decodeJpeg(images[image], "image")).rgb, viewMaps(look), target, 0);
  return target;
}

Deno.test("One worker and four workers make the same bytes, with and without a cache", async () => {
  const indices = Array.from({ length: 23 }, (_, k) => (3 * k) % 5);
  const made: Float32Array[] = [];
  for (const options of [{ workers: 1, cacheBytes: 0 }, { workers: 4 }, { workers: 4 }]) {
    await withProducer(options, async (producer) => {
      assert.equal(producer.cached, options.cacheBytes !== 0);
      const views = producer.allocate(indices.length);
      // The second time the images come from the cache.
      for (let time = 0; time < 2; time++) {
        views.fill(-1);
        await producer.training(views, indices, { seed: 6, chunk: 2 });
        made.push(views.slice());
      }
    });
  }
  for (const views of made) assert.deepEqual(views, made[0]);
  assert.ok(made[0].every((value) => value >= 0 && value <= 1));
});

Deno.test("Seed, chunk and row make the perturbation", () =>
  withProducer({}, async (producer) => {
    const views = producer.allocate(2);
    await producer.training(views, [3, 3], { seed: 1, chunk: 1 });
    const first = views.slice();
    assert.notDeepEqual(row(first, 0), row(first, 1));
    for (const key of [{ seed: 2, chunk: 1 }, { seed: 1, chunk: 2 }]) {
      await producer.training(views, [3, 3], key);
      assert.notDeepEqual(row(views, 0), row(first, 0));
    }
    await producer.training(views, [3, 3], { seed: 1, chunk: 1 });
    assert.deepEqual(views.slice(), first);
  }));

Deno.test("Fixed views are the image itself, or the image through the transform of the row", () =>
  withProducer({ workers: 3 }, async (producer) => {
    const views = producer.allocate(5);
    await producer.fixed(views, [4, 0, 0]);
    assert.deepEqual(row(views, 0), await expectedRow(4));
    assert.deepEqual(row(views, 2), await expectedRow(0));
    assert.ok(
      row(views, 3).every((value) => value === 0),
      "rows that were not asked for stay zero",
    );
    const transforms = Uint8Array.of(0, 59, 20, 33);
    await producer.fixed(views, [1, 1, 1, 2], transforms);
    for (const [k, image] of [1, 1, 1, 2].entries()) {
      assert.deepEqual(
        row(views, k),
        await expectedRow(image, FIXED_AUGMENTATIONS[transforms[k]]),
      );
    }
  }));

Deno.test("Several chunks may be under way at once", () =>
  withProducer({}, async (producer) => {
    const chunks = [0, 1, 2].map(() => producer.allocate(7));
    await Promise.all(
      chunks.map((views, image) => producer.fixed(views, new Array(7).fill(image))),
    );
    for (const [image, views] of chunks.entries()) {
      assert.deepEqual(row(views, 6), await expectedRow(image));
    }
  }));

Deno.test("A damaged image fails its chunk by name and leaves the pool usable", async () => {
  const truncated = images[2].subarray(0, 3000);
  for (const cacheBytes of [0, 2 ** 30]) {
    await withProducer({ broken: { 2: truncated }, cacheBytes }, async (producer, paths) => {
      const views = producer.allocate(40);
      const indices = Array.from({ length: 40 }, (_, k) => k % 5);
      const key = { seed: 1, chunk: 1 };
      await assertUserError(
        producer.training(views, indices, key),
        `${paths[2]} cannot be decoded`,
      );
      await assertUserError(producer.training(views, [2], key), `${paths[2]} cannot be decoded`);
      await producer.fixed(views, [3]);
      assert.deepEqual(row(views, 0), await expectedRow(3));
    });
  }
});

Deno.test("An image of another size and one that is gone are named", async () => {
  const small = await madeUpImage(1, 100);
  await withProducer({ broken: { 1: small } }, async (producer, paths) => {
    const views = producer.allocate(1);
    await assertUserError(
      producer.fixed(views, [1]),
      `${paths[1]} is 100×100 pixels, expected 424×424`,
    );
    Deno.removeSync(paths[0]);
    await assertUserError(producer.fixed(views, [0]), `${paths[0]} cannot be read`);
  });
});

Deno.test("Closing rejects what is under way and what comes later", () =>
  withProducer({}, async (producer) => {
    const views = producer.allocate(5);
    const underWay = producer.fixed(views, [0, 1, 2, 3, 4]);
    producer.close();
    await assert.rejects(underWay, /closed/);
    await assert.rejects(producer.fixed(views, [0]), /closed/);
  }));

Deno.test("Rows, images and buffers that do not fit are refused", () =>
  withProducer({}, async (producer) => {
    const views = producer.allocate(1);
    await assert.rejects(producer.fixed(views, [0, 1]), /2 rows .* do not fit/);
    await assert.rejects(producer.fixed(views, [5]), /image 5 of 5/);
    await assert.rejects(producer.fixed(new Float32Array(IMAGE_FLOATS), [0]), /allocate/);
  }));
