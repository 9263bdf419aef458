/** Rows that are kept until all are there, and shards of them. */
import assert from "node:assert/strict";
import { Journal } from "../../lib/classify/journal.ts";
import type { MadeFrom } from "../../lib/classify/made_from.ts";
import { mergeShards } from "../../lib/classify/merge.ts";
import { type Row, rowOf } from "../../lib/classify/rows.ts";
import { journalFolder, rangeOf, shardOf } from "../../lib/classify/shards.ts";
import { dataMark } from "../../lib/provenance.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { predictionOf } from "./made.ts";

const PICTURES = 10;
const FROM: MadeFrom = {
  marks: {
    images: dataMark("a", "10 pictures"),
    transforms: dataMark(60, "60"),
    parameters: dataMark("b", "compact"),
  },
  from: 0,
  to: PICTURES,
  pictures: PICTURES,
};

/** The row of a picture; of the fourth, why there is none. */
function row(k: number): Row {
  if (k === 3) return { id: "g3", path: "/a/3.jpg", error: 'it is "a text",\nno picture' };
  const prediction = predictionOf({ "1.1": k / 16 });
  return rowOf({ id: `g${k}`, path: `/a/${k}.jpg`, prediction, told: "as it is", unusual: [] });
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, k) => row(from + k));

async function open(folder: string, resume = false, made = FROM) {
  const taken: Row[] = [];
  const journal = await Journal.open(folder, made, { resume, take: (some) => taken.push(...some) });
  return { journal, taken };
}

async function allOf(journal: Journal): Promise<Row[]> {
  const all: Row[] = [];
  for await (const some of journal.rows()) all.push(...some);
  return all;
}

/** A journal with rows in two batches, closed. */
async function begun(folder: string) {
  const { journal } = await open(folder);
  await journal.add(rows(0, 4));
  await journal.add(rows(4, 6));
  await journal.close();
}

Deno.test("whole batches are gone on with, whatever follows them", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv.part`;
    await begun(path);
    const whole = await Deno.readFile(`${path}/rows`);
    const first = whole.indexOf(10) + 1;
    const CASES: [what: string, content: Uint8Array<ArrayBuffer>, kept: number][] = [
      ["all", whole, 6],
      ["half a line more", new Uint8Array([...whole, ...whole.subarray(0, 300)]), 6],
      ["the last line cut", whole.slice(0, -5), 4],
      ["its end cut", whole.slice(0, -1), 4],
      ["nothing of it", whole.slice(0, first), 4],
      ["another letter in it", whole.map((byte, at) => at === first + 40 ? 65 : byte), 4],
      ["zeros in its place", whole.map((byte, at) => at >= first ? 0 : byte), 4],
    ];
    for (const [what, content, count] of CASES) {
      await Deno.writeFile(`${path}/rows`, content);
      const { journal, taken } = await open(path, true);
      assert.deepEqual(taken, rows(0, count), what);
      assert.equal(journal.count, count);
      await journal.add(rows(count, PICTURES));
      assert.deepEqual(await allOf(journal), rows(0, PICTURES), what);
      await journal.close();
    }
  }));

Deno.test("rows are never lost silently, and never joined by others", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv.part`;
    await begun(path);
    await assertUserError(open(path), /part has 6 rows of a classification that was interrupted/);
    const other = {
      ...FROM.marks,
      transforms: dataMark(1, "1"),
      images: dataMark("c", "9 pictures"),
    };
    await assertUserError(
      open(path, true, { ...FROM, marks: other }),
      /was made from something else\. the images: 10 pictures there, 9 pictures here; the trans/,
    );
    const { journal } = await open(path, true);
    await assertUserError(open(path, true), /part is in use by classify \(process/);
    assert.equal(journal.count, 6);
    await journal.close();
    const made = await Deno.readTextFile(`${path}/made_from.json`);
    await Deno.writeTextFile(`${path}/made_from.json`, made.replace("10", "11"));
    await assertUserError(open(path, true), /is damaged or was changed.*Remove its folder/);
  }));

