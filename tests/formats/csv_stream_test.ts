/** CSV files of any length. */
import assert from "node:assert/strict";
import { csvRows } from "../../lib/formats/csv_stream.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

async function rowsOf(path: string) {
  const rows: { cells: readonly string[]; line: number }[] = [];
  for await (const some of csvRows(path)) rows.push(...some);
  return rows;
}

Deno.test("rows are the same wherever a file's pieces end", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    const count = 30_000;
    const row = (k: number) => [`${k}`, `galaxy "é${k % 7}"`, k % 3 ? "one line" : "two\nlines"];
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const lines = Array.from({ length: count }, (_, k) => row(k).map(quoted).join(","));
    await Deno.writeTextFile(path, `\ufeff${lines.join("\r\n")}\r\n\r\n`);
    assert.ok((await Deno.stat(path)).size > 10 * 65536);
    const rows = await rowsOf(path);
    assert.equal(rows.length, count);
    rows.forEach(({ cells }, k) => assert.deepEqual(cells, row(k)));
    assert.equal(rows[0].line, 2, "the first row ends in the second line");
  }));

Deno.test("what is no CSV is told, with the line", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    const CASES: [content: string | Uint8Array<ArrayBuffer>, sentence: RegExp][] = [
      [Uint8Array.of(0x1f, 0x8b, 8, 0), /is compressed by gzip: unpack it/],
      [Uint8Array.of(0xff, 0xfe, 97, 0), /is text as UTF-16/],
      [Uint8Array.of(97, 0, 97), /is not text/],
      [Uint8Array.of(97, 44, 0xe9, 10), /is not text \(UTF-8\)/],
      [Uint8Array.of(97, 44, 0xc3), /is not text \(UTF-8\)/],
      ['a,b\n1,"2\n3,4\n', /a quote is opened after line 1, but not closed/],
      ['a,b\n1,"2"3\n', /line 2: not proper CSV: something follows a closing quote/],
      [`a,b\n1,${"x".repeat(40_000)}\n`, /line 2: a row has more than/],
    ];
    for (const [content, sentence] of CASES) {
      await Deno.writeFile(
        path,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      await assertUserError(rowsOf(path), sentence, path);
    }
    await assertUserError(rowsOf(`${folder}/none.csv`), /there is no such file/);
    await assertUserError(rowsOf(folder), /it is a folder/);
  }));

Deno.test("a file is closed when its rows are not all wanted", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.csv`;
    await Deno.writeTextFile(path, "a,b\n".repeat(100_000));
    for await (const rows of csvRows(path)) {
      assert.ok(rows.length > 0);
      break;
    }
  }));
