/** Files, folders and catalogues as lists of pictures. */
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { IdSet } from "../../lib/classify/ids.ts";
import { type Input, PictureList } from "../../lib/classify/inputs.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

async function inputsOf(list: PictureList): Promise<Input[]> {
  const all: Input[] = [];
  for await (const some of list.inputs()) all.push(...some);
  return all;
}

const CATALOGUE = `\ufeffra,file_loc,id_str
1.5,pictures/a.jpg,587722952230175084
2.5,"/elsewhere/b, old.jpg",two
3.5,,three
4.5,pictures/d.jpg,
5.5,pictures/e.jpg,two
6.5
7.5,../f.jpg,"six ""6"""
`;

/** What the catalogue above says, in a folder. */
function expected(folder: string, path: string, place: string): Input[] {
  const inside = (file: string) => `${folder}/${file}`;
  const wrong = (number: number, what: string) => `${path}, ${place} ${number}: ${what}`;
  const [shift] = place === "line" ? [1] : [0];
  return [
    { id: "587722952230175084", path: inside("pictures/a.jpg") },
    { id: "two", path: "/elsewhere/b, old.jpg" },
    { id: "three", path: "", why: wrong(3 + shift, "file_loc is empty") },
    { id: "", path: inside("pictures/d.jpg"), why: wrong(4 + shift, "id_str is empty") },
    {
      id: "two",
      path: inside("pictures/e.jpg"),
      why: wrong(5 + shift, 'the id "two" is in an earlier row too'),
    },
    { id: "", path: "", why: wrong(6 + shift, "id_str is empty") },
    { id: 'six "6"', path: folder.replace(/[^/]*$/, "f.jpg") },
  ];
}

Deno.test("a catalogue names pictures from its folder on, and what is wrong in a row is its own", () =>
  inFolder(async (folder) => {
    const csv = `${folder}/a.CSV`;
    await Deno.writeTextFile(csv, CATALOGUE);
    const list = await PictureList.open([csv]);
    assert.deepEqual(await inputsOf(list), expected(folder, csv, "line"));
    assert.deepEqual([list.count, list.readable], [7, 3]);

    const parquet = `${folder}/a.parquet`;
    const files = ["pictures/a.jpg", "/elsewhere/b, old.jpg", null, "pictures/d.jpg"];
    const columnData = [
      {
        name: "id_str",
        type: "STRING" as const,
        data: ["587722952230175084", "two", "three", null, "two", null, 'six "6"'],
      },
      {
        name: "file_loc",
        type: "STRING" as const,
        data: [...files, "pictures/e.jpg", null, "../f.jpg"],
      },
    ];
    await Deno.writeFile(parquet, new Uint8Array(parquetWriteBuffer({ columnData })));
    const same = await PictureList.open([parquet]);
    assert.deepEqual(await inputsOf(same), expected(folder, parquet, "row"));
    assert.equal(same.digest, list.digest);
  }));

Deno.test("ids may be whole numbers, larger than JavaScript's", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const columnData = [
      { name: "id_str", type: "INT64" as const, data: [587722952230175084n, 587722952230175085n] },
      { name: "file_loc", type: "STRING" as const, data: ["a.jpg", "b.jpg"] },
    ];
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    const inputs = await inputsOf(await PictureList.open([path]));
    assert.deepEqual(inputs.map(({ id }) => id), ["587722952230175084", "587722952230175085"]);
    columnData[0] = { name: "id_str", type: "DOUBLE" as never, data: [1.5, 2] as never };
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    await assertUserError(
      PictureList.open([path]),
      /a\.parquet: column id_str holds DOUBLE, not text or whole numbers$/,
    );
  }));

Deno.test("what is no name of a file is a failure of its row, and shown in short", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const data = ["a\0b.jpg", "x".repeat(5000), "c.jpg"];
    const columnData = [
      { name: "id_str", type: "STRING" as const, data: ["1", "2", "3"] },
      { name: "file_loc", type: "STRING" as const, data },
    ];
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    const inputs = await inputsOf(await PictureList.open([path]));
    assert.deepEqual(inputs.map(({ path }) => path.length), [7, 100, `${folder}/c.jpg`.length]);
    assert.match(inputs[1].why!, /a\.parquet, row 2: file_loc cannot be the name of a file$/);
    assert.deepEqual(inputs.map(({ why }) => why === undefined), [false, false, true]);
  }));

