/** Into what kernels cut their work: for elementwise ones here, for others beside their variants. */
import type { Gpu } from "../gpu/device.ts";
import type { Choices, Machine } from "./variants.ts";

/** What the kernels of a network are cut by. */
export interface Tiles {
  /** Decides between the variants of an operation, and their default tiles. */
  readonly machine: Machine;
  /** Invocations of a workgroup where they run over the examples or columns of a matrix. */
  readonly lanes: number;
  /** Invocations of a workgroup of an elementwise kernel. */
  readonly elementLanes: number;
  /** What was found better than the default. */
  readonly choices?: Choices | undefined;
}

/** The default for a machine: on software adapters measured, on GPUs by reasoning about warps. */
export function defaultTiles({ software, subgroup }: Machine): Tiles {
  const machine = { software, subgroup };
  return software
    ? { machine, lanes: 8, elementLanes: 256 }
    : { machine, lanes: 32, elementLanes: 64 };
}

const CHOSEN = new WeakMap<GPUDevice, Choices>();

/** Has every network that is built on this device from now on use tuned tiles. */
export function useTuned({ device }: Pick<Gpu, "device">, choices: Choices) {
  CHOSEN.set(device, choices);
}

/** The tiles for an adapter, with those that were tuned for it if they are in use. */
export function tilesFor(gpu: Machine & Pick<Gpu, "device">): Tiles {
  return { ...defaultTiles(gpu), choices: CHOSEN.get(gpu.device) };
}

/**
 * Iterations that all loops of one invocation may make together: llvmpipe 22.3 ends the loops of an
 * invocation without a word after 65,535. Longer sums are split, or refused.
 */
export const MAX_ITERATIONS = 65_535;

/** vec4s in 16 KiB: the workgroup memory that every WebGPU adapter has. */
export const WORKGROUP_VEC4S = 1024;

/** The largest divisor of `n` that is at most `limit`, at least 1. */
export function largestDivisor(n: number, limit: number): number {
  for (let divisor = Math.min(n, Math.floor(limit)); divisor > 1; divisor--) {
    if (n % divisor === 0) return divisor;
  }
  return 1;
}

/** The largest multiple of 4 that divides `n` (itself a multiple of 4) and is at most `limit`. */
export function vec4Tile(n: number, limit: number): number {
  return 4 * largestDivisor(n / 4, limit / 4);
}

/** `n` rounded up to a multiple of 4: kernels handle filters and units as vec4s. */
export function inFours(n: number): number {
  return Math.ceil(n / 4) * 4;
}

/** The largest power of two that is at most `limit`, at least 1. */
export function powerOfTwo(limit: number): number {
  return limit < 2 ? 1 : 2 ** Math.floor(Math.log2(limit));
}

/** Workgroup counts of an elementwise kernel over `count` elements, within 65,535 per dimension. */
export function linearGrid(count: number, lanes: number): [number, number] {
  const groups = Math.ceil(count / lanes);
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows];
}
