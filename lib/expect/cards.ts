/**
 * GPUs as their maker describes them: what `bench paper` reckons with. Others have no entry: their counts
 * are shown, and no times.
 */

export interface Card {
  readonly name: string;
  /** As its driver calls it. */
  readonly adapter: RegExp;
  readonly multiprocessors: number;
  /** Clocks per second under load, below the most that its maker names. */
  readonly clock: number;
  /** Bytes per second to and from its memory. */
  readonly memory: number;
  /** Bytes per clock between all multiprocessors and the second-level cache. */
  readonly cache: number;
  /** Of one multiprocessor. */
  readonly warps: number;
  readonly workgroups: number;
  /** Workgroup memory, and what each workgroup takes of it beside its own. */
  readonly sharedBytes: number;
  readonly sharedOverhead: number;
  /** Where the numbers are from. */
  readonly source: string;
}

/** Of a multiprocessor of all cards listed here: registers of 4 bytes, and warp instructions per clock. */
export const MULTIPROCESSOR = {
  registers: 65_536,
  /** Registers are handed out to a warp in pieces of so many. */
  registerPiece: 256,
  /** A thread can have no more. */
  mostRegisters: 255,
  schedulers: 4,
} as const;

const HOPPER = {
  multiprocessors: 132,
  cache: 5120,
  warps: 64,
  workgroups: 32,
  sharedBytes: 233_472,
  sharedOverhead: 1024,
};

export const CARDS: readonly Card[] = [
  {
    ...HOPPER,
    name: "h100",
    adapter: /H100/,
    clock: 1.755e9,
    memory: 3.35e12,
    source: "NVIDIA H100 whitepaper (SXM5); cache as A100's, which it is not below",
  },
  {
    ...HOPPER,
    name: "h200",
    adapter: /H200/,
    clock: 1.755e9,
    memory: 4.8e12,
    source: "NVIDIA H200 datasheet; multiprocessors as H100 SXM5",
  },
  {
    name: "a100",
    adapter: /A100/,
    multiprocessors: 108,
    clock: 1.41e9,
    memory: 1.555e12,
    cache: 5120,
    warps: 64,
    workgroups: 32,
    sharedBytes: 167_936,
    sharedOverhead: 1024,
    source:
      "NVIDIA A100 whitepaper (SXM4, 40 GB), which also gives the cache's 5,120 bytes a clock",
  },
  {
    name: "rtx4090",
    adapter: /RTX 4090(?! Laptop)/,
    multiprocessors: 128,
    clock: 2.52e9,
    memory: 1.008e12,
    cache: 4096,
    warps: 48,
    workgroups: 24,
    sharedBytes: 102_400,
    sharedOverhead: 1024,
    source: "NVIDIA Ada whitepaper; the cache's bytes a clock are assumed",
  },
];
