/** How long one warp takes that has a multiprocessor to itself: what it waits for, step by step. */
import type { Event, Level } from "./count.ts";

export interface Waits {
  /** Clocks from a load to its numbers, by where they come from. */
  readonly latency: Readonly<Record<Level, number>>;
  /** Instructions of a load or store of a buffer: its address, the test of its bounds, itself. */
  readonly access: number;
  /** Clocks of an iteration of a loop beside its body: its instructions wait for each other. */
  readonly iteration: number;
  readonly barrier: number;
}

/** Clocks from a warp's beginning to its end. */
export function alone(events: readonly Event[], waits: Waits): number {
  const arrivals = new Map<number, number>();
  let now = 0;
  for (const event of events) {
    if (event.is !== "piece") {
      now += waits[event.is];
      continue;
    }
    const { piece, farthest, clocks } = event;
    now += waits.access * piece.accesses.length;
    const arrival = now + waits.latency[farthest] + clocks;
    if (piece.needsOwn) now = Math.max(now, arrival);
    // Of what earlier pieces asked for: its own loads may go to the same variables.
    for (const slot of piece.needs) now = Math.max(now, arrivals.get(slot) ?? 0);
    for (const slot of piece.leaves) arrivals.set(slot, arrival);
    for (const [to, from] of piece.moves) {
      const known = arrivals.get(from);
      if (known !== undefined) arrivals.set(to, Math.max(known, arrivals.get(to) ?? 0));
    }
    now += piece.multiplyAdds + piece.floats + piece.wholes;
  }
  return now;
}
