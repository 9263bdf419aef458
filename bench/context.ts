/** What every section of the benchmark is given, and where it says what happens. */
import { UserError } from "../lib/errors.ts";
import type { Card } from "../lib/expect/cards.ts";
import type { Model } from "../lib/galaxy/model.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import type { BenchTable } from "./table.ts";

export interface BenchContext {
  readonly gpu: Gpu;
  /** What kernels and steps are measured of. */
  readonly models: readonly Model[];
  /** What memory and the whole training are measured of: a few of these. */
  readonly focus: readonly Model[];
  /** Examples of a minibatch. */
  readonly batches: readonly number[];
  /** Measurements of everything, after those that warm up. */
  readonly repeats: number;
  /** Steps over which the resident memory is watched. */
  readonly steps: number;
  /** Numbers of workers that make chunks. */
  readonly workers: readonly number[];
  /** A folder of real galaxies; synthetic ones without it. */
  readonly data: string | undefined;
  /** What the paper model reckons with; the adapter itself, where it is known, without it. */
  readonly card: Card | undefined;
  /** A result of `bench kernels --json` that the paper model is compared with. */
  readonly measured: string | undefined;
  /** Small shapes and short measurements: to see that everything works, not how fast it is. */
  readonly quick: boolean;
  /** What a reader of kernels and steps must know of this choice. */
  readonly notes: readonly string[];
  /** What is being done, for whoever waits. */
  say(text: string): void;
  /** Something that was computed is wrong: the benchmark fails. */
  fail(text: string): void;
}

/** A part of the benchmark. */
export type Section = (context: BenchContext) => Promise<BenchTable[]>;

/** Runs `body`; where this adapter cannot do it, returns the reason as text instead. */
export async function orReason<T>(body: () => Promise<T>): Promise<T | string> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