Deno.test("a journal without rows leaves nothing, and one that is removed neither", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv.part`;
    await (await open(path)).journal.close();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
    await begun(path);
    await (await open(path, true)).journal.remove();
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("shards are all pictures, each once and in their order", () => {
  for (const [pictures, count] of [[10, 3], [2, 5], [1_000_003, 64], [0, 1]]) {
    let next = 0;
    for (let index = 1; index <= count; index++) {
      const [from, to] = rangeOf(pictures, { index, count });
      assert.equal(from, next);
      assert.ok(to - from <= Math.ceil(pictures / count));
      next = to;
    }
    assert.equal(next, pictures);
  }
  assert.deepEqual(shardOf("2/8"), { index: 2, count: 8 });
  for (const text of ["0/8", "9/8", "2", "2/8/1", "a/b", "1.5/2", "-1/2", "1/10001"]) {
    assert.throws(() => shardOf(text), /^UserError: --shard says which part of how many/, text);
  }
});

/** A shard with its rows, or some of them. */
async function shard(file: string, index: number, { most = PICTURES, made = FROM } = {}) {
  const [from, to] = rangeOf(PICTURES, { index, count: 3 });
  const folder = journalFolder(file, { index, count: 3 });
  const { journal } = await open(folder, true, { ...made, from, to });
  await journal.add(rows(from + journal.count, Math.min(to, from + most)));
  await journal.close();
}

Deno.test("shards put together are the files of one run, and gone afterwards", () =>
  inFolder(async (folder) => {
    const file = `${folder}/a.csv`;
    const whole = { index: 1, count: 1 };
    const { journal } = await open(journalFolder(`${folder}/one.csv`, whole));
    await journal.add(rows(0, PICTURES));
    await journal.close();
    const lines: string[] = [];
    const output = {
      say: (line: string) => lines.push(line),
      warn: (line: string) => lines.push(line),
    };
    const paths = (name: string) => ({
      csv: `${folder}/${name}.csv`,
      json: `${folder}/${name}.json`,
      parquet: `${folder}/${name}.parquet`,
    });
    assert.equal(await mergeShards(1, { ...paths("one"), ...output }), 2);

    for (const index of [1, 3]) await shard(file, index);
    await assertUserError(
      mergeShards(3, { ...paths("a"), ...output }),
      /1 of 3 parts are missing, as .*a\.csv\.part-2-of-3: run classify with --shard 2\/3$/,
    );
    await shard(file, 2, { most: 1 });
    await assertUserError(
      mergeShards(3, { ...paths("a"), ...output }),
      /part-2-of-3 has 1 row, and 3 are expected\. --resume classifies the others/,
    );
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
    await shard(file, 2);
    lines.length = 0;
    assert.equal(await mergeShards(3, { ...paths("a"), ...output }), 2);
    assert.match(
      lines.join("\n"),
      /^written: .*\nwritten: .*\nwritten: .*\n9 pictures\nnot clas.*: 1/,
    );
    for (const ending of ["csv", "json", "parquet"]) {
      assert.deepEqual(
        await Deno.readFile(`${folder}/a.${ending}`),
        await Deno.readFile(`${folder}/one.${ending}`),
      );
    }
    assert.deepEqual([...Deno.readDirSync(folder)].filter(({ isFile }) => !isFile), []);
  }));

Deno.test("shards of different runs are not put together", () =>
  inFolder(async (folder) => {
    const file = `${folder}/a.csv`;
    for (const index of [1, 3]) await shard(file, index);
    await shard(file, 2, {
      made: { ...FROM, marks: { ...FROM.marks, parameters: dataMark("x", "extradense") } },
    });
    await assertUserError(
      mergeShards(3, { csv: file, say: () => {}, warn: () => {} }),
      /part-2-of-3 was made from something else\. the parameters: extradense there, compact here/,
    );
    await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
    await Deno.stat(journalFolder(file, { index: 2, count: 3 }));
  }));
