/** `./run classify` as a process of its own, with the permissions that `./run` grants. */
import assert from "node:assert/strict";
import { parseCsv } from "../../lib/formats/csv.ts";
import { READABLE_NAMES } from "../../lib/classify/columns.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { runReal } from "../cli/machine.ts";
import { inFolder } from "../data/folder.ts";
import { encodeFitsUnits, encodePng, joined, pngChunk } from "../pictures/files.ts";
import { cat } from "../pictures/scenes.ts";
import { sharedPath } from "../shared.ts";

/** The middle of a galaxy's picture, at half its size. */
function small(pixels: Uint8Array, size: number): Uint8Array {
  const part = new Uint8Array(3 * size * size);
  const first = 212 - size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const from = 3 * ((first + 2 * row) * 424 + first + 2 * column);
      part.set(pixels.subarray(from, from + 3), 3 * (row * size + column));
    }
  }
  return part;
}

const SHIPPED = decodeURIComponent(
  new URL("../../weights/compact.safetensors", import.meta.url).pathname,
);
const galaxy = syntheticGalaxy(3, 0).pixels;

/** A real galaxy where there is one. */
async function jpegBytes(): Promise<Uint8Array> {
  return await Deno.readFile(sharedPath("galaxy-zoo/raw/images_test_rev1/100018.jpg"))
    .catch(() => encodeJpeg(galaxy, 424, 424, 90));
}

/** A good JPEG and PNG, a text, half a JPEG, and what is passed over: a folder, a hidden file. */
async function mixed(folder: string) {
  const jpeg = await jpegBytes();
  await Deno.mkdir(`${folder}/my galaxies/more`, { recursive: true });
  const write = (name: string, bytes: Uint8Array) =>
    Deno.writeFile(`${folder}/my galaxies/${name}`, bytes);
  await write("m10.jpg", jpeg);
  const size = 200;
  const options = { width: size, height: size, depth: 8, type: 2 } as const;
  await write("m9.png", encodePng(small(galaxy, size), options));
  await write("half.jpg", jpeg.slice(0, jpeg.length >> 1));
  await write("notes.txt", new TextEncoder().encode("a, good, night"));
  await write(".hidden", new Uint8Array(9));
}

async function rowsOf(path: string): Promise<string[][]> {
  const rows: string[][] = [];
  await parseCsv(await Deno.readFile(path), path, (cells) => void rows.push(cells));
  return rows;
}

Deno.test("a folder's pictures are classified, what is none is listed, and the exit code is 2", () =>
  inFolder(async (folder) => {
    await mixed(folder);
    const { code, out, error } = await runReal(folder, [
      ...["classify", "my galaxies", "gone.jpg", "--csv", "out/a.csv", "--json", "out/a.json"],
    ]);
    assert.equal(code, 2, error);
    const root = Deno.realPathSync(folder);
    const [first, second] = ["m9.png", "m10.jpg"].map((name) => `${root}/my galaxies/${name}`);
    const heads = out.split("\n").filter((line) => line.startsWith(root));
    assert.deepEqual(heads.map((line) => line.split(": ")[0]), [first, second]);
    assert.match(out, /picture: centre .* the middle, R90 [\d.]+ px: scaled by \d/);
    assert.match(out, /^2 pictures/m);
    assert.match(error, /^not classified: 3$/m);
    assert.match(error, /^ {2}\S.*half\.jpg .*$/m);
    assert.match(error, /^ {2}\S.*notes\.txt is not a picture: it is a text/m);
    assert.match(error, /^ {2}\S.*gone\.jpg cannot be read: there is no such file/m);
    assert.ok(!/hidden|more/.test(out + error));

    const [header, ...rows] = await rowsOf(`${folder}/out/a.csv`);
    assert.deepEqual(rows.map(([id]) => id), ["half", "m9", "m10", "notes", "gone"]);
    assert.deepEqual([rows[1][1], rows[2][1]], [first, second]);
    const json = JSON.parse(await Deno.readTextFile(`${folder}/out/a.json`));
    assert.deepEqual(
      json.map(({ file_loc }: { file_loc: string }) => file_loc),
      rows.map(([, path]) => path),
    );
    const problem = header.indexOf("error");
    assert.deepEqual(rows.map((row) => row[problem] !== ""), [true, false, false, true, true]);
    assert.match(rows[3][problem], /notes\.txt is not a picture: it is a text/);
    for (const [index, row] of rows.entries()) {
      assert.equal(row.length, header.length);
      if (row[problem] !== "") continue;
      const asked = READABLE_NAMES.slice(0, 3).map((name) =>
        Number(row[header.indexOf(`${name}_fraction`)])
      );
      assert.ok(Math.abs(asked[0] + asked[1] + asked[2] - 1) < 1e-5, `${asked}`);
      for (const name of READABLE_NAMES) {
        const share = Number(row[header.indexOf(`${name}_share`)]);
        assert.equal(json[index].answers[name].share, share);
        assert.ok(share >= 0 && share <= 1);
      }
    }
  }));

Deno.test("one look, a part by hand, and results of one picture", () =>
  inFolder(async (folder) => {
    await mixed(folder);
    const picture = "my galaxies/m9.png";
    const { code, out, error } = await runReal(folder, [
      ...["classify", picture, "--transforms", "1", "--crop", "100,100,106"],
    ]);
    assert.equal(code, 0, error);
    assert.match(out, /picture: 106×106 pixels about \(100, 100\), scaled by 4/);
    assert.ok(!out.includes("±"));
  }));

