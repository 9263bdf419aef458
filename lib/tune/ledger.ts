/** What was tried and chosen so far, in this run and in earlier ones. */
import { sha256 } from "../files/digest.ts";
import type { Choice, TunableDispatch } from "../nn/variants.ts";

/** What was measured to be faster than the default. */
export interface TunedChoice extends Choice {
  /** Milliseconds of the default and of this, alternating in one run. */
  readonly before: number;
  readonly after: number;
}

/** What came of a candidate. */
export interface Tried {
  /** Its `codeOf`: kernels change, and tiles may mean something else then. */
  readonly code: string;
  /** Its time over the default's; null where it computes something else, or cannot run. */
  readonly times: number | null;
}

/** What was tried of an operation at a shape. */
export interface Measured {
  /** The `codeOf` of the default, which the others are compared with. */
  readonly code: string;
  /** By their `choiceText`. */
  readonly tried: Readonly<Record<string, Tried>>;
}

/** By `choiceKey`. */
export type Choices = Readonly<Record<string, TunedChoice>>;
export type Measurements = Readonly<Record<string, Measured>>;

/**
 * Tells variants and tiles apart that come to something else. What an operation's own kernels hand over
 * to, as a dense layer's dropout, is another one in prediction, and does not count.
 */
export function codeOf(dispatches: readonly TunableDispatch[]): string {
  const parts = dispatches.flatMap(({ operation, kernel, constants, workgroups }) => {
    const { name, source } = kernel;
    const own = name.startsWith(`${operation.name.replace(" ", "/").replaceAll(" ", "_")}/`);
    return own ? [JSON.stringify([name, source, constants, workgroups])] : [];
  });
  return sha256(...parts).slice(0, 16);
}

export class Ledger {
  readonly #choices: Record<string, TunedChoice>;
  readonly #measured: Record<string, Measured>;
  #changed = false;

  constructor(choices: Choices = {}, measured: Measurements = {}) {
    this.#choices = { ...choices };
    this.#measured = { ...measured };
  }

  get choices(): Choices {
    return this.#choices;
  }

  get measured(): Measurements {
    return this.#measured;
  }

  /** Whether something came since `saved`. */
  get changed(): boolean {
    return this.#changed;
  }

  saved() {
    this.#changed = false;
  }

  /** What was tried against the same default; undefined where that was not measured itself. */
  triedOf(key: string, code: string): Measured["tried"] | undefined {
    const measured = this.#measured[key];
    return measured?.code === code ? measured.tried : undefined;
  }

  /** That the default was measured, and what came of candidates. */
  note(key: string, code: string, tried: Measured["tried"]) {
    this.#measured[key] = { code, tried: { ...this.triedOf(key, code), ...tried } };
    this.#changed = true;
  }

  /** The fastest of all so far; undefined for the default. */
  choose(key: string, choice: TunedChoice | undefined) {
    if (choice) this.#choices[key] = choice;
    else delete this.#choices[key];
    this.#changed = true;
  }
}
