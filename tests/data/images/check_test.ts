import assert from "node:assert/strict";
import { checkImages, imageProblem, imageProblems } from "../../../lib/data/images/check.ts";
import { decodeImage } from "../../../lib/data/images/source.ts";
import { sharedPath, sharedTest } from "../../shared.ts";
import { assertUserError, inFolder, madeUpImage } from "../folder.ts";

const whole = await madeUpImage(1);

Deno.test("A whole image passes, with padded markers and comments too", () => {
  assert.equal(imageProblem(whole, 424), undefined);
  const comment = [0xff, 0xff, 0xfe, 0, 6, 1, 2, 3, 4];
  const longer = Uint8Array.from([...whole.subarray(0, 2), ...comment, ...whole.subarray(2)]);
  assert.equal(imageProblem(longer, 424), undefined);
});

Deno.test("Each kind of damage is called by its name", async () => {
  const frame = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xc0);
  const problems: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /^is empty/],
    [new TextEncoder().encode("<html>not found</html>"), /^is not a JPEG, but a web page or XML$/],
    [new TextEncoder().encode("\u0000"), /^is not a JPEG$/],
    [Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d), /^is not a JPEG, but a PNG$/],
    [whole.subarray(0, 2), /^is truncated after 2 bytes/],
    [whole.subarray(0, frame), /^is truncated after/],
    [whole.subarray(0, whole.length - 1), /^is truncated after/],
    [whole.with(2, 0), /^is damaged: its header cannot be read/],
    [whole.with(frame + 1, 0xda), /^is damaged: it has no frame header/],
    [whole.with(frame + 9, 1), /^is damaged: its frame header cannot be read/],
    [await madeUpImage(1, 200), /^is 200×200 pixels, expected 424×424$/],
  ];
  for (const [bytes, expected] of problems) {
    assert.match(imageProblem(bytes, 424) ?? "nothing", expected);
  }
});

const SHA = await crypto.subtle.digest("SHA-256", whole.slice());
const sha256 = [...new Uint8Array(SHA)].map((b) => b.toString(16).padStart(2, "0")).join("");

Deno.test("What each file is known by comes in order, from any number of workers", () =>
  inFolder(async (folder) => {
    const paths = Array.from({ length: 150 }, (_, i) => `${folder}/${i}.jpg`);
    for (const path of paths) Deno.writeFileSync(path, whole);
    // What comes after the end belongs to the file, not to the image.
    Deno.writeFileSync(paths[140], Uint8Array.from([...whole, 10]));
    Deno.utimeSync(paths[3], 1e9, 1e9);
    const alone = await checkImages(paths.slice(0, 4), { size: 424 });
    assert.equal(alone[0].sha256, sha256);
    assert.deepEqual(alone[3], { bytes: whole.length, modified: 1e12, sha256 });
    for (const workers of [1, 3]) {
      const states = await checkImages(paths, { size: 424, workers });
      assert.equal(states.length, 150);
      assert.deepEqual(states.slice(0, 4), alone);
      assert.deepEqual(states.map(({ bytes }) => bytes).indexOf(whole.length + 1), 140);
      assert.notEqual(states[140].sha256, sha256);
    }
    for (const k of [149, 70, 2]) Deno.writeFileSync(paths[k], whole.subarray(0, 5000));
    await assertUserError(
      checkImages(paths, { size: 424, workers: 3 }),
      /^3 of 150 images [^\n]*\n[^\n]*\/2\.jpg is trunc[^\n]*\n[^\n]*\/70\.jpg .*\n.*\/149\.jpg/,
    );
    const problems = await imageProblems(paths, { size: 424, workers: 2 });
    assert.deepEqual([...problems.keys()], [2, 70, 149].map((k) => paths[k]));
  }));

Deno.test("Images at fault are named in order, counted, and those missing are among them", () =>
  inFolder(async (folder) => {
    const paths = Array.from({ length: 15 }, (_, i) => `${folder}/${i}.jpg`);
    for (const path of paths.slice(0, 14)) Deno.writeFileSync(path, new Uint8Array(0));
    for (const index of [0, 5]) Deno.writeFileSync(paths[index], whole);
    await assertUserError(
      checkImages(paths, { size: 424 }),
      /^13 of 15 images cannot be used:\n[^\n]*\/1\.jpg is empty/,
      /11\.jpg is empty[^\n]*\n {2}and 3 more$/,
    );
    await assertUserError(
      checkImages(paths.slice(14), { size: 424 }),
      "14.jpg cannot be read: there is no such file",
    );
    await checkImages([paths[0], paths[5]], { size: 424 });
  }));

Deno.test({
  name: "What is no ordinary file, or too large to be an image, is a sentence at once",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const path = (name: string) => `${folder}/${name}.jpg`;
      Deno.mkdirSync(path("folder"));
      Deno.symlinkSync(path("loop"), path("loop"));
      Deno.symlinkSync("/dev/zero", path("device"));
      await new Deno.Command("mkfifo", { args: [path("pipe")] }).output();
      const huge = Deno.createSync(path("huge"));
      huge.truncateSync(2 ** 40);
      huge.close();
      const started = performance.now();
      const paths = ["folder", "loop", "device", "pipe", "huge"].map(path);
      const problems = [...(await imageProblems(paths, { size: 424 })).values()];
      assert.match(problems[0], /^cannot be read: it is a folder/);
      assert.match(problems[1], /^cannot be read: its symbolic links lead in a circle/);
      assert.match(problems[2], /^cannot be read: it is a device|^cannot be read\. Deno opens/);
      assert.match(problems[3], /^cannot be read: it is a pipe/);
      assert.match(problems[4], /^cannot be read: it has 1,099,511,627,776 bytes, at most/);
      for (const path of paths) await assertUserError(decodeImage(path), path, "cannot be read");
      assert.ok(performance.now() - started < 1000);
    }),
});

for (const set of ["raw/images_training_rev1", "raw/images_test_rev1", "unlabelled"]) {
  sharedTest(`All real galaxies pass: ${set}`, `galaxy-zoo/${set}`, async () => {
    const folder = sharedPath(`galaxy-zoo/${set}`);
    const paths = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
    await checkImages(paths, { size: 424 });
  });
}
