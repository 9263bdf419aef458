/** Parquet files, written and read a row group at a time. */
import assert from "node:assert/strict";
import { parquetWriteBuffer } from "hyparquet-writer";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { ParquetFile } from "../../lib/formats/parquet_read.ts";
import { ParquetRows } from "../../lib/formats/parquet_write.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

async function rowsOf(path: string, columns: readonly string[]) {
  const groups: number[] = [];
  const rows: Record<string, unknown>[] = [];
  const file = await ParquetFile.open(path);
  try {
    for await (const some of file.rows(columns)) {
      groups.push(some.length);
      rows.push(...some);
    }
  } finally {
    file.close();
  }
  return { groups, rows };
}

Deno.test("rows come back as they were written, with nothing where there is nothing", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const row = (k: number) => [`id ${k}`, k % 3 === 0 ? null : `é${k}`, k % 5 ? k / 8 : null];
    const count = 23_456;
    using file = await Deno.open(path, { write: true, create: true });
    const table = new ParquetRows(file, [
      { name: "id", type: "STRING" },
      { name: "text", type: "STRING" },
      { name: "number", type: "FLOAT" },
    ]);
    for (let k = 0; k < count; k += 100) {
      await table.add(Array.from({ length: Math.min(100, count - k) }, (_, i) => row(k + i)));
    }
    await table.finish();
    const { groups, rows } = await rowsOf(path, ["id", "text", "number"]);
    assert.deepEqual(groups, [10_000, 10_000, 3456]);
    rows.forEach(({ id, text, number }, k) => assert.deepEqual([id, text, number], row(k)));
  }));

Deno.test("a table without rows is a file all the same", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    using file = await Deno.open(path, { write: true, create: true });
    await new ParquetRows(file, [{ name: "id", type: "STRING" }]).finish();
    assert.deepEqual((await rowsOf(path, ["id"])).rows, []);
  }));

Deno.test("files are read that other programs have compressed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const compressors = {
      GZIP: (bytes: Uint8Array) => gzipSync(bytes),
      BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes),
      ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes),
    };
    const data = Array.from({ length: 500 }, (_, k) => `pictures/${k}.jpg`);
    for (const codec of ["UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI", "ZSTD"] as const) {
      const columnData = [{ name: "file", type: "STRING" as const, data }];
      await Deno.writeFile(
        path,
        new Uint8Array(parquetWriteBuffer({ columnData, codec, compressors })),
      );
      const { rows } = await rowsOf(path, ["file"]);
      assert.deepEqual(rows.map(({ file }) => file), data, codec);
    }
  }));

Deno.test("columns are told by what they hold", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const columnData = [
      { name: "text", type: "STRING" as const, data: ["a"] },
      { name: "bytes", type: "BYTE_ARRAY" as const, data: [Uint8Array.of(97)] },
      { name: "small", type: "INT32" as const, data: [1] },
      { name: "large", type: "INT64" as const, data: [587722952230175084n] },
      { name: "real", type: "DOUBLE" as const, data: [1.5] },
      { name: "when", type: "TIMESTAMP" as const, data: [new Date()] },
      { name: "data", type: "JSON" as const, data: [{}] },
    ];
    await Deno.writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })));
    const file = await ParquetFile.open(path);
    file.close();
    assert.deepEqual([...file.columns], [
      ["text", "text"],
      ["bytes", "text"],
      ["small", "integers"],
      ["large", "integers"],
      ["real", "DOUBLE"],
      ["when", "TIMESTAMP_MILLIS"],
      ["data", "JSON"],
    ]);
  }));

Deno.test("a damaged file is told, wherever the damage is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const data = Array.from({ length: 2000 }, (_, k) => `pictures/${k}.jpg`);
    const columnData = [{ name: "file", type: "STRING" as const, data }];
    const whole = new Uint8Array(parquetWriteBuffer({ columnData }));
    const sentence = /a\.parquet is no Parquet file, or damaged: \S/;
    for (const length of [0, 4, 11, 12, 100, whole.length - 1]) {
      await Deno.writeFile(path, whole.slice(0, length));
      await assertUserError(rowsOf(path, ["file"]), sentence);
    }
    const zeroed = whole.slice();
    zeroed.fill(0, 4, 3000);
    await Deno.writeFile(path, zeroed);
    await assertUserError(rowsOf(path, ["file"]), sentence);
    await Deno.writeTextFile(path, "id_str,file_loc\n1,a.jpg\n");
    await assertUserError(rowsOf(path, ["file"]), sentence);
  }));

Deno.test("a page that is read for ever ends with a sentence", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.parquet`;
    const data = Array.from({ length: 20 }, (_, k) => `pictures/${k}.jpg`);
    const bytes = new Uint8Array(parquetWriteBuffer({
      columnData: [{ name: "file_loc", data, type: "STRING" }],
      codec: "UNCOMPRESSED",
    }));
    // Where the page says that it has 20 values, a flipped bit joins two numbers to a large one.
    assert.deepEqual([...bytes.subarray(12, 15)], [0x5c, 0x15, 2 * 20]);
    bytes[14] |= 0x80;
    await Deno.writeFile(path, bytes);
    const file = await ParquetFile.open(path, 1);
    const read = async () => {
      for await (const rows of file.rows(["file_loc"])) assert.ok(rows.length <= 20);
    };
    await assertUserError(
      read(),
      "a.parquet is damaged: its pages were still being read after 1 s",
    );
  }));
