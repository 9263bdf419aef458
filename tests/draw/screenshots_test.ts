/** Pictures of pages: all are shown, all are small, and one command takes them. */
import assert from "node:assert/strict";
import { SCREENSHOTS } from "../../lib/draw/screenshots/all.ts";
import { inBrowser } from "../browser.ts";
import { runReal } from "../cli/machine.ts";
import { inFolder } from "../data/folder.ts";
import { scriptPath } from "../process.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("every screenshot is shown in a document, and together they are small", () => {
  const documents = [...Deno.readDirSync(new URL("docs/", ROOT))]
    .filter(({ name }) => name.endsWith(".md")).map(({ name }) => read(`docs/${name}`));
  let bytes = 0;
  for (const name of Object.keys(SCREENSHOTS)) {
    assert.ok(documents.some((text) => text.includes(`](images/${name})`)), name);
    const { size } = Deno.statSync(new URL(`docs/images/${name}`, ROOT));
    assert.ok(size < 250_000, `${name} has ${size} bytes`);
    bytes += size;
  }
  assert.ok(bytes < 1_500_000, `${bytes} bytes`);
});

inBrowser(
  "screenshots takes a picture with the rights that it has, and leaves nothing else",
  () =>
    inFolder(async (folder) => {
      const { code, out, error } = await runReal(folder, [
        ...["screenshots", "--only", "classify.jpg", "--out", "new/pictures"],
      ]);
      assert.equal(code, 0, out + error);
      assert.match(out, /classify\.jpg {2}\d+ kB\n$/);
      const there = [...Deno.readDirSync(`${folder}/new/pictures`)].map(({ name }) => name);
      assert.deepEqual(there, ["classify.jpg"]);
      const picture = await Deno.readFile(`${folder}/new/pictures/classify.jpg`);
      assert.deepEqual([...picture.subarray(0, 3)], [0xff, 0xd8, 0xff]);
    }),
);

Deno.test("without Chromium it says so at once, and what to do", () =>
  inFolder(async (folder) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-run"],
        ...[scriptPath("tasks/screenshots.ts"), "--out", `${folder}/pictures`],
      ],
      env: { PATH: folder },
    }).output();
    assert.equal(code, 1);
    assert.match(
      new TextDecoder().decode(stderr),
      /^error: no Chromium is on the PATH\. Debian, Ubuntu: apt-get install chromium\n$/,
    );
    assert.deepEqual([...Deno.readDirSync(`${folder}/pictures`)], []);
  }));