Deno.test("a catalogue that cannot be used is refused before anything", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    const CASES: [text: string, sentence: RegExp][] = [
      ["", /a\.csv is empty$/],
      ["\n\n", /a\.csv is empty$/],
      ["id_str,file_loc\n", /a\.csv names no picture$/],
      [
        "objid,file_loc\n1,a.jpg\n",
        /has no column id_str \(found: objid, file_loc\)\. A catalogue has id_str and file_loc/,
      ],
      ["1,a.jpg\n", /has no column id_str and none file_loc \(found: 1, a\.jpg\)/],
      [
        "id_str;file_loc\n1;a.jpg\n",
        /begins with "id_str;file_loc": cells are separated by commas/,
      ],
      ['id_str,file_loc\n1,"a.jpg\n', /a quote is opened after line 1, but not closed/],
    ];
    for (const [text, sentence] of CASES) {
      await Deno.writeTextFile(path, text);
      await assertUserError(PictureList.open([path]), sentence);
    }
    const none = `${folder}/a.parquet`;
    const columnData = [{ name: "id_str", type: "STRING" as const, data: ["a"] }];
    await Deno.writeFile(none, new Uint8Array(parquetWriteBuffer({ columnData })));
    await assertUserError(PictureList.open([none]), /has no column file_loc \(found: id_str\)/);
  }));

Deno.test("batches are of one size across files, folders and catalogues, from anywhere", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/more`);
    for (const name of ["m10.jpg", "m9.jpg"]) {
      await Deno.writeTextFile(`${folder}/more/${name}`, "");
    }
    const rows = Array.from({ length: 5000 }, (_, k) => `g${k},p${k}.jpg\n`).join("");
    await Deno.writeTextFile(`${folder}/a.csv`, `id_str,file_loc\n${rows}`);
    await Deno.writeTextFile(`${folder}/b.csv`, "id_str,file_loc\ng7,x.jpg\nh,y.jpg\n");
    const names = ["first.jpg", "a.csv", "more", "none", "b.csv"].map((name) =>
      `${folder}/${name}`
    );
    const list = await PictureList.open(names);
    const all = await inputsOf(list);
    assert.equal(list.count, 5006);
    assert.deepEqual(all.map(({ id }) => id).toSpliced(1, 5000), [
      ...["first", "m9", "m10", "none", "g7", "h"],
    ]);
    assert.match(all[5004].why!, /b\.csv, line 2: the id "g7" is in an earlier row too$/);
    for (const [from, to] of [[0, 5006], [17, 4999], [4999, 5006], [5006, 5006], [3, 4]]) {
      const batches: (readonly Input[])[] = [];
      for await (const batch of list.batches(from, to, 16)) batches.push(batch);
      assert.ok(batches.slice(0, -1).every(({ length }) => length === 16));
      assert.deepEqual(batches.flat(), all.slice(from, to));
    }
    await Deno.writeTextFile(`${folder}/a.csv`, "id_str,file_loc\ng0,p0.jpg\n");
    await assertUserError(
      (async () => {
        for await (const _ of list.batches(0, 5006, 16)) { /* all of them */ }
      })(),
      /lost some of its rows/,
    );
  }));

Deno.test("lists differ when a name or the order does", () =>
  inFolder(async (folder) => {
    const digestOf = async (text: string) => {
      await Deno.writeTextFile(`${folder}/a.csv`, `id_str,file_loc\n${text}`);
      return (await PictureList.open([`${folder}/a.csv`])).digest;
    };
    const texts = ["1,a\n2,b\n", "2,b\n1,a\n", "1,a\n", "1,a\n2,c\n", "3,a\n2,b\n"];
    const digests = [];
    for (const text of texts) digests.push(await digestOf(text));
    assert.equal(new Set(digests).size, texts.length);
    assert.equal(await digestOf(`${texts[0]}\n`), digests[0]);
  }));

Deno.test("of many ids, each is new once", () => {
  const ids = new IdSet();
  for (let k = 0; k < 300_000; k++) {
    assert.ok(ids.add(String(k)), `${k}`);
    assert.ok(ids.add(`J${(k * 7919).toString(16)}`), `${k}`);
  }
  for (let k = 0; k < 300_000; k++) assert.ok(!ids.add(String(k)), `${k}`);
  assert.ok(ids.add(""));
  assert.ok(!ids.add(""));
});
