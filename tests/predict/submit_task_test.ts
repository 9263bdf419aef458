import assert from "node:assert/strict";
import { imagesAtHand } from "../../lib/data/images/marks.ts";
import { gunzip } from "../../lib/formats/gzip.ts";
import { writeMarkedNpy } from "../../lib/formats/marked_npy.ts";
import { writeNpy } from "../../lib/formats/npy.ts";
import { galaxiesMark } from "../../lib/marks.ts";
import { dataMark, parseProvenance } from "../../lib/provenance.ts";
import { inFolder } from "../data/folder.ts";

/** Runs the task as a user does, in a folder of its own. */
async function submit(folder: string, ...args: string[]) {
  const task = new URL("../../tasks/submit.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env=INIT_CWD"],
      decodeURI(task),
      ...["--data", "raw", ...args],
    ],
    cwd: folder,
    env: { NO_COLOR: "1", INIT_CWD: folder },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

/** Runs a test in a folder with two test images, 9 and 100. */
function withImages(test: (folder: string) => Promise<void>) {
  return inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/raw/images_test_rev1`, { recursive: true });
    for (const id of [9, 100]) writeImage(folder, id, `picture ${id}`);
    await test(folder);
  });
}
const writeImage = (folder: string, id: number, content: string) =>
  Deno.writeTextFileSync(`${folder}/raw/images_test_rev1/${id}.jpg`, content);

const answers = (rows: number) => ({ shape: [rows, 37], data: new Float32Array(37 * rows) });

/** A prediction of the images as they are now. */
async function writePrediction(folder: string, name = "p.npy.gz", ids = [9, 100]) {
  const paths = ids.map((id) => `${folder}/raw/images_test_rev1/${id}.jpg`);
  const { text, quick, digest } = await imagesAtHand(paths);
  const images = { text, quick, digest: await digest() };
  const marks = { galaxies: galaxiesMark(ids), images, model: dataMark("relu", "relu") };
  await writeMarkedNpy(`${folder}/${name}`, answers(ids.length), {
    kind: "prediction",
    marks,
    facts: { version: "test" },
  });
}
const names = (folder: string) => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();

Deno.test("submit writes beside the prediction, and what it writes passes the check", () =>
  withImages(async (folder) => {
    await writePrediction(folder);
    const written = await submit(folder, "--prediction", "p.npy.gz");
    assert.equal(written.error, "");
    assert.match(written.out, /^Wrote .*p\.csv\.gz: 2 galaxies with 37 answers each\n$/);
    const packed = Deno.readFileSync(`${folder}/p.csv.gz`);
    const { bytes, comment } = gunzip(packed, "p.csv.gz", { limit: 10_000 });
    const rows = new TextDecoder().decode(bytes).split("\r\n");
    assert.deepEqual(rows.slice(1), [`9${",0.0".repeat(37)}`, `100${",0.0".repeat(37)}`, ""]);
    const origin = parseProvenance(comment, "p.csv.gz", ["submission"]);
    assert.equal(origin?.marks.galaxies?.digest, galaxiesMark([9, 100]).digest);

    const checked = await submit(folder, "--check", "p.csv.gz");
    assert.match(checked.out, /p\.csv\.gz is a valid submission: 2 galaxies/);
    assert.equal(checked.code, 0);
  }));

Deno.test("submit checks files of others, with a note where their rows are in another order", () =>
  withImages(async (folder) => {
    await writePrediction(folder);
    await submit(folder, "--prediction", "p.npy.gz");
    const packed = Deno.readFileSync(`${folder}/p.csv.gz`);
    const { bytes } = gunzip(packed, "p.csv.gz", { limit: 10_000 });
    const [head, first, second] = new TextDecoder().decode(bytes).split("\r\n");
    Deno.writeTextFileSync(`${folder}/shuffled.csv`, [head, second, first].join("\n"));
    const shuffled = await submit(folder, "--check", "shuffled.csv");
    assert.match(
      shuffled.out,
      /^note: .* in another order .*\n.* is a valid submission: 2 galaxies/,
    );
    const missing = await submit(folder, "--check", "q.csv");
    assert.match(missing.error, /^error: .*q\.csv cannot be read: there is no such file/);
    assert.equal(missing.code, 1);
  }));

Deno.test("submit refuses an incomplete prediction without a trace", () =>
  withImages(async (folder) => {
    await writePrediction(folder, "p.npy.gz", [9]);
    const { code, error } = await submit(folder, "--prediction", "p.npy.gz");
    assert.equal(code, 1);
    assert.match(error, /^error: .*p\.npy\.gz has 1 rows, .* 2 test images/);
    assert.deepEqual(names(folder), ["p.npy.gz", "raw"]);
  }));

Deno.test("submit refuses a prediction of other galaxies or images, naming both sides", () =>
  withImages(async (folder) => {
    await writePrediction(folder);
    writeImage(folder, 100, "another picture");
    const image = await submit(folder, "--prediction", "p.npy.gz");
    assert.match(
      image.error,
      /^error: .*p\.npy\.gz.*the images: 2 images .* there, 2 images .* here/,
    );
    Deno.renameSync(
      `${folder}/raw/images_test_rev1/100.jpg`,
      `${folder}/raw/images_test_rev1/101.jpg`,
    );
    const galaxy = await submit(folder, "--prediction", "p.npy.gz");
    assert.match(
      galaxy.error,
      /the galaxies: 2 galaxies from 9 to 100 there, 2 galaxies from 9 to 101 here/,
    );
    assert.deepEqual([image.code, galaxy.code], [1, 1]);
    assert.deepEqual(names(folder), ["p.npy.gz", "raw"]);
  }));

Deno.test("submit takes a prediction that says nothing of itself only where it is told to", () =>
  withImages(async (folder) => {
    await writeNpy(`${folder}/p.npy.gz`, answers(2));
    const refused = await submit(folder, "--prediction", "p.npy.gz");
    assert.match(refused.error, /^error: .*does not say what it was made from.*--accept-unmarked/);
    assert.equal(refused.code, 1);
    const taken = await submit(folder, "--prediction", "p.npy.gz", "--accept-unmarked");
    assert.match(taken.error, /^warning: .*does not say what it was made from/);
    assert.equal(taken.code, 0);
  }));

Deno.test("submit names the prediction that is there instead of one that is not", () =>
  withImages(async (folder) => {
    const [augmented, single] = ["augmented", "single"].map((kind) =>
      `predictions/final/${kind}/test/relu.npy.gz`
    );
    await writePrediction(folder, single);
    const { code, error } = await submit(folder, "--prediction", augmented);
    assert.equal(code, 1);
    assert.match(error, /relu\.npy\.gz is missing, but there is .*single\/test\/relu\.npy\.gz/);
  }));
