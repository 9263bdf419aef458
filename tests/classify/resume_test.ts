/** Catalogues as processes of their own: with other folders, killed, twice at once, several networks. */
import assert from "node:assert/strict";
import { classifyPictures } from "../../lib/classify/classify.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { ParquetFile } from "../../lib/formats/parquet_read.ts";
import { READABLE_NAMES } from "../../lib/classify/columns.ts";
import { TOGETHER } from "../../lib/classify/reader.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { readParameters, writeParameters } from "../../lib/library/trained.ts";
import { REPOSITORY, runReal } from "../cli/machine.ts";
import { inFolder } from "../data/folder.ts";

const jpegs = [0, 1, 2].map((index) => encodeJpeg(syntheticGalaxy(3, index).pixels, 424, 424, 90));

/** Some galaxies below `folder`, and in it a catalogue of more rows than these. */
async function catalogue(folder: string, rows: number, pictures = `${folder}/pictures`) {
  await Deno.mkdir(pictures, { recursive: true });
  for (const [k, jpeg] of jpegs.entries()) await Deno.writeFile(`${pictures}/${k}.jpg`, await jpeg);
  const base = pictures.startsWith(`${folder}/`) ? pictures.slice(folder.length + 1) : pictures;
  const lines = Array.from({ length: rows }, (_, k) => `g${k},${k},${base}/${k % 3}.jpg\n`);
  lines[2] = `g2,2,${base}/none.jpg\n`;
  await Deno.writeTextFile(`${folder}/all.csv`, `id_str,ra,file_loc\n${lines.join("")}`);
}

const FILES = ["out.csv", "out.json", "out.parquet", "out.html"];
const FLAGS = ["--csv", "--json", "--parquet", "--report"].flatMap((flag, k) => [flag, FILES[k]]);
const COMMAND = ["classify", "all.csv", "--transforms", "1", ...FLAGS];

const sizeOf = (path: string) => Deno.stat(path).then(({ size }) => size, () => 0);

