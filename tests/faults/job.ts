/** A piece of work that is tried on a failing disk. */

/** An advice that a refusal gives, followed. */
export interface Advice {
  /** The refusal. */
  readonly refusal: RegExp;
  /** Does what its sentence says, the work itself included. */
  follow(folder: string): Promise<unknown>;
}

export interface Job {
  readonly name: string;
  /** Whether one start takes so long that every operation gets one kind of fault only. */
  readonly costly?: boolean;
  /** Only every so manieth operation is tried, where others try them one by one; 1 by default. */
  readonly every?: number;
  /** Makes what other steps and earlier runs have left in a folder. */
  prepare(folder: string): Promise<unknown>;
  /** The start that goes wrong; what it says on the console is put right again by whoever calls it. */
  start(folder: string): Promise<unknown>;
  /** The next start, as a user would make it; the same again by default. */
  next?(folder: string): Promise<unknown>;
  /** Whether a file is the job's own: all others have to stay as they are. */
  owns(path: string): boolean;
  /** Whether a file of its own is replaced whole, so that it has the old bits or the new ones. */
  whole(path: string): boolean;
  /** What counts of a file of its own, where that is not every bit (times, say). */
  essence?(path: string, bytes: Uint8Array): string | undefined;
  /** What the next start may refuse. */
  readonly advice?: readonly Advice[];
}