Deno.test("the report of one picture shows what the network sees in it, and how it answers", () =>
  inFolder(async (folder) => {
    await mixed(folder);
    const picture = "my galaxies/m9.png";
    const { code, out, error } = await runReal(folder, [
      ...["classify", picture, "--transforms", "1", "--report", "page.html"],
      ...["--params", SHIPPED, "--params", SHIPPED],
    ]);
    assert.equal(code, 0, error);
    assert.match(out, /^looking into 1 picture for the report$/m);
    const page = await Deno.readTextFile(`${folder}/page.html`);
    assert.ok(page.length < 1e6, `${page.length}`);
    assert.deepEqual([...page.matchAll(/>([^<]*)<\/h2>/g)].map((match) => match[1]), [
      ...["The picture and its answers", "What the network sees", "How this page was made"],
    ]);
    assert.match(page, /by the first of the 2 networks, <em>compact<\/em>/);
    assert.match(page, /the mean of all 2 networks; what stands below is of this one/);
    assert.equal(page.match(/alt="Part: /g)!.length, 16);
    assert.equal(page.match(/alt="Feature maps of /g)!.length, 4);
    assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(/);
  }));

Deno.test("a cat is marked, an image of a FITS file is named by its number, huge ones are left", () =>
  inFolder(async (folder) => {
    const png = { width: 424, height: 424, depth: 8, type: 2 } as const;
    await Deno.writeFile(`${folder}/cat.png`, encodePng(cat(), png));
    const header = Uint8Array.from([0, 0, 78, 32, 0, 0, 78, 32, 8, 2, 0, 0, 0]); // 20,000 twice
    const start = encodePng([0], { ...png, width: 1, height: 1, type: 0 }).slice(0, 8);
    const huge = joined([start, pngChunk("IHDR", header), pngChunk("IEND", new Uint8Array())]);
    await Deno.writeFile(`${folder}/huge.png`, huge);
    const light = Array.from({ length: 100 * 100 }, (_, at) => {
      const distance = Math.hypot(at % 100 - 50, Math.floor(at / 100) - 50);
      return 10 + at * 7919 % 5 / 5 + 500 * Math.exp(-distance / 4);
    });
    const image = { axes: [100, 100], bitpix: -32 as const, values: light };
    await Deno.writeFile(`${folder}/m.fits`, encodeFitsUnits([image, image]));
    const { code, out, error } = await runReal(folder, [
      ...["classify", "cat.png", "m.fits[1]", "huge.png", "--transforms", "1"],
    ]);
    assert.equal(code, 2, error);
    assert.match(out, /cat\.png: [^]*?unlike the training pictures: .*\(.*usually/);
    assert.match(out, /m\.fits\[1\]: [^\n]+\n {2}[^\n]+\n {2}picture: /);
    assert.match(out, /^2 pictures, [12] of them unlike the training pictures$/m);
    assert.match(error, /^not classified: 1\n.*huge\.png is .*megapixels/);
  }));

Deno.test("what cannot be is refused in a sentence", () =>
  inFolder(async (folder) => {
    await mixed(folder);
    await Deno.mkdir(`${folder}/empty`);
    await Deno.writeTextFile(`${folder}/mine.safetensors`, "no parameters at all");
    await Deno.writeTextFile(`${folder}/my.csv`, "id_str,file_loc\n1,my galaxies/m9.png\n");
    const CASES: [args: string[], code: number, sentence: RegExp][] = [
      [[], 1, /^error: name pictures of galaxies, a folder, or a catalogue\n$/],
      [["empty"], 2, /^not classified: 1\n {2}\S+\/empty is a folder without files in it\n$/],
      [
        ["my galaxies", "--fit", "--scale", "2"],
        1,
        /^error: --fit and --scale say different things/,
      ],
      [["my galaxies", "--crop", "1,2"], 1, /^error: --crop needs column and row .* not "1,2"\n$/],
      [["my galaxies", "--params", "mine.safetensors"], 1, /^error: \S+mine\.safetensors /],
      [["my galaxies", "--params", "none.safetensors"], 1, /^error: \S+ cannot be read: .*no such/],
      [["my galaxies", "--csv", "x", "--json", "x"], 1, /^error: \S+x cannot be both CSV and JSON/],
      [["my galaxies", "--model", "compct"], 1, /^error: there is no model "compct".*compact/],
      [
        ["my.csv", "--csv", "my.csv"],
        1,
        /^error: \S+my\.csv is to be read \(\S+my\.csv\): name another/,
      ],
      [["my galaxies", "--resume"], 1, /^error: --resume is for results in a file/],
      [["my galaxies", "--inside", "m9"], 1, /^error: --inside says what a report shows/],
      [
        ["my galaxies", "--report", "x", "--inside", "m10,m9.png"],
        1,
        /^error: no picture has the id "m9\.png"/,
      ],
      [
        ["my galaxies", "--report", "x", "--inside", "1,2,3,4,5,6,7,8,9"],
        1,
        /^error: --inside names 9 pictures: a report takes 8/,
      ],
      [["my galaxies", "--shard", "1/2"], 1, /^error: --shard is for results in a file/],
      [["my galaxies", "--shard", "3/2", "--csv", "x"], 1, /^error: --shard says which .*"3\/2"/],
      [["my galaxies", "--shard", "1/9", "--csv", "x"], 1, /^error: 9 parts of 4 pictures/],
      [["my galaxies", "--merge", "2", "--csv", "x"], 1, /^error: --merge puts finished parts/],
      [["--merge", "2"], 1, /^error: --merge needs a file for the results/],
      [["--merge", "2", "--csv", "x"], 1, /^error: 2 of 2 parts are missing, as \S+x\.part-1-of-2/],
    ];
    for (const [args, code, sentence] of CASES) {
      const outcome = await runReal(folder, ["classify", ...args]);
      assert.equal(outcome.code, code, outcome.error);
      assert.match(outcome.error, sentence);
      assert.equal(outcome.out, "");
    }
  }));
