/** What the fuzzing knows of a reader: files that it reads, and what it may say of damaged ones. */

/** A small valid file, or what stands in one. */
export interface Sample {
  readonly bytes: Uint8Array;
  /** Puts mutated bytes into a file whose lengths and checksums fit them. */
  readonly wrap?: (bytes: Uint8Array) => Uint8Array;
  /**
   * Whether every change has to be seen: the reader refuses, or gives what a valid file holds. Otherwise
   * it may also give another value that is in order.
   */
  readonly sealed: boolean;
}

/** Something is wrong with a value that was read. */
export class Violation extends Error {}

/** @throws Violation unless the condition holds */
export function ensure(condition: boolean, what: () => string) {
  if (!condition) throw new Violation(what());
}

export interface Reader {
  readonly name: string;
  readonly samples: readonly Sample[];
  /**
   * Reads a file as the project does.
   * @returns a text that is another one for another value
   * @throws UserError when the file is refused, `Violation` when what came out cannot be
   */
  read(file: Uint8Array): Promise<string> | string;
  /**
   * Whether a value of a sealed file is right, given those of the valid files; by default, when it is
   * one of them.
   */
  accepts?(value: string, originals: ReadonlySet<string>): boolean;
}