/** Starts `./run` in a folder, and ends it in this way when the first batch is kept. */
async function interrupted(folder: string, signal: Deno.Signal) {
  const child = new Deno.Command(decodeURIComponent(new URL("run", REPOSITORY).pathname), {
    args: COMMAND,
    cwd: folder,
    env: {
      PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`,
      NO_COLOR: "1",
    },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let running = true;
  const ended = child.output().finally(() => running = false);
  while (running && await sizeOf(`${folder}/out.csv.part/rows`) === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill(signal);
  const { code, stdout, stderr } = await ended;
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

Deno.test("killed and gone on with, results are bit for bit those of one run", () =>
  inFolder(async (folder) => {
    const rows = 4 * TOGETHER;
    await catalogue(folder, rows);
    const whole = await runReal(folder, COMMAND);
    assert.equal(whole.code, 2, whole.error);
    assert.match(whole.out, new RegExp(`^${rows - 1} pictures`, "m"));
    assert.match(whole.error, /^not classified: 1\n {2}\S*none\.jpg cannot be read: there is no/m);
    const expected = [];
    for (const file of FILES) {
      expected.push(await Deno.readFile(`${folder}/${file}`));
      await Deno.remove(`${folder}/${file}`);
    }

    await interrupted(folder, "SIGKILL");
    const again = await runReal(folder, COMMAND);
    assert.equal(again.code, 1);
    assert.match(again.error, /out\.csv\.part has \d+ rows of a classification .*--resume/);
    const other = await runReal(folder, [...COMMAND, "--resume", "--fit"]);
    assert.equal(other.code, 1);
    assert.match(
      other.error,
      /something else\. the settings: each picture by its size, .*fit, ver/,
    );
    assert.deepEqual(
      FILES.filter((file) => [...Deno.readDirSync(folder)].some(({ name }) => name === file)),
      [],
    );

    const resumed = await runReal(folder, [...COMMAND, "--resume"]);
    assert.equal(resumed.code, 2, resumed.error);
    assert.match(resumed.out, new RegExp(`^going on after \\d+ of ${rows} pictures$`, "m"));
    assert.match(resumed.out, new RegExp(`^${rows - 1} pictures`, "m"));
    assert.match(resumed.error, /^not classified: 1$/m);
    for (const [k, file] of FILES.entries()) {
      assert.deepEqual(await Deno.readFile(`${folder}/${file}`), expected[k], file);
    }
    await assert.rejects(Deno.stat(`${folder}/out.csv.part`), Deno.errors.NotFound);
  }));

Deno.test("Ctrl-C keeps what is classified and says how to go on", () =>
  inFolder(async (folder) => {
    await catalogue(folder, 6 * TOGETHER);
    const { code, out, error } = await interrupted(folder, "SIGINT");
    assert.equal(code, 130, error);
    assert.match(
      out,
      /^stopped\. \d+ pictures classified so far, in \S+out\.csv\.part: go on with --r/m,
    );
  }));

Deno.test("pictures elsewhere are read where they are granted, and named where they are not", () =>
  inFolder(async (folder) => {
    const [here, there] = ["catalogues", "elsewhere"].map((name) => `${folder}/${name}`);
    await Deno.mkdir(here);
    await catalogue(here, 4, there);
    const args = ["classify", "all.csv", "--transforms", "1", "--parquet", "a.parquet"];
    const refused = await runReal(here, args);
    assert.equal(refused.code, 1);
    assert.match(
      refused.error,
      /0\.jpg is not in the folder of the catalogue .*--images \S+elsewhere/,
    );
    const { code, error } = await runReal(here, [...args, "--images", "../elsewhere"]);
    assert.equal(code, 2, error);
    const file = await ParquetFile.open(`${here}/a.parquet`);
    const rows: Record<string, unknown>[] = [];
    for await (const some of file.rows([...file.columns.keys()])) rows.push(...some);
    file.close();
    assert.deepEqual(rows.map(({ id_str }) => id_str), ["g0", "g1", "g2", "g3"]);
    assert.deepEqual(rows.map(({ error }) => error === null), [true, true, false, true]);
    const asked = (row: Record<string, unknown>) =>
      READABLE_NAMES.slice(0, 3).map((name) => row[`${name}_fraction`] as number);
    assert.ok(Math.abs(asked(rows[0]).reduce((sum, share) => sum + share) - 1) < 1e-5);
    assert.deepEqual(asked(rows[2]), [null, null, null]);
  }));

Deno.test("several networks say the mean of what each says", () =>
  inFolder(async (folder) => {
    const own = `${folder}/other.safetensors`;
    const shipped = new URL("weights/compact.safetensors", REPOSITORY).pathname;
    const { model, parameters } = await readParameters(shipped);
    const changed = new Map(parameters);
    const [name, last] = [...parameters].at(-1)!;
    changed.set(name, { ...last, data: last.data.map((value, k) => value + (k % 3) / 5) });
    await writeParameters(own, { model, parameters: changed });
    await Deno.writeFile(`${folder}/a.jpg`, await jpegs[0]);

    const lines: string[] = [];
    const sharesBy = async (...params: string[]) => {
      lines.length = 0;
      const json = `${folder}/a.json`;
      const code = await classifyPictures([`${folder}/a.jpg`], {
        ...{ params, json, transforms: 1, how: undefined, resume: false, command: "" },
        say: (line) => lines.push(line),
        warn: assert.fail,
      });
      assert.equal(code, 0);
      const [{ answers }] = JSON.parse(await Deno.readTextFile(json));
      return READABLE_NAMES.map((name) => answers[name].share as number);
    };
    const [one, other] = [await sharesBy(shipped), await sharesBy(own)];
    assert.ok(!lines.join("\n").includes("±"));
    assert.ok(one.some((share, k) => Math.abs(share - other[k]) > 0.01));
    const both = await sharesBy(shipped, own);
    both.forEach((share, k) => assert.ok(Math.abs(share - (one[k] + other[k]) / 2) < 2e-6));
    assert.match(lines.join("\n"), / ± \d+ %[^]*± is how much this differs between networks$/m);
    await assert.rejects(
      classifyPictures([`${folder}/a.jpg`], {
        ...{ params: [shipped, own], model, transforms: 1, how: undefined, resume: false },
        ...{ command: "", say: assert.fail, warn: assert.fail },
      }),
      /^UserError: --model says what one file is of, and there are 2/,
    );
  }));
