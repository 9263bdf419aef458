import assert from "node:assert/strict";
import { gunzip, writeNpy } from "../../lib/formats/npy.ts";

/** Runs the task as deno.json does, in a folder of its own. */
async function submit(folder: string, ...args: string[]) {
  const task = new URL("../../tasks/submit.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-write", decodeURI(task), ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

Deno.test("submit writes beside the prediction, refuses without a trace, and checks", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/raw/images_test_rev1`, { recursive: true });
    for (const id of [9, 100]) {
      await Deno.writeFile(`${folder}/raw/images_test_rev1/${id}.jpg`, new Uint8Array());
    }
    const args = ["--data", "raw", "--prediction", "p.npy.gz"];
    const write = (rows: number) =>
      writeNpy(`${folder}/p.npy.gz`, { shape: [rows, 37], data: new Float32Array(37 * rows) });

    await write(1);
    const refused = await submit(folder, ...args);
    assert.equal(refused.code, 1);
    assert.match(refused.error, /^error: p\.npy\.gz has 1 rows, .* 2 test images/);
    assert.deepEqual(Array.from(Deno.readDirSync(folder), ({ name }) => name).sort(), [
      "p.npy.gz",
      "raw",
    ]);

    await write(2);
    const written = await submit(folder, ...args);
    assert.equal(written.error, "");
    assert.equal(written.out, "Wrote p.csv.gz: 2 galaxies with 37 answers each\n");
    const file = await gunzip(await Deno.readFile(`${folder}/p.csv.gz`), "p.csv.gz");
    const rows = new TextDecoder().decode(file).split("\r\n");
    assert.deepEqual(rows.slice(1), [`9${",0.0".repeat(37)}`, `100${",0.0".repeat(37)}`, ""]);

    const checked = await submit(folder, "--data", "raw", "--check", "p.csv.gz");
    assert.match(checked.out, /p\.csv\.gz is a valid submission: 2 galaxies/);
    const missing = await submit(folder, "--data", "raw", "--check", "q.csv");
    assert.match(missing.error, /^error: q\.csv cannot be read/);
    assert.equal(missing.code, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
