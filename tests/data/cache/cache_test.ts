import assert from "node:assert/strict";
import { CacheReader, openCache } from "../../../lib/data/cache/cached_images.ts";
import {
  checkSpace,
  fillCache,
  type FillOptions,
  planCache,
} from "../../../lib/data/cache/build.ts";
import { chooseFolder, rememberFolder, removeCache } from "../../../lib/data/cache/folder.ts";
import { openImages } from "../../../lib/data/dataset.ts";
import { checksumOf } from "../../../lib/data/cache/index_file.ts";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { seal } from "../../../lib/files/sealed_json.ts";
import { ImageSource } from "../../../lib/data/images/source.ts";
import { ViewProducer } from "../../../lib/data/views/workers.ts";
import { IMAGE_BYTES } from "../../../lib/data/views/warp.ts";
import { Random } from "../../../lib/random.ts";
import { assertUserError, inFolder, madeUpImage } from "../folder.ts";

const pictures = await Promise.all([1, 2, 3].map((number) => madeUpImage(number)));
const IDS = [5, 7, 9, 12, 20];

/** A data folder whose images are three pictures in turn. */
function makeData(folder: string, ids = IDS): string {
  Deno.mkdirSync(`${folder}/images_test_rev1`, { recursive: true });
  ids.forEach((id, k) => Deno.writeFileSync(jpeg(folder, id), pictures[k % 3]));
  return folder;
}
const jpeg = (data: string, id: number) => `${data}/images_test_rev1/${id}.jpg`;

/** What `deno task cache` does. Returns how many images were there, and how many it decoded. */
async function makeCache(data: string, to?: string, options: Partial<FillOptions> = {}) {
  const folder = await chooseFolder(data, to);
  const images = await openImages(data, "test");
  const plan = await planCache({ data, folder, set: "test", images });
  try {
    checkSpace([plan], folder);
    await rememberFolder(data, folder);
    const finished = await fillCache(plan, { workers: 2, ...options });
    return { kept: plan.kept, decoded: plan.jobs.length, finished };
  } finally {
    plan.file.close();
  }
}

const fail = (text: string) => assert.fail(`unexpected warning: ${text}`);
async function open(data: string, warn: (text: string) => void = fail) {
  const { paths } = await openImages(data, "test");
  return { paths, stored: await openCache(data, "test", paths, warn) };
}

/** Asserts that every image of the data comes from the cache, and as its JPEG has it. */
async function assertGood(data: string) {
  const { paths, stored } = await open(data);
  assert.ok(stored);
  const reader = new CacheReader(stored);
  for (const [k, path] of paths.entries()) {
    const { rgb } = await decodeJpeg(Deno.readFileSync(path), path);
    reader.use(k, (pixels) => {
      assert.deepEqual(pixels, rgb);
    });
  }
  reader.close();
}

/** Workers that are told to end take a moment. */
async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let time = 0;; time++) {
    try {
      return await attempt();
    } catch (error) {
      if (time === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function damage(path: string, offset: number, bytes: Uint8Array) {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(offset, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

Deno.test("A cache holds what decoding gives, and made again it decodes nothing", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    assert.equal((await open(data)).stored, undefined);
    assert.deepEqual(await makeCache(data), { kept: 0, decoded: 5, finished: true });
    assert.equal(Deno.statSync(`${data}/cache/test.rgb`).size, 5 * IMAGE_BYTES);
    await assertGood(data);
    assert.deepEqual(await makeCache(data), { kept: 5, decoded: 0, finished: true });
    await assertGood(data);
  }));

Deno.test("Views are the same bytes with and without a cache", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const { paths, stored } = await open(data);
    const indices = Array.from({ length: 30 }, (_, k) => (3 * k) % 5);
    const made = [];
    for (const options of [{ cacheBytes: 0 }, {}, { stored }, { stored, cacheBytes: 0 }]) {
      const producer = new ViewProducer({ workers: 2, paths, ...options });
      const views = producer.allocate(indices.length);
      await producer.training(views, indices, { seed: 1, chunk: 2 }).finally(() =>
        producer.close()
      );
      made.push(views);
    }
    for (const views of made) assert.deepEqual(views, made[0]);
  }));

Deno.test("Changed, missing and new images are refused by name until the cache is made again", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const later = new Date(Date.now() + 5000);
    Deno.writeFileSync(jpeg(data, 7), pictures[2]);
    Deno.utimeSync(jpeg(data, 7), later, later);
    Deno.writeFileSync(jpeg(data, 30), pictures[0]);
    await assertUserError(
      open(data),
      "cache/test.rgb does not fit the 6 test images",
      "1 are not in it yet: 30.jpg",
      "1 have changed since: 7.jpg",
      `deno task cache --data ${data}`,
      "--remove",
    );
    // The new image takes the place of the one that is gone.
    Deno.removeSync(jpeg(data, 5));
    assert.deepEqual(await makeCache(data), { kept: 3, decoded: 2, finished: true });
    assert.equal(Deno.statSync(`${data}/cache/test.rgb`).size, 5 * IMAGE_BYTES);
    await assertGood(data);
  }));

