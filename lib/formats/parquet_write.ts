/** Parquet files, written a row group at a time. */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import { writeAll } from "../files/atomic.ts";

export interface ParquetColumn {
  readonly name: string;
  readonly type: "STRING" | "FLOAT";
}

/** `null` where there is none. */
export type ParquetValue = string | number | null;

/** Rows of a group: few enough to be held, many enough to be packed well. */
const GROUP = 10_000;

/** Takes rows; whole groups of them go to the file. Call `finish` at the end. */
export class ParquetRows {
  readonly #file: Deno.FsFile;
  readonly #columns: readonly ParquetColumn[];
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  #waiting: (readonly ParquetValue[])[] = [];

  constructor(file: Deno.FsFile, columns: readonly ParquetColumn[]) {
    this.#file = file;
    this.#columns = columns;
    const schema = schemaFromColumnData({
      columnData: columns.map(({ name, type }) => ({ name, type, data: [], nullable: true })),
    });
    this.#writer = new ParquetWriter({ writer: this.#bytes, schema });
  }

  /** @param rows a value for each column */
  async add(rows: readonly (readonly ParquetValue[])[]) {
    for (const row of rows) {
      this.#waiting.push(row);
      if (this.#waiting.length === GROUP) await this.#writeGroup();
    }
  }

  async finish() {
    if (this.#waiting.length > 0) await this.#writeGroup();
    this.#writer.finish();
    await this.#send();
  }

  async #writeGroup() {
    const rows = this.#waiting;
    this.#waiting = [];
    const columnData = this.#columns.map(({ name }, k) => ({
      name,
      data: rows.map((row) => row[k]),
    }));
    this.#writer.write({ columnData, rowGroupSize: GROUP });
    await this.#send();
  }

  async #send() {
    await writeAll(this.#file, this.#bytes.getBytes());
    this.#bytes.index = 0;
  }
}
