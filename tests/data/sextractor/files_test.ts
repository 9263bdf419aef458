import assert from "node:assert/strict";
import { readIds, readPreparations } from "../../../lib/data/sextractor/files.ts";
import { imagesAtHand } from "../../../lib/data/images/marks.ts";
import { writeMarkedNpy } from "../../../lib/formats/marked_npy.ts";
import { type NpyArray, writeNpy } from "../../../lib/formats/npy.ts";
import type { Generation } from "../../../lib/galaxy/sextractor.ts";
import { galaxiesMark } from "../../../lib/marks.ts";
import { sharedPath, sharedTest } from "../../shared.ts";
import { assertUserError, inFolder } from "../folder.ts";

const GEN2 = "pysex_params_gen2_train.npy.gz";
const GEN1 = "pysex_params_extra_train.npy.gz";
const IDS = [101, 105, 109];
/** Radii of 160, 200 and unknown. */
const ROWS = [
  [200, 210, 40, 30, 10, 4],
  [220, 230, 50, 30, 20, 4],
  [211.5, 211.5, NaN, NaN, NaN, NaN],
];
const EXPECTED = [200, 210, 1, 220, 230, 0.8, 211.5, 211.5, 1];

const matrix = (rows: number[][]): NpyArray => ({
  shape: [rows.length, rows[0].length],
  data: Float64Array.from(rows.flat()),
});
const list = (ids: number[]): NpyArray => ({
  shape: [ids.length],
  data: BigInt64Array.from(ids.map(BigInt)),
});
/** Files that do not say what they were made from, and no images to hold them to. */
const ORIGINALS = { paths: [], acceptUnmarked: true, warn: () => {} };
const read = (
  data: string,
  { ids = IDS, generation = "gen2", folder }: {
    ids?: number[];
    generation?: Generation;
    folder?: string;
  } = {},
) => readPreparations(generation, { set: "train", ids, data, folder, ...ORIGINALS });

Deno.test("Parameters are found in the data folder, one level up, or where they are said to be", () =>
  inFolder(async (folder) => {
    await writeNpy(`${folder}/${GEN2}`, matrix(ROWS));
    await Deno.mkdir(`${folder}/raw/other`, { recursive: true });
    for (const data of [folder, `${folder}/raw`]) {
      assert.deepEqual([...(await read(data))!], EXPECTED);
    }
    assert.deepEqual([...(await read("nowhere", { folder }))!], EXPECTED);
    await assertUserError(
      read(`${folder}/raw/other`),
      `${GEN2} is missing`,
      `${folder}/raw/other or ${folder}/raw`,
      "extract:sextractor --generation 2",
    );
    await assertUserError(read(folder, { folder: `${folder}/raw` }), `not in ${folder}/raw. `);
    // The nearer file goes first.
    await writeNpy(`${folder}/raw/${GEN2}`, matrix(ROWS.toReversed()));
    assert.equal((await read(`${folder}/raw`))![0], 211.5);
  }));

Deno.test("Files of generation 1 have nine columns", () =>
  inFolder(async (folder) => {
    const wide = ROWS.map(([x, y, a, b, theta, petro]) => [x, y, a, b, theta, 1, 2, petro, 3]);
    await writeNpy(`${folder}/${GEN1}`, matrix(wide));
    assert.deepEqual([...(await read(folder, { generation: "gen1" }))!], EXPECTED);
  }));

Deno.test("Models without centring read nothing", async () => {
  const request = { set: "test", ids: [1], data: "nowhere", ...ORIGINALS } as const;
  assert.equal(await readPreparations(undefined, request), undefined);
});

Deno.test("An ids file beside the parameters says whose each row is", () =>
  inFolder(async (folder) => {
    await writeNpy(`${folder}/${GEN2}`, matrix(ROWS));
    await writeNpy(`${folder}/train_ids.npy`, list([109, 101, 105]));
    assert.deepEqual([...(await read(folder, { ids: [105] }))!], [211.5, 211.5, 1]);
    assert.deepEqual([...(await read(folder))!].slice(0, 3), [220, 230, 0.8]);
    await assertUserError(
      read(folder, { ids: [101, 7, 8] }),
      `2 of 3 galaxies have no row in ${folder}/${GEN2}`,
      `not in ${folder}/train_ids.npy: 7, 8`,
    );
    await writeNpy(`${folder}/train_ids.npy`, list([109, 101]));
    await assertUserError(read(folder), `${GEN2} has 3 rows`, "train_ids.npy beside it has 2 ids");
    await writeNpy(`${folder}/train_ids.npy`, list([109, 101, 109]));
    await assertUserError(read(folder), "train_ids.npy names 1 of its 3 galaxies twice");
    await writeNpy(`${folder}/train_ids.npy`, matrix([[1, 2, 3]]));
    await assertUserError(read(folder), "train_ids.npy has shape (1, 3) of Float64Array");
  }));

