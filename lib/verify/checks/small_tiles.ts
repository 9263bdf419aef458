/** Small tiles for checks, which compile fast and show what happens between tiles. */
import type { Tiles } from "../../nn/tiles.ts";
import { type Choices, defaultVariant, type Machine, type Tile } from "../../nn/variants.ts";

/** By operation and variant; few, long sums. */
const SMALL: Readonly<Record<string, Readonly<Record<string, Tile>>>> = {
  "conv2d forward": {
    workgroup: { lanes: 4, filters: 4, outputs: 4, groups: 2, tiles: 1 },
    subgroup: { filters: 4, products: 9 },
  },
  "conv2d input gradient": {
    workgroup: { lanes: 4, channels: 4, inputs: 2, groups: 2 },
    subgroup: { sums: 24 },
  },
  "conv2d weight gradient": {
    workgroup: { lanes: 4, channels: 2, filters: 4, groups: 2, workgroups: 1 },
    subgroup: { filters: 4, sums: 20, workgroups: 1 },
  },
  "dense forward": {
    registers: { lanes: 4, outputs: 4, examples: 2, workgroups: 1 },
    workgroup: { lanes: 4, outputs: 8, examples: 8, rows: 2, slices: 2, workgroups: 1 },
    subgroup: { outputs: 4, examples: 4, rows: 2, workgroups: 1 },
  },
  "dense input gradient": {
    registers: { lanes: 4, inputs: 2, examples: 2 },
    workgroup: { lanes: 8, inputs: 4, examples: 8, kept: 2, outputs: 16, workgroups: 1 },
    subgroup: { inputs: 2, examples: 4 },
  },
  "dense update": {
    workgroup: { lanes: 4, outputs: 4, rows: 2 },
    subgroup: { outputs: 4 },
  },
};

/** The variants that a machine uses, with small tiles. */
export function smallTiles(machine: Machine): Tiles {
  const choices: Choices = (operation, shape) => {
    const variant = defaultVariant(operation, machine, shape).name;
    return { variant, tile: SMALL[operation.name]?.[variant] ?? {} };
  };
  return { machine, lanes: 4, elementLanes: 2, choices };
}
