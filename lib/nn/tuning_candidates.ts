/** Which tiles to try for each kernel: a bounded list for each kind of adapter. */
import type { Gpu } from "../gpu/device.ts";
import { type BroadcastTiles, broadcastTiles, type TileChoice } from "./tiles.ts";
import type { TunedKind } from "./tuning.ts";

type Candidates = Readonly<Record<TunedKind, readonly TileChoice[]>>;

const workgroup = (entries: TileChoice): TileChoice => ({ workgroup: entries });
const broadcast = (entries: TileChoice): TileChoice => ({ broadcast: entries });

/** Around `GPU_TILES`: more and less per invocation, per workgroup, and workgroups at once. */
const GPU: Candidates = {
  // One tile is always enough: these are not made smaller for want of others.
  conv2d: [
    workgroup({ conv: { tiles: 1, filters: 4, outputs: 4 } }),
    workgroup({ conv: { tiles: 1, filters: 4 } }),
    workgroup({ conv: { tiles: 1, outputs: 4 } }),
    workgroup({ conv: { tiles: 1 } }),
    workgroup({ conv: { tiles: 1, outputs: 16 } }),
    workgroup({ conv: { tiles: 1, filters: 16, outputs: 4, groups: 2 } }),
    workgroup({ conv: { tiles: 1, filters: 16, groups: 2 } }),
    workgroup({ conv: { groups: 1 } }),
    workgroup({ conv: { groups: 2 } }),
    workgroup({ conv: { groups: 8 } }),
    workgroup({ conv: { lanes: 64, groups: 2 } }),
    { workgroup: null, lanes: 64 },
  ],
  conv2d_input_gradient: [
    workgroup({ convInputs: { groups: 1 } }),
    workgroup({ convInputs: { groups: 2 } }),
    workgroup({ convInputs: { groups: 8 } }),
    workgroup({ convInputs: { channels: 8 } }),
    workgroup({ convInputs: { channels: 8, groups: 2 } }),
    workgroup({ convInputs: { outputs: 16 } }),
    workgroup({ convInputs: { lanes: 64 } }),
    workgroup({ convInputs: { lanes: 64, groups: 1 } }),
    { workgroup: null, convInputs: { channels: 4 } },
    { workgroup: null, convInputs: { channels: 8 } },
  ],
  conv2d_weight_gradient: [
    workgroup({ convWeights: { groups: 1 } }),
    workgroup({ convWeights: { groups: 2 } }),
    workgroup({ convWeights: { groups: 8 } }),
    workgroup({ convWeights: { channels: 2 } }),
    workgroup({ convWeights: { filters: 4 } }),
    workgroup({ convWeights: { filters: 16 } }),
    workgroup({ convWeights: { channels: 8 } }),
    workgroup({ convWeights: { lanes: 64, groups: 2 } }),
    workgroup({ workgroups: 256 }),
    workgroup({ workgroups: 1024 }),
    workgroup({ workgroups: 2048 }),
  ],
  dense: [
    workgroup({ dense: { rows: 2 } }),
    workgroup({ dense: { rows: 8 } }),
    workgroup({ dense: { slices: 1 } }),
    workgroup({ dense: { slices: 2 } }),
    workgroup({ dense: { slices: 8 } }),
    workgroup({ dense: { outputs: 8, slices: 8 } }),
    workgroup({ dense: { examples: 32 } }),
    workgroup({ dense: { lanes: 64, slices: 2 } }),
    workgroup({ workgroups: 256 }),
    workgroup({ workgroups: 1024 }),
    { workgroup: null },
  ],
  dense_input_gradient: [
    workgroup({ denseInputs: { inputs: 8 } }),
    workgroup({ denseInputs: { inputs: 16 } }),
    workgroup({ denseInputs: { inputs: 64, kept: 8 } }),
    workgroup({ denseInputs: { kept: 8 } }),
    workgroup({ denseInputs: { kept: 2 } }),
    workgroup({ denseInputs: { lanes: 64 } }),
    workgroup({ denseInputs: { lanes: 256 } }),
    workgroup({ denseInputs: { outputs: 32 } }),
    workgroup({ denseInputs: { lanes: 256, outputs: 128, inputs: 16 } }),
    workgroup({ workgroups: 256 }),
    workgroup({ workgroups: 1024 }),
  ],
  dense_update: [
    { denseUpdate: { rows: 1 } },
    { denseUpdate: { rows: 2 } },
    { denseUpdate: { rows: 8 } },
    { denseUpdate: { outputs: 8, rows: 2 } },
    { lanes: 64 },
    { lanes: 64, denseUpdate: { rows: 2 } },
    { lanes: 128 },
  ],
};

