/** Columns of Parquet files, a row group at a time, read here. `parquet_read.ts` reads them elsewhere. */
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { messageOf, UserError } from "../errors.ts";
import { fileError } from "../files/explain.ts";
import { openFile } from "../files/read.ts";
import type { ColumnKind, ParquetRow } from "./parquet_read.ts";

/** What else programs write than Snappy, which hyparquet brings itself. */
const COMPRESSORS: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** A file that is open. Call `close` at the end. */
export class ParquetGroups {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #buffer: AsyncBuffer;
  readonly #metadata: FileMetaData;
  /** Kinds of the columns by their names; nested ones are left out. */
  readonly columns: ReadonlyMap<string, ColumnKind>;

  private constructor(
    path: string,
    file: Deno.FsFile,
    buffer: AsyncBuffer,
    metadata: FileMetaData,
  ) {
    this.#path = path;
    this.#file = file;
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.columns = new Map(
      parquetSchema(metadata).children.filter(({ children }) => children.length === 0)
        .map(({ element }) => [element.name, kindOf(element)]),
    );
  }

  /** @throws UserError when it cannot be read, or is no Parquet file */
  static async open(path: string): Promise<ParquetGroups> {
    const { file, size } = await openFile(path, { limit: Infinity });
    const buffer: AsyncBuffer = {
      byteLength: size,
      slice: (start, end = size) => sliceOf(file, start, end),
    };
    try {
      if (size < 12) throw new Error(`it has ${size} bytes only`);
      return new ParquetGroups(path, file, buffer, await parquetMetadataAsync(buffer));
    } catch (error) {
      file.close();
      throw damaged(error, path);
    }
  }

  /** Rows of its largest group. */
  get mostRows(): number {
    return this.#metadata.row_groups.reduce(
      (most, { num_rows }) => Math.max(most, Number(num_rows)),
      0,
    );
  }

  /** Values of some columns, a row group at a time. @throws UserError when the file is damaged */
  async *rows(columns: readonly string[]): AsyncGenerator<readonly ParquetRow[]> {
    let rowStart = 0;
    for (const { num_rows } of this.#metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      yield await parquetReadObjects({
        file: this.#buffer,
        metadata: this.#metadata,
        columns: [...columns],
        rowStart,
        rowEnd,
        compressors: COMPRESSORS,
      }).catch((error) => {
        throw damaged(error, this.#path);
      });
      rowStart = rowEnd;
    }
  }

  close() {
    this.#file.close();
  }
}

function kindOf(
  { type, converted_type, logical_type }: {
    type?: string | undefined;
    converted_type?: string | undefined;
    logical_type?: { type: string } | undefined;
  },
): ColumnKind {
  const plain = converted_type === undefined && logical_type === undefined;
  const named = logical_type?.type ?? converted_type ?? type ?? "nothing";
  if (type === "BYTE_ARRAY" && (plain || /^(STRING|UTF8|ENUM)$/.test(named))) return "text";
  if ((type === "INT32" || type === "INT64") && (plain || /^(U?INT_\d+|INTEGER)$/.test(named))) {
    return "integers";
  }
  return named;
}

/** Several may be asked for at once, so place and bytes belong together. */
function sliceOf(file: Deno.FsFile, start: number, end: number): ArrayBuffer {
  const bytes = new Uint8Array(Math.max(0, end - start));
  file.seekSync(start, Deno.SeekMode.Start);
  for (let filled = 0; filled < bytes.length;) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) throw new Error(`it ends before byte ${end}`);
    filled += count;
  }
  return bytes.buffer;
}

/** Whatever the reader stumbles over, it is the file's fault. */
function damaged(error: unknown, path: string): unknown {
  const known = fileError(error, path, "read");
  if (known instanceof UserError) return known;
  return new UserError(`${path} is no Parquet file, or damaged: ${messageOf(error).slice(0, 200)}`);
}
