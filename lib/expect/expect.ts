/** From a count to bounds, and to the time that a dispatch is expected to take on a card. */
import { type Card, MULTIPROCESSOR } from "./cards.ts";
import type { Count, Level } from "./count.ts";
import { schedule } from "./schedule.ts";
import { alone, type Waits } from "./timeline.ts";

/**
 * What is assumed, the same for all kernels and cards. The latencies, `access`, `iteration`, `barrier`
 * and `overlap` were chosen so that the kernels of one training step that were timed one by one on an
 * H200 come out best; docs/paper-model.md has how far off they are.
 */
const ASSUMED = {
  /** Clocks, and seconds beyond what the multiprocessor's own clock decides. */
  latency: {
    none: { clocks: 0, seconds: 0 },
    shared: { clocks: 30, seconds: 0 },
    near: { clocks: 35, seconds: 0 },
    far: { clocks: 180, seconds: 50e-9 },
  } satisfies Record<Level, { clocks: number; seconds: number }>,
  access: 4,
  iteration: 80,
  barrier: 40,
  /** Instructions of an iteration beside its body. */
  iterationInstructions: 20,
  /** Of an invocation, beside the numbers that it keeps. */
  registers: 24,
  /** What is reached of each unit's most. */
  reached: { issue: 0.95, access: 0.95, cache: 0.93, memory: 0.9 },
  /** Clocks from the end of a dispatch's last workgroup to the first of the next. */
  launch: 3900,
  /**
   * How a multiprocessor's waiting and work add up, as the exponent of a norm: 1 for one after the other,
   * without end for the shorter hidden behind the longer.
   */
  overlap: 2,
} as const;

/** Seconds that a dispatch would take if this alone held it up. */
export interface Bounds {
  /** Multiply-adds. */
  readonly arithmetic: number;
  /** All instructions, which the schedulers hand out one by one. */
  readonly issue: number;
  /** The first-level cache and workgroup memory. */
  readonly access: number;
  /** Between the multiprocessors and the second-level cache. */
  readonly cache: number;
  /** All bindings, read and written once. */
  readonly memory: number;
  /** Each warp's waiting for its loads, with as many warps side by side as there is room for. */
  readonly latency: number;
}

export interface Expectation {
  readonly registers: number;
  /** On a multiprocessor at a time. */
  readonly warps: number;
  readonly bounds: Bounds;
  /** How much longer it takes because workgroups are not spread evenly. */
  readonly tail: number;
  readonly seconds: number;
}

/** The time between two dispatches, which is part of each one's `seconds`. */
export function launchSeconds({ clock }: Card): number {
  return ASSUMED.launch / clock;
}

/** The clock at which a card reaches a rate of multiply-adds between registers, two operations each. */
export function clockAt({ multiprocessors }: Card, operations: number): number {
  const most = 2 * 32 * MULTIPROCESSOR.schedulers * multiprocessors;
  return operations / most / ASSUMED.reached.issue;
}

export function expectation(count: Count, card: Card): Expectation {
  const { reached, overlap } = ASSUMED;
  const { workgroups, meanShare, middle, threads } = count;
  const { clock, multiprocessors } = card;
  const warps = Math.ceil(threads / 32);
  const { registers, spilled, resident } = residence(count, card);
  const { instructions } = middle;
  // A sum that has no register is loaded and stored for each of its products.
  const spills = 2 * spilled * instructions.multiplyAdds;
  // Clocks of a multiprocessor for the workgroup in the middle.
  const issue = (issued(count) + spills) / MULTIPROCESSOR.schedulers / reached.issue;
  const access = (middle.accessClocks + spills) / reached.access;
  const path = Math.max(...middle.warps.map((events) => alone(events, waitsAt(clock)))) +
    spills / warps;
  const clocks = (together: number) =>
    (path ** overlap + (together * Math.max(issue, access)) ** overlap) ** (1 / overlap);
  const all = workgroups * meanShare;
  const even = all / multiprocessors;
  const bounds = {
    arithmetic: even * instructions.multiplyAdds / MULTIPROCESSOR.schedulers / clock,
    issue: even * issue / clock,
    access: even * access / clock,
    cache: all * middle.bytes / card.cache / reached.cache / clock,
    memory: count.memoryBytes / card.memory / reached.memory,
    latency: Math.max(even / resident, 1) * path / clock,
  };
  const last = schedule(count, { multiprocessors, resident }, clocks);
  const together = Math.min(resident, Math.max(1, even));
  return {
    registers,
    warps: Math.min(resident, Math.ceil(workgroups / multiprocessors)) * warps,
    bounds,
    tail: last / (Math.max(even / resident, 1) * clocks(together)),
    seconds: Math.max(last / clock, bounds.cache, bounds.memory) + launchSeconds(card),
  };
}

/** Registers of an invocation, the share that has none, and workgroups that a multiprocessor has room for. */
function residence({ threads, kept, sharedBytes }: Count, card: Card) {
  const { registerPiece } = MULTIPROCESSOR;
  const { mostRegisters } = card;
  const warps = Math.ceil(threads / 32);
  const wanted = kept + ASSUMED.registers;
  const registers = Math.min(mostRegisters, Math.ceil(wanted / 8) * 8);
  const perWarp = Math.ceil(registers * 32 / registerPiece) * registerPiece;
  const resident = Math.min(
    card.workgroups,
    Math.floor(card.warps / warps),
    Math.floor(card.registers / perWarp / warps),
    Math.floor(card.sharedBytes / (sharedBytes + card.sharedOverhead)),
  );
  const spilled = Math.max(0, 1 - mostRegisters / wanted);
  return { registers, spilled, resident: Math.max(1, resident) };
}

/** Instructions of all warps of the workgroup in the middle. */
function issued({ middle: { instructions } }: Count): number {
  const { multiplyAdds, floats, wholes, shared, loads, stores, iterations } = instructions;
  return multiplyAdds + floats + wholes + shared + ASSUMED.access * (loads + stores) +
    ASSUMED.iterationInstructions * iterations;
}

function waitsAt(clock: number): Waits {
  const latency = (level: Level) =>
    ASSUMED.latency[level].clocks + ASSUMED.latency[level].seconds * clock;
  const { access, iteration, barrier } = ASSUMED;
  return {
    latency: {
      none: latency("none"),
      shared: latency("shared"),
      near: latency("near"),
      far: latency("far"),
    },
    access,
    iteration,
    barrier,
  };
}
