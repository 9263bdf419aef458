/** How many pictures were classified, and which were not. */
import type { Failure } from "./inputs.ts";
import type { Row } from "./rows.ts";

/** More than anybody reads are counted only. */
const LISTED = 50;

export class Tally {
  #classified = 0;
  /** Of these, unlike the training pictures. */
  #unlike = 0;
  #failed = 0;
  /** The first of those that were not. */
  readonly listed: Failure[] = [];

  take(rows: readonly Row[]) {
    for (const row of rows) {
      if ("error" in row) {
        this.#failed++;
        if (this.listed.length < LISTED) this.listed.push({ path: row.path, why: row.error });
      } else {
        this.#classified++;
        if (row.unusual.length > 0) this.#unlike++;
      }
    }
  }

  get classified(): number {
    return this.#classified;
  }

  get failed(): number {
    return this.#failed;
  }

  /** As `20 pictures, 3 of them unlike the training pictures`. */
  summary(): string {
    const unlike = this.#unlike === 0
      ? ""
      : `, ${this.#unlike.toLocaleString("en")} of them unlike the training pictures`;
    return `${this.#classified.toLocaleString("en")} pictures${unlike}`;
  }

  /** The failures with their reasons. */
  failures(): string {
    const more = this.#failed - this.listed.length;
    return [
      `not classified: ${this.#failed.toLocaleString("en")}`,
      ...this.listed.map(({ path, why }) =>
        // Most sentences name the file themselves.
        `  ${why.includes(path) ? why : `${path}: ${why}`}`
      ),
      ...(more > 0 ? [`  and ${more.toLocaleString("en")} more`] : []),
    ].join("\n");
  }
}