/** Around `broadcastTiles`: more and less per invocation. */
const BROADCAST: Candidates = {
  conv2d: [
    broadcast({ conv: { filters: 8 } }),
    broadcast({ conv: { filters: 8, products: 96 } }),
    broadcast({ conv: { products: 24 } }),
    broadcast({ conv: { products: 96 } }),
    broadcast({ conv: { filters: 32, products: 24 } }),
  ],
  conv2d_input_gradient: [
    broadcast({ convInputs: { sums: 80 } }),
    broadcast({ convInputs: { sums: 160 } }),
    broadcast({ convInputs: { sums: 240 } }),
    broadcast({ convInputs: { sums: 480 } }),
  ],
  conv2d_weight_gradient: [
    broadcast({ convWeights: { filters: 8 } }),
    broadcast({ convWeights: { filters: 32 } }),
    broadcast({ convWeights: { sums: 96 } }),
    broadcast({ convWeights: { sums: 320 } }),
    broadcast({ workgroups: 32 }),
  ],
  dense: [
    broadcast({ dense: { outputs: 8, rows: 4 } }),
    broadcast({ dense: { rows: 4 } }),
    broadcast({ dense: { outputs: 32, rows: 1 } }),
    broadcast({ dense: { examples: 16 } }),
    broadcast({ workgroups: 32 }),
  ],
  dense_input_gradient: [
    broadcast({ dense: { inputs: 4 } }),
    broadcast({ dense: { inputs: 16 } }),
    broadcast({ dense: { examples: 16 } }),
  ],
  dense_update: [
    broadcast({ dense: { updates: 4 } }),
    broadcast({ dense: { updates: 8 } }),
  ],
};

/** Around `SOFTWARE_TILES`. */
const SOFTWARE: Candidates = {
  conv2d: [
    { conv: { filters: 4, outputs: 20 } },
    { conv: { filters: 8, outputs: 10 } },
    { conv: { filters: 16, outputs: 10 } },
    { conv: { filters: 16, outputs: 20 } },
  ],
  conv2d_input_gradient: [
    { convInputs: { channels: 4 } },
    { convInputs: { outputs: 10 } },
    { convInputs: { outputs: 40 } },
  ],
  conv2d_weight_gradient: [
    { convWeights: { channels: 2 } },
    { convWeights: { channels: 8, filters: 4 } },
    { convWeights: { filters: 16 } },
  ],
  dense: [
    { dense: { outputs: 8 } },
    { dense: { outputs: 16 } },
    { workgroups: 32 },
  ],
  dense_input_gradient: [
    { dense: { inputs: 4 } },
    { dense: { inputs: 8 } },
    { dense: { inputs: 32 } },
  ],
  dense_update: [
    { denseUpdate: { outputs: 4 } },
    { denseUpdate: { rows: 2 } },
    { denseUpdate: { outputs: 16 } },
  ],
};

/** What to try on an adapter for a kernel, besides the default. */
export function tileCandidates(
  kind: TunedKind,
  { software, subgroup }: Pick<Gpu, "software" | "subgroup">,
): readonly TileChoice[] {
  if (software) return (subgroup >= 4 ? BROADCAST : SOFTWARE)[kind];
  return subgroup >= 4 ? [...GPU[kind], broadcast(broadcastOnGpu(subgroup))] : GPU[kind];
}

/** The kernels for software adapters as they might suit a GPU: smaller tiles, more workgroups. */
function broadcastOnGpu(lanes: number): TileChoice {
  const table: BroadcastTiles = {
    ...broadcastTiles(lanes).broadcast,
    conv: { filters: 8, products: 40 },
    convInputs: { sums: 80 },
    convWeights: { filters: 8, sums: 96 },
    dense: { outputs: 4, examples: 16, rows: 4, inputs: 4, updates: 4 },
    workgroups: 512,
  };
  return table as unknown as TileChoice;
}
