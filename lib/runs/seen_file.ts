/** A file that somebody else writes, read again whenever it has changed. */
import { messageOf, UserError } from "../errors.ts";
import { fileError, isAbsent } from "../files/explain.ts";

export class SeenFile<T> {
  readonly path: string;
  readonly #read: (path: string) => Promise<T | undefined>;
  #stamp: string | undefined;
  /** What it held when it was last in order; `undefined` where there is no such file. */
  value: T | undefined;
  /** What is wrong with it, if something is. */
  problem: string | undefined;
  /** When it was last written; `undefined` where nobody knows. */
  written: Date | undefined;

  constructor(path: string, read: (path: string) => Promise<T | undefined>) {
    this.path = path;
    this.#read = read;
  }

  /** Reads the file if it is another than before. Never throws. @returns whether it was */
  async refresh(): Promise<boolean> {
    let stamp = "none", written: Date | undefined;
    try {
      // What a link leads to may be anybody's.
      const info = await Deno.lstat(this.path);
      if (info.isSymlink) throw new UserError(`${this.path} is a link, which is not followed`);
      written = info.mtime ?? undefined;
      stamp = [info.size, info.mtime?.getTime(), info.ino].join();
    } catch (error) {
      if (!isAbsent(error)) stamp = this.#explain(error);
    }
    if (stamp === this.#stamp) return false;
    this.#stamp = stamp;
    this.written = written;
    if (written === undefined) {
      this.value = undefined;
      this.problem = stamp === "none" ? undefined : stamp;
      return true;
    }
    try {
      this.value = await this.#read(this.path);
      this.problem = undefined;
    } catch (error) {
      // What was in order before is still worth showing.
      this.problem = this.#explain(error);
    }
    return true;
  }

  #explain(error: unknown): string {
    return messageOf(fileError(error, this.path, "read"));
  }
}
