import assert from "node:assert/strict";
import { numberIn, parseCsv } from "../../lib/formats/csv.ts";
import { assertUserError } from "../data/folder.ts";

const encode = (text: string) => new TextEncoder().encode(text);

async function rowsOf(content: string | Uint8Array): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  const bytes = typeof content === "string" ? encode(content) : content;
  await parseCsv(bytes, "a.csv", (cells, line) => rows.push([line, cells]));
  return rows;
}

Deno.test("Rows come with their line numbers, empty lines are skipped", async () => {
  assert.deepEqual(await rowsOf("a,b\n\n1,2\n"), [[1, ["a", "b"]], [3, ["1", "2"]]]);
  assert.deepEqual(await rowsOf(""), []);
});

Deno.test("Byte order marks, quotes and CR LF leave no trace", async () => {
  const rows = await rowsOf('\ufeff"a, b",c\r\n"say ""no""",\r\n');
  assert.deepEqual(rows, [[1, ["a, b", "c"]], [2, ['say "no"', ""]]]);
});

Deno.test("Rows of other lengths are passed on as they are", async () => {
  assert.deepEqual((await rowsOf("1,2\n3\n")).map(([, cells]) => cells.length), [2, 1]);
});

Deno.test("An error of the caller comes back unchanged, and no row follows it", async () => {
  let rows = 0;
  const failing = parseCsv(encode("1\n2\n3\n"), "a.csv", () => {
    rows++;
    throw new TypeError("enough");
  });
  await assert.rejects(failing, new TypeError("enough"));
  assert.equal(rows, 1);
});

Deno.test("Rows end with LF, CR LF or CR", async () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const rows = await rowsOf(["a,b", "1,2", ""].join(end));
    assert.deepEqual(rows.map(([, cells]) => cells), [["a", "b"], ["1", "2"]]);
  }
});

Deno.test("Quotes that do not match are refused without the cell's content", async () => {
  const cases: [string, RegExp][] = [
    ['1,"2\n3,4\n', /^a\.csv is not proper CSV: a quote is opened after line 0, but not closed$/],
    ['1,2\n"3"x,4\n', /^a\.csv, line 2: not proper CSV: something follows a closing quote$/],
    ['1,2"\x1b[2J\n', /^a\.csv, line 1: not proper CSV: there is a quote in the middle of a cell$/],
  ];
  for (const [text, pattern] of cases) await assertUserError(rowsOf(text), pattern);
});

Deno.test("What is no text, or other text, is named", async () => {
  const cases: [Uint8Array, RegExp][] = [
    [Uint8Array.of(0x1f, 0x8b, 8, 0), /compressed by gzip: name it \.csv\.gz/],
    [encode("PK\x03\x04"), /is a ZIP archive/],
    [Uint8Array.of(0xff, 0xfe, 0x31, 0), /UTF-16: save it as CSV UTF-8/],
    [Uint8Array.of(0xfe, 0xff, 0, 0x31), /UTF-16/],
    [encode("1,\0\n"), /has NUL bytes/],
    [Uint8Array.of(0x31, 0x2c, 0xe9, 0x0a), /is not text \(UTF-8\)/],
  ];
  for (const [bytes, pattern] of cases) await assertUserError(rowsOf(bytes), pattern);
});

Deno.test("One line of 100 MB is refused within a second, whatever is in it", async () => {
  for (const character of [",", "1", '"']) {
    const bytes = new Uint8Array(1e8).fill(character.charCodeAt(0));
    bytes.set(encode("a,b\n"));
    const start = performance.now();
    await assertUserError(rowsOf(bytes), "a.csv, line 2: it has 99,999,996 bytes, at most 32,768");
    assert.ok(performance.now() - start < 1000, character);
  }
});

Deno.test("Too many lines, and a quote that takes them all in, are refused", async () => {
  await assertUserError(rowsOf(new Uint8Array(1_000_002).fill(10)), "more than 1,000,000 lines");
  await assertUserError(
    rowsOf('1,"' + "2,3\n".repeat(20_000)),
    /line 81\d\d: a row has more than 32,768 characters\. Is a quote not closed/,
  );
});

Deno.test("Numbers are decimals, with spaces around them or an exponent", () => {
  const cases = [["0.5", 0.5], [" 1. ", 1], ["-.25e+01", -2.5], ["9e-05", 9e-5]] as const;
  for (const [cell, value] of cases) assert.equal(numberIn(cell), value);
  for (const cell of ["", " ", "0x1", "1_0", "0,5", "nan", "Infinity", "1e", ".", "5%"]) {
    assert.ok(Number.isNaN(numberIn(cell)), cell);
  }
});