Deno.test("Images that are not wanted may be stale, and a shorter list makes a shorter file", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    Deno.writeFileSync(jpeg(data, 20), pictures[0].subarray(0, 100));
    const { paths } = await openImages(data, "test");
    assert.ok(await openCache(data, "test", paths.slice(0, 4)));
    Deno.removeSync(jpeg(data, 20));
    await makeCache(data);
    assert.equal(Deno.statSync(`${data}/cache/test.rgb`).size, 4 * IMAGE_BYTES);
  }));

Deno.test("A truncated cache is refused with its size, and mended", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const file = `${data}/cache/test.rgb`;
    Deno.truncateSync(file, 3 * IMAGE_BYTES + 1000);
    await assertUserError(
      open(data),
      `2 are cut off, since it has only ${3 * IMAGE_BYTES + 1000} bytes: 12.jpg, 20.jpg`,
    );
    assert.deepEqual(await makeCache(data), { kept: 3, decoded: 2, finished: true });
    await assertGood(data);
    Deno.removeSync(file);
    await assertUserError(open(data), "5 are cut off, since it has only 0 bytes");
  }));

Deno.test("The checksum sees every flipped bit", () => {
  const record = new Uint8Array(IMAGE_BYTES).map((_, i) => (i * 7919) >> 3);
  const before = checksumOf(record);
  const random = new Random(1, "test");
  // All bits of some words, at both ends and in between, and bits anywhere.
  const words = [0, 1, IMAGE_BYTES / 8, IMAGE_BYTES / 4 - 1];
  const bits = words.flatMap((word) => Array.from({ length: 32 }, (_, bit) => 32 * word + bit));
  for (let k = 0; k < 2000; k++) bits.push(random.below(8 * IMAGE_BYTES));
  for (const bit of bits) {
    record[bit >> 3] ^= 1 << (bit & 7);
    assert.notEqual(checksumOf(record), before, `bit ${bit}`);
    record[bit >> 3] ^= 1 << (bit & 7);
  }
  assert.equal(checksumOf(record), before);
});

Deno.test("Damage that sizes and dates do not show is found when a record is read", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const file = `${data}/cache/test.rgb`;
    const records = Deno.readFileSync(file);
    const { stored } = await open(data);
    const read = async (k: number) => {
      const reader = new CacheReader(stored!);
      try {
        await reader.use(k, () => undefined);
      } finally {
        reader.close();
      }
    };
    const damaged = /cache .*test\.rgb is damaged: record 1 .* --remove/;
    damage(file, IMAGE_BYTES + 1234, Uint8Array.of(records[IMAGE_BYTES + 1234] ^ 128));
    await assertUserError(read(1), damaged);
    damage(file, IMAGE_BYTES, records.subarray(0, IMAGE_BYTES)); // another's pixels
    await assertUserError(read(1), damaged);
    Deno.truncateSync(file, IMAGE_BYTES); // while a run goes on
    await assertUserError(read(1), damaged);
    Deno.truncateSync(file, 5 * IMAGE_BYTES); // zeros
    await assertUserError(read(1), damaged);
    await read(0);
    Deno.removeSync(file);
    await assertUserError(read(1), "test.rgb cannot be read");
  }));

/** An index that was changed and sealed by somebody who knows how. */
function sealedAgain(text: string, change: (index: Record<string, unknown[]>) => void): string {
  const { sha256: _, ...index } = JSON.parse(text);
  change(index);
  return seal(index);
}

Deno.test("A damaged index and one of another version are refused; --remove needs no index", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const file = `${data}/cache/test.json`;
    const saved = Deno.readTextFileSync(file);
    for (
      const [text, pattern] of [
        [saved.slice(0, 100), "is not JSON"],
        [saved.replace('"version":2', '"version":1'), "is of version 1"],
        [saved.replace('"ids":[5,', '"ids":['), "does not agree with its own sha256"],
        [sealedAgain(saved, (index) => index.ids.pop()), "there are 4 ids, but bytes has 5 values"],
        [sealedAgain(saved, (index) => index.bytes[2] = "x"), 'record 2.bytes is "x"'],
      ]
    ) {
      Deno.writeTextFileSync(file, text);
      await assertUserError(open(data), "test.json", pattern, "deno task cache --remove");
      await assertUserError(makeCache(data), "test.json", pattern);
    }
    assert.equal(await removeCache(data, ["train", "test"]), 5 * IMAGE_BYTES);
    assert.equal((await open(data)).stored, undefined);
    assert.deepEqual([...Deno.readDirSync(data)].map(({ name }) => name), ["images_test_rev1"]);
  }));

