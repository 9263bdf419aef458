/**
 * Tiles that may suit the GPUs of a vendor, beside those that every GPU tries. None was measured here;
 * docs/tuning.md §4 says what each list is made from.
 */
import type { Vendor } from "../gpu/adapters.ts";
import type { Gpu } from "../gpu/device.ts";
import { alternatives, type AnyOperation, type Choice, type Tile } from "../nn/variants.ts";
import { choiceText } from "./choice_text.ts";

/** The variant whose tiles these are, of all operations. */
const VARIANT = "workgroup";

type Lists = Readonly<Record<string, readonly Tile[]>>;

/** Warps of 32, registers for 128 sums and more; as many workgroups as the usual cards have places. */
const NVIDIA: Lists = {
  "conv2d forward": [
    { outputs: 10 },
    { outputs: 10, tiles: 1 },
    { tiles: 256 },
    { tiles: 512 },
    { filters: 16, outputs: 4 },
    { filters: 16, outputs: 4, tiles: 256 },
    { filters: 4, outputs: 16 },
    { filters: 4, outputs: 16, tiles: 256 },
    { outputs: 16, groups: 2 },
    { outputs: 16, groups: 2, tiles: 256 },
  ],
  "conv2d input gradient": [{ channels: 8, groups: 8 }],
  "conv2d weight gradient": [
    { filters: 4, groups: 2 },
    { filters: 4, groups: 8 },
    { filters: 4, workgroups: 1056 },
    { channels: 2, workgroups: 1056 },
    { channels: 8, filters: 4 },
    { workgroups: 288 },
    { workgroups: 432 },
    { workgroups: 528 },
    { workgroups: 576 },
    { workgroups: 1056 },
  ],
  "dense forward": [
    { rows: 16 },
    { rows: 8, slices: 2 },
    { rows: 8, slices: 8 },
    { workgroups: 432 },
    { workgroups: 528 },
    { workgroups: 1056 },
  ],
  "dense input gradient": [
    { inputs: 16, lanes: 256 },
    { inputs: 16, outputs: 128 },
  ],
  "dense update": [
    { lanes: 64, rows: 8 },
    { lanes: 128, rows: 2 },
    { lanes: 128, rows: 8 },
    { outputs: 8 },
  ],
};

/** Waves of 32 or 64, and 32 to 64 sums: larger tiles were found to spill. */
const AMD: Lists = {
  "conv2d forward": [
    { outputs: 4 },
    { outputs: 4, groups: 2 },
    { filters: 4 },
    { filters: 4, groups: 2 },
    { lanes: 64 },
    { lanes: 64, outputs: 4 },
    { lanes: 64, outputs: 4, groups: 2 },
    { lanes: 64, filters: 4, groups: 2 },
    { lanes: 64, tiles: 256, groups: 2 },
  ],
  "conv2d input gradient": [
    { lanes: 64, groups: 2 },
    { lanes: 64, channels: 8, groups: 2 },
  ],
  "conv2d weight gradient": [
    { filters: 4, groups: 2 },
    { channels: 2, groups: 2 },
    { lanes: 64 },
    { lanes: 64, filters: 4 },
    { lanes: 64, filters: 4, groups: 2 },
    { lanes: 64, channels: 2, groups: 2 },
  ],
  "dense forward": [
    { lanes: 64 },
    { lanes: 64, rows: 8 },
    { lanes: 64, workgroups: 256 },
  ],
  "dense input gradient": [
    { inputs: 16, lanes: 256 },
    { inputs: 16, lanes: 64 },
  ],
  "dense update": [{ lanes: 128, rows: 2 }, { lanes: 64, rows: 1 }],
};

/** Registers in halves of 16 bits, at most 128 of 32: 16 to 32 sums, and one larger tile. */
const APPLE: Lists = {
  "conv2d forward": [
    { filters: 4, outputs: 4 },
    { filters: 4, outputs: 4, groups: 8 },
    { filters: 4 },
    { filters: 4, groups: 8 },
    { outputs: 4 },
    { outputs: 4, groups: 8 },
    { tiles: 256 },
  ],
  "conv2d weight gradient": [
    { channels: 2, filters: 4 },
    { channels: 2, filters: 4, groups: 8 },
    { filters: 4, groups: 8 },
    { channels: 1 },
    { channels: 1, groups: 8 },
  ],
  "dense forward": [
    { examples: 8 },
    { examples: 8, rows: 2 },
    { examples: 8, slices: 8 },
    { workgroups: 128 },
  ],
  "dense input gradient": [
    { examples: 8 },
    { inputs: 16, kept: 2 },
  ],
};

/** Lanes of 16 or 32, 128 registers of them: 16 to 32 sums, and long sums split often. */
const INTEL: Lists = {
  "conv2d forward": [
    { filters: 4, outputs: 4 },
    { filters: 4, outputs: 4, groups: 8 },
    { filters: 4 },
    { filters: 4, groups: 8 },
    { lanes: 16 },
    { lanes: 16, filters: 4 },
    { lanes: 16, filters: 4, groups: 8 },
    { lanes: 16, filters: 4, outputs: 4, groups: 8 },
  ],
  "conv2d input gradient": [
    { lanes: 16 },
    { lanes: 16, groups: 8 },
  ],
  "conv2d weight gradient": [
    { channels: 2, filters: 4 },
    { channels: 2, filters: 4, groups: 8 },
    { channels: 2, filters: 4, workgroups: 128 },
    { workgroups: 128 },
    { lanes: 16 },
    { lanes: 16, filters: 4, groups: 8 },
    { lanes: 16, channels: 2, filters: 4, groups: 8 },
  ],
  "dense forward": [
    { lanes: 16 },
    { lanes: 16, slices: 8 },
    { lanes: 16, slices: 16 },
    { slices: 8, workgroups: 256 },
    { slices: 8, workgroups: 128 },
    { workgroups: 128 },
  ],
  "dense input gradient": [
    { lanes: 64, inputs: 16 },
    { examples: 8 },
  ],
  "dense update": [{ lanes: 16 }, { lanes: 16, rows: 2 }],
};

const LISTS: Readonly<Record<Vendor, Lists>> = {
  nvidia: NVIDIA,
  amd: AMD,
  apple: APPLE,
  intel: INTEL,
};

/** What `tune` tries for an operation at a shape: what any such adapter does, then the vendor's. */
export function candidatesFor<Shape>(
  operation: AnyOperation,
  gpu: Pick<Gpu, "software" | "subgroup" | "vendor">,
  shape: Shape,
): Choice[] {
  const all = alternatives(operation, gpu, shape);
  const variant = operation.variants.find(({ name }) => name === VARIANT);
  if (!gpu.software && gpu.vendor && variant?.fits(gpu, shape)) {
    const tiles = LISTS[gpu.vendor][operation.name] ?? [];
    all.push(...tiles.map((tile) => ({ variant: VARIANT, tile })));
  }
  return [...new Map(all.map((choice) => [choiceText(choice), choice])).values()];
}
