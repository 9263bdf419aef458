/**
 * GPUs as their maker describes them: what `bench paper` reckons with. Others have no entry: their counts
 * are shown, and no times. `tune` tries candidates in an order that a typical one of their vendor gives.
 */
import type { Vendor } from "../gpu/adapters.ts";

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
  /** Of one multiprocessor: registers of 4 bytes. */
  readonly registers: number;
  /** A thread can have no more. */
  readonly mostRegisters: number;
  readonly warps: number;
  readonly workgroups: number;
  /** Workgroup memory, and what each workgroup takes of it beside its own. */
  readonly sharedBytes: number;
  readonly sharedOverhead: number;
  /** Where the numbers are from. */
  readonly source: string;
}

/**
 * Of a multiprocessor of all cards listed here: 128 multiply-adds in a clock. In other makers' words it is
 * a workgroup processor with four vectors of 32 lanes (AMD), a core (Apple), an Xe-core with eight vectors
 * of 16 lanes (Intel).
 */
export const MULTIPROCESSOR = {
  /** Registers are handed out to a warp in pieces of so many. */
  registerPiece: 256,
  schedulers: 4,
} as const;

const NVIDIA = {
  registers: 65_536,
  mostRegisters: 255,
  sharedOverhead: 1024,
};

const HOPPER = {
  ...NVIDIA,
  multiprocessors: 132,
  cache: 5120,
  warps: 64,
  workgroups: 32,
  sharedBytes: 233_472,
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
    ...NVIDIA,
    name: "a100",
    adapter: /A100/,
    multiprocessors: 108,
    clock: 1.41e9,
    memory: 1.555e12,
    cache: 5120,
    warps: 64,
    workgroups: 32,
    sharedBytes: 167_936,
    source:
      "NVIDIA A100 whitepaper (SXM4, 40 GB), which also gives the cache's 5,120 bytes a clock",
  },
  {
    ...NVIDIA,
    name: "rtx4090",
    adapter: /RTX 4090(?! Laptop)/,
    multiprocessors: 128,
    clock: 2.52e9,
    memory: 1.008e12,
    cache: 4096,
    warps: 48,
    workgroups: 24,
    sharedBytes: 102_400,
    source: "NVIDIA Ada whitepaper; the cache's bytes a clock are assumed",
  },
];

/**
 * A GPU of the middle for each vendor, for adapters that are none of the cards. Not all of its sizes are
 * the maker's, so it says which candidate may be the faster one, and no times.
 */
export const TYPICAL: Readonly<Record<Vendor, Card>> = {
  nvidia: {
    ...CARDS[3],
    name: "a typical GPU of NVIDIA",
    multiprocessors: 46,
    clock: 2.475e9,
    memory: 0.504e12,
    cache: 46 * 32,
    source:
      "NVIDIA GeForce RTX 4070's page; the rest as RTX 4090, the cache's bytes a clock assumed",
  },
  amd: {
    name: "a typical GPU of AMD",
    adapter: /(?!)/,
    multiprocessors: 48,
    clock: 2.3e9,
    memory: 0.96e12,
    cache: 48 * 32,
    registers: 196_608,
    mostRegisters: 256,
    warps: 64,
    workgroups: 32,
    sharedBytes: 131_072,
    sharedOverhead: 0,
    source:
      "AMD Radeon RX 7900 XTX's page and the RDNA 3 instruction set, of which two compute units " +
      "are one multiprocessor here; the cache's bytes a clock are assumed",
  },
  apple: {
    name: "a typical GPU of Apple",
    adapter: /(?!)/,
    multiprocessors: 16,
    clock: 1.398e9,
    memory: 0.2e12,
    cache: 16 * 32,
    registers: 53_248,
    mostRegisters: 128,
    warps: 96,
    workgroups: 32,
    sharedBytes: 61_440,
    sharedOverhead: 0,
    source: "Apple's figures of the M2 Pro's memory; cores measured by others, not by Apple " +
      "(github.com/philipturner/metal-benchmarks), who give 208 or 384 KB of registers: the fewer " +
      "are taken; the cache's bytes a clock are assumed",
  },
  intel: {
    name: "a typical GPU of Intel",
    adapter: /(?!)/,
    multiprocessors: 20,
    clock: 2.67e9,
    memory: 0.456e12,
    cache: 20 * 64,
    registers: 131_072,
    mostRegisters: 128,
    warps: 32,
    workgroups: 32,
    sharedBytes: 131_072,
    sharedOverhead: 0,
    source:
      "Intel Arc B580's page; an Xe-core has eight vector engines of eight threads with 128 " +
      "registers of 64 bytes; its memory and the cache's bytes a clock are assumed",
  },
};

/** The card that an adapter is called, or else a typical one of its vendor. */
export function cardOf(
  { name, vendor }: { readonly name: string; readonly vendor: Vendor | undefined },
): Card | undefined {
  return CARDS.find(({ adapter }) => adapter.test(name)) ?? (vendor && TYPICAL[vendor]);
}
