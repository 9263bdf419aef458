import assert from "node:assert/strict";
import { checkImages, structureProblem } from "../../lib/data/check_images.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import { assertUserError, inFolder, madeUpImage } from "./folder.ts";

const whole = await madeUpImage(1);

Deno.test("A whole image passes, with padded markers and comments too", () => {
  assert.equal(structureProblem(whole, 424), undefined);
  const comment = [0xff, 0xff, 0xfe, 0, 6, 1, 2, 3, 4];
  const longer = Uint8Array.from([...whole.subarray(0, 2), ...comment, ...whole.subarray(2)]);
  assert.equal(structureProblem(longer, 424), undefined);
});

Deno.test("Each kind of damage is called by its name", async () => {
  const frame = whole.findIndex((byte, i) => byte === 0xff && whole[i + 1] === 0xc0);
  const problems: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /^is empty$/],
    [new TextEncoder().encode("<html>not found</html>"), /^is not a JPEG$/],
    [whole.subarray(0, 2), /^is truncated after 2 bytes$/],
    [whole.subarray(0, frame), /^is truncated after/],
    [whole.subarray(0, whole.length - 1), /^is truncated after/],
    [whole.with(2, 0), /^is damaged: its header cannot be read$/],
    [whole.with(frame + 1, 0xda), /^is damaged: it has no frame header$/],
    [whole.with(frame + 9, 1), /^has 1 colour channels, expected 3$/],
    [await madeUpImage(1, 200), /^is 200×200 pixels, expected 424×424$/],
  ];
  for (const [bytes, expected] of problems) {
    assert.match(structureProblem(bytes, 424) ?? "nothing", expected);
  }
});

Deno.test("Images at fault are named in order, counted, and those missing are among them", () =>
  inFolder(async (folder) => {
    const paths = Array.from({ length: 15 }, (_, i) => `${folder}/${i}.jpg`);
    for (const path of paths.slice(0, 14)) Deno.writeFileSync(path, new Uint8Array(0));
    for (const index of [0, 5]) Deno.writeFileSync(paths[index], whole);
    await assertUserError(
      checkImages(paths, { size: 424 }),
      /^13 of 15 images cannot be used:\n[^\n]*\/1\.jpg is empty\n/,
      "11.jpg is empty\n  and 3 more",
    );
    await assertUserError(checkImages(paths.slice(14), { size: 424 }), "14.jpg cannot be read");
    await checkImages([paths[0], paths[5]], { size: 424 });
  }));

sharedTest("All real galaxies pass", "galaxy-zoo/unlabelled", async () => {
  const folder = sharedPath("galaxy-zoo/unlabelled");
  const paths = [...Deno.readDirSync(folder)].map(({ name }) => `${folder}/${name}`);
  await checkImages(paths, { size: 424 });
});
