/** What can go wrong with a file operation. */

/**
 * An error of the system (`EIO`, `ENOSPC`), half of a write and then a full disk (`short`), or the end of
 * the process: before the operation (`kill`), halfway through a write (`torn`), or with the power, which
 * takes along what was not synced (`power`).
 */
export const KINDS = ["EIO", "ENOSPC", "short", "kill", "torn", "power"] as const;
export type Kind = typeof KINDS[number];

/** What an operation does to the disk. */
export type Effect = "read" | "change" | "grow" | "write" | "sync" | "close";

/** What can happen to it: reading changes nothing, and Deno tells nobody that a close has failed. */
const POSSIBLE: Readonly<Record<Effect, readonly Kind[]>> = {
  read: ["EIO"],
  change: ["EIO", "kill", "power"],
  grow: ["EIO", "ENOSPC", "kill", "power"],
  write: ["EIO", "ENOSPC", "short", "kill", "torn", "power"],
  sync: ["EIO", "ENOSPC", "kill", "power"],
  close: ["kill", "power"],
};

/** One call of a function of Deno's. */
export interface Operation {
  readonly name: string;
  readonly path: string;
  /** The new name, of a rename. */
  readonly to?: string;
  readonly effect: Effect;
}

export interface Fault {
  /** The number of the operation, from 1; the next to which it can happen where that one cannot. */
  readonly at: number;
  readonly kind: Kind;
}

export function possible(kind: Kind, { effect }: Operation): boolean {
  return POSSIBLE[effect].includes(kind);
}

/** Whether the process ends there, rather than being told of an error. */
export function ends(kind: Kind): boolean {
  return kind === "kill" || kind === "torn" || kind === "power";
}

const SYSTEM = {
  EIO: "Input/output error (os error 5)",
  ENOSPC: "No space left on device (os error 28)",
} as const;

/** An error as Deno throws it. */
export function systemError(code: keyof typeof SYSTEM, { name, path }: Operation): Error {
  return Object.assign(new Error(`${SYSTEM[code]}: ${name.toLowerCase()} '${path}'`), { code });
}

/** What becomes of every operation once the process has been killed. */
export class Killed extends Error {
  override name = "Killed";
}
