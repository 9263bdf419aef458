/** Images as people have them: cases 01 to 05, 14, 24 and 25. */
import assert from "node:assert/strict";
import { CacheWriter } from "../../lib/data/cache/writer.ts";
import { checkImages } from "../../lib/data/images/check.ts";
import { openImages } from "../../lib/data/dataset.ts";
import { decodeImage } from "../../lib/data/images/source.ts";
import { takeInventory } from "../../lib/data/inventory.ts";
import { IMAGE_BYTES } from "../../lib/data/views/warp.ts";
import { segment } from "../data/jpeg/files.ts";
import { assertUserError, inFolder, labelsText, madeUpImage } from "../data/folder.ts";
import { sharedPath, sharedTest } from "../shared.ts";

const CASES = {
  rgb: "cases/01-jpeg-rgb-component-ids",
  cut: "cases/02-jpeg-cut-but-with-end-marker",
  tail: "cases/03-jpeg-bytes-after-the-end",
  arithmetic: "cases/04-jpeg-arithmetic-coding",
} as const;
const whole = await madeUpImage(1);
const TEST = "images_test_rev1";

/** A data folder with ten training galaxies and some test galaxies. */
function makeData(folder: string, test: Record<string, Uint8Array>): string {
  const train = Array.from({ length: 10 }, (_, k) => 200001 + k);
  Deno.mkdirSync(`${folder}/images_training_rev1`);
  for (const id of train) Deno.writeFileSync(`${folder}/images_training_rev1/${id}.jpg`, whole);
  Deno.mkdirSync(`${folder}/${TEST}`);
  for (const [name, bytes] of Object.entries(test)) {
    Deno.writeFileSync(`${folder}/${TEST}/${name}`, bytes);
  }
  Deno.writeTextFileSync(`${folder}/training_solutions_rev1.csv`, labelsText(train));
  return folder;
}

/** What check:data says of the test images. */
async function testFinding(data: string, need: "train" | "test" = "train") {
  const findings = await takeInventory(data, { need });
  return findings.find(({ name }) => name === "test images")!;
}

/** What each way of using an image says of it: check:data, train and predict, and the cache. */
async function verdicts(folder: string, image: Uint8Array): Promise<string[]> {
  const data = makeData(folder, { "100018.jpg": image });
  const path = `${data}/${TEST}/100018.jpg`;
  const found = await testFinding(data);
  const checked = await checkImages([path], { size: 424 }).then(() => "", ({ message }) => message);
  const pixels = `${folder}/pixels`;
  Deno.createSync(pixels).close();
  const writer = new CacheWriter();
  const { unusable, failure } = await writer.store({ pixels, images: [{ path, place: 0 }] });
  writer.close();
  assert.equal(failure, undefined);
  return [found.state === "ok" ? "" : found.text, checked, ...unusable];
}

async function assertNamed(image: Uint8Array, pattern: RegExp) {
  const said = await inFolder((folder) => verdicts(folder, image));
  assert.equal(said.length, 3);
  for (const text of said) assert.match(text, pattern);
}

sharedTest(
  "case 01: components called R, G and B have the colours that libjpeg shows",
  CASES.rgb,
  async () => {
    const path = sharedPath(`${CASES.rgb}/picture.jpg`);
    const rgb = await decodeImage(path);
    const pixel = (row: number, column: number) =>
      rgb.subarray(3 * (row * 424 + column), 3 * (row * 424 + column) + 3);
    for (
      const [found, expected] of [[pixel(400, 200), [9, 11, 6]], [pixel(100, 100), [13, 12, 9]]]
    ) {
      found.forEach((value, k) => assert.ok(Math.abs(value - expected[k]) <= 3, `${found}`));
    }
    for (const channel of [0, 1, 2]) {
      const sum = rgb.reduce((sum, value, k) => k % 3 === channel ? sum + value : sum, 0);
      assert.ok(sum / 424 ** 2 < 40, "the sky is dark");
    }
    const said = await inFolder((folder) => verdicts(folder, Deno.readFileSync(path)));
    assert.deepEqual(said, ["", ""]);
  },
);

for (const name of ["half_eoi", "hole_cut", "hole_zero"]) {
  sharedTest(`case 02: ${name} is called damaged everywhere`, CASES.cut, () =>
    assertNamed(
      Deno.readFileSync(sharedPath(`${CASES.cut}/${name}.jpg`)),
      /100018\.jpg is damaged: .*row \d+ of 424\. Fetch it again/,
    ));
}

