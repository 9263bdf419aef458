/** Pictures read in workers. */
import assert from "node:assert/strict";
import { PictureReader } from "../../lib/classify/reader.ts";
import { measureIn, see, type Treatment } from "../../lib/classify/seen.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { findSourceExtractor } from "../../lib/data/sextractor/program.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import { inFolder } from "../data/folder.ts";
import { encodeFitsUnits } from "../pictures/files.ts";
import { galaxy } from "../pictures/scenes.ts";

const USUAL: Treatment = { how: undefined, transforms: 1 };

/** Four pictures, one of them to be fitted, and between them a text and nothing. */
async function pictures(folder: string) {
  const names = ["a.jpg", "small.jpg", "text.jpg", "c.jpg", "none.jpg", "d.jpg"];
  const items = names.map((name) => ({ path: `${folder}/${name}` }));
  const write = async (index: number, radius: number, size = 424) => {
    const middle = (size - 1) / 2;
    const pixels = galaxy(radius, { x: middle, y: middle, width: size, height: size });
    await Deno.writeFile(items[index].path, await encodeJpeg(pixels, size, size, 90));
  };
  await write(0, 45);
  await write(1, 20, 150);
  await Deno.writeTextFile(items[2].path, "no picture");
  await write(3, 50);
  await write(5, 60);
  return items;
}

Deno.test("pictures come in their order, the same with any number of workers", () =>
  inFolder(async (folder) => {
    const items = await pictures(folder);
    const expected = [];
    for (const item of items) expected.push(await see(item, USUAL));
    assert.deepEqual(expected.map((one) => "why" in one), [false, false, true, false, true, false]);
    for (const workers of [1, 3, 9]) {
      const reader = new PictureReader({ ...USUAL, workers });
      try {
        // Two calls under way, and one of a few when workers are there already.
        const both = await Promise.all([reader.read(items.slice(0, 4)), reader.read(items)]);
        assert.deepEqual(both, [expected.slice(0, 4), expected], `${workers} workers`);
        assert.deepEqual(await reader.read(items.slice(1, 2)), expected.slice(1, 2));
        assert.deepEqual(await reader.read([]), []);
      } finally {
        reader.close();
      }
    }
  }));

Deno.test("the views of a picture are those that its transforms need", () =>
  inFolder(async (folder) => {
    const [item] = await pictures(folder);
    for (const [transforms, looks] of [[1, 1], [60, 15]] as const) {
      const seen = await see(item, { how: undefined, transforms });
      assert.ok("views" in seen);
      assert.equal(seen.views.length, looks * IMAGE_FLOATS);
      assert.ok(seen.views.every((value) => value >= 0 && value <= 1));
    }
  }));

Deno.test("a few pictures start no worker", async () => {
  const reader = withWorker("./no_such_worker.ts", () => new PictureReader(USUAL));
  const [one, two] = await reader.read([{ path: "/none/1.jpg" }, { path: "/none/2.jpg" }]);
  assert.ok("why" in one && "why" in two);
  assert.match(two.why, /^\/none\/2\.jpg cannot be read: there is no such file/);
  reader.close();
});

Deno.test("a worker that stops costs the picture that it was at, and no other", async () => {
  const items = ["1", "crash", "2", "3", "crash too", "4"].map((path) => ({ path }));
  await withWorker("./crashing_worker.ts", async () => {
    for (const workers of [1, 2]) {
      const reader = new PictureReader({ ...USUAL, workers });
      const results = await reader.read(items);
      reader.close();
      assert.deepEqual(results.map(({ path }) => path), items.map(({ path }) => path));
      const told = results.map((one) => "why" in one ? one.why : "");
      assert.match(told[1], /^crash cannot be read: its worker stopped \(.*out of something\)$/);
      assert.match(told[4], /^crash too cannot be read: its worker stopped/);
      assert.deepEqual([0, 2, 3, 5].map((k) => told[k]), [1, 2, 3, 4].map((k) => `${k} is none`));
    }
  });
});

Deno.test("workers that do not start, and those that are closed, are told", async () => {
  const items = ["1", "2", "3"].map((path) => ({ path }));
  await withWorker("./no_such_worker.ts", async () => {
    const reader = new PictureReader(USUAL);
    await assert.rejects(reader.read(items), /^Error: a picture worker did not start: /);
    await assert.rejects(reader.read(items), /did not start/);
    reader.close();
  });
  const reader = new PictureReader(USUAL);
  const reading = assert.rejects(reader.read(items), /the picture workers are closed/);
  reader.close();
  await reading;
});

Deno.test("three files of bands are one picture, called as the first", () =>
  inFolder(async (folder) => {
    const values = Array.from({ length: 4900 }, (_, at) => {
      const distance = Math.hypot(at % 70 - 35, Math.floor(at / 70) - 35);
      return at * 7919 % 5 / 5 + 500 * Math.exp(-distance / 3);
    });
    const [red, green, blue] = ["i", "r", "g"].map((name) => `${folder}/${name}.fits`);
    for (const [k, path] of [red, green, blue].entries()) {
      const image = { axes: [70, 70], bitpix: -32, values: values.map((value) => value / (k + 1)) };
      await Deno.writeFile(path, encodeFitsUnits([image as never]));
    }
    const reader = new PictureReader(USUAL);
    const [seen, wrong] = await reader.read([
      { path: red, others: [green, blue] },
      { path: red, others: [green, `${folder}/u.fits`] },
    ]);
    reader.close();
    assert.ok("told" in seen, "why" in seen ? seen.why : "");
    assert.equal(seen.path, red);
    assert.match(seen.told, /red: .*i\.fits, green: .*r\.fits, blue: .*g\.fits; .*scaled by/);
    assert.ok("why" in wrong && /u\.fits cannot be read: there is no such file/.test(wrong.why));
  }));

const installed = await findSourceExtractor().then(() => true, () => false);

Deno.test({
  name: "Source Extractor measures in workers as it does here",
  ignore: !installed,
  fn: () =>
    inFolder(async (folder) => {
      const items = (await pictures(folder)).filter((_, index) => [0, 1, 3, 5].includes(index));
      const options = { how: { kind: "fit" }, transforms: 1, sourceExtractor: folder } as const;
      const measure = await measureIn(`${folder}/mine`);
      const expected = [];
      for (const item of items) expected.push(await see(item, options, measure));
      const reader = new PictureReader({ ...options, workers: 2 });
      assert.deepEqual(await reader.read(items.slice(0, 1)), expected.slice(0, 1));
      assert.deepEqual(await reader.read(items), expected);
      reader.close();
      assert.ok("told" in expected[1] && expected[1].told.includes("Source Extractor"));
    }),
});

/** What workers are while `work` runs. */
function withWorker<T>(file: string, work: () => T): T {
  const Real = globalThis.Worker;
  globalThis.Worker = class extends Real {
    constructor(_: string | URL, options?: WorkerOptions) {
      super(new URL(file, import.meta.url), options);
    }
  };
  const back = () => void (globalThis.Worker = Real);
  let result: T;
  try {
    result = work();
  } catch (error) {
    back();
    throw error;
  }
  if (result instanceof Promise) return result.finally(back) as T;
  back();
  return result;
}
