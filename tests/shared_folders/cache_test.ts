/** One cache for all: built once, read by many, also where several nodes share its folder. */
import assert from "node:assert/strict";
import { CacheReader, openCache } from "../../lib/data/cache/cached_images.ts";
import { openImages } from "../../lib/data/dataset.ts";
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { inFolder, madeUpImage } from "../data/folder.ts";
import { runScript } from "../process.ts";
import { forgotten, withNodes } from "./clients.ts";

const READER = new URL("./reader.ts", import.meta.url).pathname;
const IMAGES = 40;

async function makeData(data: string) {
  const picture = await madeUpImage(1);
  const images = `${data}/images_test_rev1`;
  await Deno.mkdir(images, { recursive: true });
  for (let id = 1; id <= IMAGES; id++) {
    await Deno.writeFile(`${images}/${100 + id}.jpg`, picture);
  }
  return picture;
}

/** What a reader that saw every image right says. */
async function digestOf(picture: Uint8Array): Promise<string> {
  const { rgb } = await decodeJpeg(picture, "picture");
  return sha256(...new Array<string>(IMAGES).fill(sha256(rgb)));
}

/** A process that has read all images, and still reads until `end` is called. */
async function startReader(data: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", READER, data, "test"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const out = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await out.read();
    if (done) break;
    said += value;
  }
  return {
    digest: said.trim(),
    async end() {
      await child.stdin.close();
      await out.cancel();
      assert.equal((await child.status).code, 0);
    },
  };
}

const cache = (data: string, ...args: string[]) =>
  runScript("tasks/cache.ts", ["--data", data, "--workers", "2", ...args]);

Deno.test("Of two that build a cache at once, one does, and the other is told what to wait for", () =>
  inFolder(async (data) => {
    await makeData(data);
    const both = await Promise.all([cache(data), cache(data)]);
    const [done, refused] = both.sort((a, b) => a.code - b.code);
    assert.equal(done.code, 0, done.error);
    if (refused.code === 0) {
      // The first one was done before the second one began.
      return assert.match(refused.out, /0 images decoded/);
    }
    assert.equal(refused.code, 1);
    assert.match(refused.error, /is in use: .*another cache task is at work.*Wait until it has/);
  }));

Deno.test("Several processes read one cache at once, and nobody rewrites it meanwhile", () =>
  inFolder(async (data) => {
    const picture = await makeData(data);
    assert.equal((await cache(data)).code, 0);
    const readers = await Promise.all([1, 2, 3].map(() => startReader(data)));
    const digest = await digestOf(picture);
    for (const reader of readers) assert.equal(reader.digest, digest);
    const { code, error } = await cache(data);
    assert.equal(code, 1);
    assert.match(error, /test\.rgb is in use/);
    for (const reader of readers) await reader.end();
    assert.equal((await cache(data)).code, 0);
  }));

Deno.test("A cache that one node has built is read by others", () =>
  withNodes(2, async ([one, other]) => {
    const picture = await makeData(`${one}/data`);
    const built = await cache(`${one}/data`);
    assert.equal(built.code, 0, built.error);
    assert.match(built.error, /note: .*test\.rgb is on a file system without locks: make sure/);
    await forgotten();
    const readers = await Promise.all([one, other].map((node) => startReader(`${node}/data`)));
    const digest = await digestOf(picture);
    for (const reader of readers) {
      assert.equal(reader.digest, digest);
      await reader.end();
    }
  }));

Deno.test("Where there are no locks, two that build a cache at once end with one that is right", () =>
  withNodes(2, async ([one, other]) => {
    const picture = await makeData(`${one}/data`);
    await forgotten();
    const both = await Promise.all([cache(`${one}/data`), cache(`${other}/data`)]);
    for (const { error } of both) assert.doesNotMatch(error, /internal error/);
    await forgotten();
    const { paths } = await openImages(`${one}/data`, "test");
    const { rgb } = await decodeJpeg(picture, "picture");
    const { code, out, error } = await cache(`${one}/data`);
    assert.equal(code, 0, out + error);
    const stored = (await openCache(`${one}/data`, "test", paths))!;
    const reader = new CacheReader(stored);
    for (const k of paths.keys()) reader.use(k, (pixels) => void assert.deepEqual(pixels, rgb));
    reader.close();
  }));