Deno.test("Files that do not fit are refused with their numbers", () =>
  inFolder(async (folder) => {
    const path = `${folder}/${GEN2}`;
    const refused = async (array: NpyArray, ...patterns: (string | RegExp)[]) => {
      await writeNpy(path, array);
      await assertUserError(read(folder), path, ...patterns);
    };
    const changed = (row: number, column: number, value: number) => {
      const rows = ROWS.map((row) => [...row]);
      rows[row][column] = value;
      return matrix(rows);
    };
    await refused(matrix(ROWS.slice(1)), "has 2 rows for 3 galaxies", "put train_ids.npy beside");
    await refused(matrix([...ROWS, ROWS[0]]), "has 4 rows for 3 galaxies");
    await refused(matrix(ROWS.map((row) => [...row, 1, 2, 3])), "(3, 9), expected 6 columns: x, y");
    await refused(list(IDS), "has shape (3), expected 6 columns");
    await refused({ shape: [3, 6], data: new Int32Array(18) }, "whole numbers");
    await refused(changed(1, 0, NaN), "row 2 (galaxy 105) has x = NaN");
    await refused(changed(0, 1, -40), "row 1 (galaxy 101) has y = -40");
    await refused(changed(0, 0, 426), "x = 426, outside an image of 424 pixels");
    await refused(changed(2, 1, Infinity), "y = Infinity");
    await refused(changed(0, 2, Infinity), "row 1 (galaxy 101) has a = Infinity");
    await refused(changed(1, 5, -Infinity), "petro_radius = -Infinity");
    await refused(changed(1, 5, -3), "a negative petro_radius, -3");
  }));

Deno.test("A truncated file is named", () =>
  inFolder(async (folder) => {
    const path = `${folder}/${GEN2}`;
    await writeNpy(path, matrix(ROWS));
    const whole = await Deno.readFile(path);
    for (const length of [0, 20, whole.length - 9]) {
      await Deno.writeFile(path, whole.subarray(0, length));
      await assertUserError(read(folder), `${path} is not a whole gzip file`);
    }
  }));

/** A file as `extract:sextractor` writes it, for images that are there. */
async function writeOurs(folder: string, ids: number[]): Promise<string[]> {
  const paths = ids.map((id) => `${folder}/${id}.jpg`);
  for (const [k, path] of paths.entries()) {
    await Deno.writeFile(path, new TextEncoder().encode(`galaxy ${ids[k]}`));
  }
  const images = await imagesAtHand(paths);
  await writeMarkedNpy(`${folder}/${GEN2}`, matrix(ROWS), {
    kind: "Source Extractor parameters",
    marks: {
      galaxies: galaxiesMark(ids),
      images: { ...images, digest: await images.digest() },
    },
    facts: {},
  });
  return paths;
}

Deno.test("Our files belong to their galaxies and images, in whatever order these are asked for", () =>
  inFolder(async (folder) => {
    const paths = await writeOurs(folder, IDS);
    const ask = (order: number[], images = paths) =>
      readPreparations("gen2", {
        set: "train",
        ids: order.map((k) => IDS[k]),
        paths: order.map((k) => images[k]),
        data: folder,
        acceptUnmarked: false,
        warn: (text) => assert.fail(text),
      });
    assert.deepEqual([...(await ask([0, 1, 2]))!], EXPECTED);
    assert.deepEqual([...(await ask([2, 0, 1]))!].slice(0, 3), EXPECTED.slice(6));
    await assertUserError(ask([0, 1]), "has 3 rows for 2 galaxies");
    await Deno.writeTextFile(paths[1], "GALAXY 105");
    await assertUserError(ask([0, 1, 2]), GEN2, "the images: 3 images (", "extract:sextractor");
    await writeOurs(folder, [101, 105, 110]);
    await assertUserError(
      ask([0, 1, 2]),
      "was measured for other galaxies: 3 galaxies from 101 to 110 there, 3 galaxies from 101 to 109",
    );
    await writeNpy(`${folder}/train_ids.npy`, list(IDS));
    await assertUserError(ask([0, 1, 2]), "train_ids.npy beside it names", "other galaxies");
  }));

Deno.test("Files of others are taken only where that is said, and never by a guess", () =>
  inFolder(async (folder) => {
    await writeNpy(`${folder}/${GEN2}`, matrix(ROWS));
    const ask = (ids: number[], acceptUnmarked: boolean, warn = (_: string) => {}) =>
      readPreparations("gen2", {
        set: "train",
        ids,
        paths: [],
        data: folder,
        acceptUnmarked,
        warn,
      });
    await assertUserError(
      ask(IDS, false),
      "does not say what it was made from",
      "--accept-unmarked",
    );
    const warnings: string[] = [];
    await ask(IDS, true, (text) => warnings.push(text));
    assert.match(warnings.join(), /^warning: .*does not say what it was made from/);
    await assertUserError(
      ask(IDS.toReversed(), true),
      "not in the order of their ids. Put train_ids.npy beside it",
    );
  }));

sharedTest(
  "The original's four files are read, by ids and by rows",
  "galaxy-zoo/original/pysex_params_extra_test.npy.gz",
  async () => {
    const folder = sharedPath("galaxy-zoo/original");
    for (const generation of ["gen1", "gen2"] as const) {
      for (const [set, id, undetected] of [["train", 100008, 6], ["test", 100018, 8]] as const) {
        const request = { set, data: folder, ...ORIGINALS };
        const one = await readPreparations(generation, { ...request, ids: [id] });
        assert.equal(one!.length, 3);
        const ids = await readIds(`${folder}/${set}_ids.npy`);
        const all = (await readPreparations(generation, { ...request, ids }))!;
        assert.deepEqual(all.subarray(0, 3), one);
        const untouched = ids.filter((_, k) =>
          [211.5, 211.5, 1].every((value, column) => all[3 * k + column] === value)
        );
        assert.equal(untouched.length, generation === "gen1" ? undetected : 0);
      }
    }
  },
);
