import assert from "node:assert/strict";
import { parseCsv } from "../../lib/formats/csv.ts";
import { assertUserError } from "../data/folder.ts";

async function rowsOf(text: string): Promise<[number, string[]][]> {
  const rows: [number, string[]][] = [];
  await parseCsv(text, "a.csv", (cells, line) => rows.push([line, cells]));
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
  const failing = parseCsv("1\n2\n3\n", "a.csv", () => {
    rows++;
    throw new TypeError("enough");
  });
  await assert.rejects(failing, new TypeError("enough"));
  assert.equal(rows, 1);
});

Deno.test("Quotes that do not match are refused, naming the file", () =>
  assertUserError(rowsOf('1,"2\n3,4\n'), "a.csv is not proper CSV"));
