import assert from "node:assert/strict";
import { openCache } from "../../../lib/data/cache/cached_images.ts";
import { openImages } from "../../../lib/data/dataset.ts";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { ViewProducer, type ViewProducerOptions } from "../../../lib/data/views/workers.ts";
import { warpViews } from "../../../lib/data/views/warp.ts";
import { colourOffset, drawPerturbation } from "../../../lib/galaxy/perturbation.ts";
import {
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  viewMaps,
} from "../../../lib/galaxy/transforms.ts";
import { Random } from "../../../lib/random.ts";
import { makeCache } from "../../../lib/prepare/cache.ts";
import { inFolder, madeUpImage } from "../folder.ts";

const SEED = 3;
const IMAGES = 12;
const pictures = await Promise.all(Array.from({ length: IMAGES }, (_, k) => madeUpImage(k + 1)));

/** What is asked of a producer at once: a training chunk, plain views, and some of the sixty. */
const REQUESTS = [
  { kind: "training", chunk: 0, indices: [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, 0, 5] },
  { kind: "plain", indices: [11, 10, 9, 8, 7, 6, 5, 4, 3] },
  { kind: "training", chunk: 1, indices: [5, 5, 5, 2, 9, 9, 1] },
  { kind: "transforms", indices: [3, 3, 3, 3, 7, 7, 7, 7, 0, 0, 0, 0] },
] as const;

/** The same views, one row after another in this thread, straight from the pictures. */
async function expected(): Promise<Float32Array[]> {
  const rgb = await Promise.all(pictures.map(async (jpeg) => (await decodeJpeg(jpeg, "")).rgb));
  return REQUESTS.map((request) => {
    const views = new Float32Array(request.indices.length * IMAGE_FLOATS);
    request.indices.forEach((image, row) => {
      let look = NO_AUGMENTATION, colour: [number, number, number] | undefined;
      if (request.kind === "training") {
        const drawn = drawPerturbation(new Random(SEED, "perturbation", request.chunk, row));
        look = drawn;
        colour = colourOffset(drawn.colour);
      } else if (request.kind === "transforms") look = FIXED_AUGMENTATIONS[row % 60];
      warpViews(rgb[image], viewMaps(look), views, row * IMAGE_FLOATS, colour);
    });
    return views;
  });
}

/** All requests under way at the same time. */
async function overlapping(options: ViewProducerOptions): Promise<Float32Array[]> {
  const producer = new ViewProducer(options);
  try {
    const made = REQUESTS.map((request) => producer.allocate(request.indices.length));
    await Promise.all(REQUESTS.map((request, k) => {
      const { indices } = request;
      if (request.kind === "training") {
        return producer.training(made[k], indices, { seed: SEED, chunk: request.chunk });
      }
      const transforms = request.kind === "transforms"
        ? Uint8Array.from(indices.keys())
        : undefined;
      return producer.fixed(made[k], indices, transforms);
    }));
    return made;
  } finally {
    producer.close();
  }
}

Deno.test("requests under way at once get their own galaxies, from JPEGs, memory and the cache, for any number of workers", () =>
  inFolder(async (data) => {
    Deno.mkdirSync(`${data}/images_test_rev1`);
    pictures.forEach((jpeg, k) =>
      Deno.writeFileSync(`${data}/images_test_rev1/${100 + k}.jpg`, jpeg)
    );
    assert.equal(await makeCache({ data, set: "test", workers: 2 }), 0);
    const { paths } = await openImages(data, "test");
    const stored = await openCache(data, "test", paths);
    assert.ok(stored);
    const wanted = await expected();
    for (const workers of [1, 2, 4]) {
      const sources: Partial<ViewProducerOptions>[] = [{ cacheBytes: 0 }, {}, { stored }];
      for (const source of sources) {
        // Workers interleave differently every time.
        for (let time = 0; time < 3; time++) {
          const made = await overlapping({ workers, paths, ...source });
          for (const [k, views] of made.entries()) {
            const name = `${REQUESTS[k].kind}, ${workers} workers, from ${Object.keys(source)}`;
            const wrong = views.findIndex((value, i) => value !== wanted[k][i]);
            assert.equal(wrong, -1, `${name}: row ${Math.floor(wrong / IMAGE_FLOATS)}`);
          }
        }
      }
    }
  }));
