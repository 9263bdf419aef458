/**
 * Columns of Parquet files, a row group at a time. They are read in a worker, since a damaged file can
 * have its pages read for ever: then the worker is ended, and the file refused.
 */
import { UserError } from "../errors.ts";
import type { Question, Reply } from "./parquet_worker.ts";

/** What a column holds: text, whole numbers, or another type by its name. */
export type ColumnKind = "text" | "integers" | string;
export type ParquetRow = Readonly<Record<string, unknown>>;

/** How long a row group may take: a thousand times what it takes where nothing is wrong. */
const PATIENCE = { seconds: 30, perRow: 2e-3 };

/** A file that is open. Call `close` at the end. */
export class ParquetFile {
  readonly #path: string;
  readonly #worker: Worker;
  #seconds: number;
  /** Kinds of the columns by their names; nested ones are left out. */
  columns: ReadonlyMap<string, ColumnKind> = new Map();

  private constructor(path: string, seconds: number) {
    this.#path = path;
    this.#seconds = seconds;
    const source = new URL("./parquet_worker.ts", import.meta.url);
    this.#worker = new Worker(source, { type: "module" });
  }

  /**
   * @param seconds that opening and each row group may take; more where there are many rows
   * @throws UserError when it cannot be read, or is no Parquet file
   */
  static async open(path: string, seconds: number = PATIENCE.seconds): Promise<ParquetFile> {
    const file = new ParquetFile(path, seconds);
    const reply = await file.#ask({ open: path });
    if ("columns" in reply) {
      file.columns = reply.columns;
      file.#seconds += PATIENCE.perRow * reply.mostRows;
    }
    return file;
  }

  /** Values of some columns, a row group at a time. @throws UserError when the file is damaged */
  async *rows(columns: readonly string[]): AsyncGenerator<readonly ParquetRow[]> {
    for (;;) {
      const reply = await this.#ask({ columns });
      if (!("rows" in reply) || reply.rows === undefined) return;
      yield reply.rows;
    }
  }

  /** @throws UserError for what is wrong with the file; then it is closed */
  async #ask(question: Question): Promise<Exclude<Reply, { error: string }>> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        timer = setTimeout(() => reject(this.#endless()), 1000 * this.#seconds);
        this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
        this.#worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`the reader of ${this.#path} stopped: ${event.message}`));
        };
        this.#worker.postMessage(question);
      });
      if (!("error" in reply)) return reply;
      throw reply.ofUser ? new UserError(reply.error) : new Error(reply.error);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #endless(): UserError {
    return new UserError(
      `${this.#path} is damaged: its pages were still being read after ${
        Math.round(this.#seconds)
      } s`,
    );
  }

  close() {
    this.#worker.terminate();
  }
}