for (const name of ["trail_nl", "trail_nul"]) {
  sharedTest(`case 03: ${name} is used as it is everywhere`, CASES.tail, async () => {
    const bytes = Deno.readFileSync(sharedPath(`${CASES.tail}/${name}.jpg`));
    assert.deepEqual(await inFolder((folder) => verdicts(folder, bytes)), ["", ""]);
  });
}

sharedTest(
  "case 04: arithmetic coding is named everywhere, with what helps",
  CASES.arithmetic,
  () =>
    assertNamed(
      Deno.readFileSync(sharedPath(`${CASES.arithmetic}/arith.jpg`)),
      /100018\.jpg is coded arithmetically, which is not supported\. Save it again as an ordinary JPEG/,
    ),
);

Deno.test("case 05: test images called .JPG and .jpeg count", () =>
  inFolder(async (folder) => {
    const ids = [100018, 100037, 100042, 100052, 100056, 100058];
    const endings = ["JPG", "JPG", "JPG", "jpeg", "jpeg", "jpg"];
    const files = ids.map((id, k) => [`${id}.${endings[k]}`, whole] as const);
    const data = makeData(folder, Object.fromEntries(files));
    const { text, state } = await testFinding(data);
    assert.deepEqual([state, text], ["ok", "6 of Kaggle's 79,975"]);
    const images = await openImages(data, "test");
    assert.deepEqual(images.ids, ids);
    for (const path of images.paths) assert.equal((await decodeImage(path)).length, IMAGE_BYTES);
    Deno.renameSync(images.paths[0], `${data}/${TEST}/100018.png`);
    assert.match((await testFinding(data)).text, /holds 1 of other names.*: 100018\.png\. /);
  }));

Deno.test("case 14: a file that claims 20,000 × 20,000 pixels costs neither time nor memory", async () => {
  const huge = whole.slice();
  const { start } = segment(huge, 0xc0);
  huge.set([20000 >> 8, 20000 & 255, 20000 >> 8, 20000 & 255], start + 5);
  const [before, started] = [Deno.memoryUsage().rss, performance.now()];
  await assertNamed(huge, /100018\.jpg is 20000×20000 pixels, expected 424×424/);
  await inFolder(async (folder) => {
    Deno.writeFileSync(`${folder}/1.jpg`, huge);
    await assertUserError(decodeImage(`${folder}/1.jpg`), "1.jpg is 20000×20000 pixels");
  });
  assert.ok(performance.now() - started < 1000);
  assert.ok(Deno.memoryUsage().rss - before < 100e6);
});

Deno.test("case 24: missing or broken test images are fatal where they are needed", () =>
  inFolder(async (folder) => {
    const data = makeData(folder, { "3.jpg": whole, "5.jpg": whole.subarray(0, 4000) });
    for (const need of ["train", "test"] as const) {
      const { state, fatal, text } = await testFinding(data, need);
      assert.deepEqual([state, fatal], ["wrong", need === "test"]);
      assert.match(text, /\n1 cannot be used:\n.*5\.jpg is truncated after 4000 bytes/);
    }
    Deno.removeSync(`${data}/${TEST}/5.jpg`);
    assert.ok(!(await testFinding(data, "test")).fatal);
    Deno.removeSync(`${data}/${TEST}`, { recursive: true });
    assert.ok(!(await testFinding(data)).fatal);
    const { state, fatal } = await testFinding(data, "test");
    assert.deepEqual([state, fatal], ["absent", true]);
  }));

Deno.test("case 25: of images in a folder within, the command that moves them up is told", () =>
  inFolder(async (folder) => {
    const data = makeData(folder, {});
    const images = `${data}/${TEST}`;
    Deno.mkdirSync(`${images}/${TEST}`);
    Deno.writeFileSync(`${images}/${TEST}/3.jpg`, whole);
    const expected = `but there are images in ${images}/${TEST}. Move that one up: ` +
      `mv ${images} ${images}.unpacked && mv ${images}.unpacked/${TEST} ${images}`;
    await assertUserError(openImages(data, "test"), expected);
    const { state, text } = await testFinding(data);
    assert.equal(state, "wrong");
    assert.ok(text.includes(expected), text);
  }));