Deno.test("A cache elsewhere is found again, and forgotten when its folder is gone", () =>
  inFolder(async (folder) => {
    const data = makeData(`${folder}/raw`);
    await makeCache(data, `${folder}/memory`);
    assert.equal((await open(data)).stored!.pixels, `${folder}/memory/test.rgb`);
    assert.deepEqual(await makeCache(data), { kept: 5, decoded: 0, finished: true });
    await assertUserError(makeCache(data, `${folder}/other`), "has a cache in", "/memory already");
    await removeCache(data, ["test"]);
    assert.deepEqual(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      ["other", "raw"]
        .filter((name) => name === "raw"),
    );

    await makeCache(data, `${folder}/memory`);
    Deno.removeSync(`${folder}/memory`, { recursive: true });
    const notes: string[] = [];
    assert.equal((await open(data, (text) => notes.push(text))).stored, undefined);
    assert.match(notes.join(), /cache\.json names .*memory, which holds no cache of test images/);
    Deno.writeTextFileSync(`${data}/cache.json`, "{");
    await assertUserError(open(data), "cache.json is damaged");
  }));

Deno.test("The cache of other data is neither used nor overwritten", () =>
  inFolder(async (folder) => {
    const data = makeData(`${folder}/raw`);
    const other = makeData(`${folder}/other`);
    await makeCache(data, `${folder}/shared`);
    await assertUserError(
      makeCache(other, `${folder}/shared`),
      `/shared holds the cache of other data, ${Deno.realPathSync(data)}`,
    );
    // The same names and sizes, but not the same files.
    const past = new Date(1e12);
    for (const id of IDS) Deno.utimeSync(jpeg(other, id), past, past);
    await rememberFolder(other, `${folder}/shared`);
    await assertUserError(open(other), "5 have changed since: 5.jpg, 7.jpg");
    // A folder may be moved.
    Deno.renameSync(data, `${folder}/moved`);
    await makeCache(`${folder}/moved`, `${folder}/shared`);
    await assertGood(`${folder}/moved`);
  }));

Deno.test("Images that cannot be decoded are named, and all others stored", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    Deno.writeFileSync(jpeg(data, 7), pictures[0].subarray(0, 3000));
    Deno.writeFileSync(jpeg(data, 12), await madeUpImage(1, 100));
    await assertUserError(
      makeCache(data),
      "2 of 5 images could not be stored",
      "7.jpg is truncated after 3000 bytes",
      "12.jpg is 100×100 pixels",
    );
    await assertUserError(open(data), "2 are not in it yet: 7.jpg, 12.jpg");
    for (const id of [7, 12]) Deno.writeFileSync(jpeg(data, id), pictures[0]);
    assert.deepEqual(await makeCache(data), { kept: 3, decoded: 2, finished: true });
  }));

Deno.test("A cache that is stopped keeps what is done", () =>
  inFolder(async (folder) => {
    const ids = Array.from({ length: 40 }, (_, k) => k + 1);
    const data = makeData(folder, ids);
    let done = 0;
    const stop = {
      stopRequested: () => done > 0,
      onProgress: (count: number) => done = count,
      workers: 1,
    };
    assert.deepEqual(await makeCache(data, undefined, stop), {
      kept: 0,
      decoded: 40,
      finished: false,
    });
    await assertUserError(open(data), "32 are not in it yet: 9.jpg");
    assert.deepEqual(await makeCache(data), { kept: 8, decoded: 32, finished: true });
    await assertGood(data);
  }));

Deno.test("Too little space is refused with both numbers before anything is decoded", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    const images = await openImages(data, "test");
    const cache = await chooseFolder(data, undefined);
    const plan = await planCache({ data, folder: cache, set: "test", images });
    assert.equal(plan.growth, 5 * IMAGE_BYTES);
    plan.file.close();
    const plans = [{ ...plan, growth: 33.25 * 2 ** 30 }, { ...plan, growth: 40 * 2 ** 30 }];
    assert.throws(
      () => checkSpace(plans, cache, 30 * 2 ** 30),
      /needs 73\.3 GiB more \(test 33\.3 GiB, test 40\.0 GiB\), but .* has 30\.0 GiB free/,
    );
    checkSpace(plans, cache, 74 * 2 ** 30);
    assert.throws(() => checkSpace([{ ...plan, growth: 1e30 }], cache), /GiB free/);
  }));

Deno.test("While a run reads a cache nobody rewrites or removes it, and the other way round", () =>
  inFolder(async (folder) => {
    const data = makeData(folder);
    await makeCache(data);
    const { paths, stored } = await open(data);
    const producer = new ViewProducer({ workers: 1, paths, stored });
    await producer.fixed(producer.allocate(1), [0]);
    await assertUserError(makeCache(data), "test.rgb is in use");
    await assertUserError(removeCache(data, ["test"]), "test.rgb is in use");
    await assertGood(data); // readers do not disturb each other
    producer.close();

    const images = await openImages(data, "test");
    const options = { data, folder: `${data}/cache`, set: "test", images } as const;
    const plan = await patiently(() => planCache(options));
    const source = new ImageSource(paths, undefined, stored);
    await assertUserError(
      source.use(0, () => undefined),
      "is being written by a cache task",
    );
    plan.file.close();
  }));
