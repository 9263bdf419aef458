/** Dense layers (spec/network.md §5). */
import forwardSource from "../../kernels/dense.wgsl" with { type: "text" };
import inputSource from "../../kernels/dense_input_gradient.wgsl" with { type: "text" };
import updateSource from "../../kernels/dense_update.wgsl" with { type: "text" };
import { UserError } from "../errors.ts";
import { mebibytes, part, type Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { resized } from "./conv2d.ts";
import {
  type Build,
  gradientOf,
  type Layer,
  layerDone,
  newParameter,
  type Parameter,
  source,
  type Tensor,
} from "./layer.ts";
import {
  denseBroadcastDispatch,
  denseBroadcastTile,
  denseInputGradientBroadcastDispatch,
  denseUpdateBroadcastDispatch,
} from "./dense_broadcast.ts";
import { denseOutputOf, type DenseOutputOptions } from "./dense_output.ts";
import {
  denseInputGradientWorkgroupDispatch,
  denseWorkgroupDispatch,
  denseWorkgroupSplits,
} from "./dense_workgroup.ts";
import { constrainNorms } from "./norm_constraint.ts";
import { updateBias } from "./sgd.ts";
import { largestDivisor, MAX_ROUNDS, quads, quadTile, type Tiles } from "./tiles.ts";
import { tilesAt, tunable, type TunedKind } from "./tuning.ts";

export const dense = { name: "dense", source: forwardSource };
export const denseInputGradient = { name: "dense_input_gradient", source: inputSource };
export const denseUpdate = { name: "dense_update", source: updateSource };

/** Shape of a dense layer: inputs K, stored outputs O (a multiple of 4), examples B. */
export interface DenseShape {
  readonly K: number;
  readonly O: number;
  readonly B: number;
}

/** Rows of the weight matrix that one binding can hold. */
export interface Panel {
  readonly first: number;
  readonly rows: number;
}

export interface DenseOptions extends DenseOutputOptions {
  readonly weightStd: number;
  readonly bias: number;
  /** Cap on the root mean square of the weights into a unit; none if left out. */
  readonly maxNorm?: number;
}

/**
 * The weight matrix (K, O) in panels of rows that fit into one binding. Bindings start at
 * multiples of 256 bytes, so panels have a multiple of 64 rows.
 * @throws UserError when not even 64 rows fit
 */
export function panels({ K, O }: DenseShape, maxBindingSize: number): Panel[] {
  const most = Math.min(K, Math.floor(maxBindingSize / (O * 4)));
  const rows = most === K ? K : Math.floor(most / 64) * 64;
  if (rows === 0) {
    throw new UserError(
      `64 rows of a dense layer of ${O} units take ${mebibytes(64 * O * 4)} in one binding, this ` +
        `adapter allows ${mebibytes(maxBindingSize)}`,
    );
  }
  const result: Panel[] = [];
  for (let first = 0; first < K; first += rows) {
    result.push({ first, rows: Math.min(rows, K - first) });
  }
  return result;
}

/** Into how many ranges of inputs the product over a panel is split. */
export function denseSplits(tiles: Tiles, shape: DenseShape, { rows }: Panel): number {
  if (!tiles.broadcast && tiles.workgroup && shape.B % 4 === 0) {
    return denseWorkgroupSplits(tiles.workgroup, shape, rows);
  }
  const [x, y] = denseGroups(tiles, shape);
  const needed = Math.ceil(rows / MAX_ROUNDS);
  // Below 16 inputs a split costs more than it saves.
  return Math.min(
    Math.ceil(rows / 16),
    Math.max(needed, Math.ceil(tiles.workgroups / (x * y))),
  );
}

/** Workgroups of the product over the outputs and over the batch. */
function denseGroups(tiles: Tiles, shape: DenseShape): readonly [number, number] {
  const { O, B } = shape;
  if (tiles.broadcast && B % 4 === 0) return denseBroadcastTile(tiles.broadcast, shape).groups;
  const TO = quadTile(O, tiles.dense.outputs);
  return [Math.ceil(O / TO / tiles.lanes), B / largestDivisor(B, tiles.dense.examples)];
}

/**
 * Products over one panel: bindings x, w (the panel's parts) and partial.
 * @param FIRST number of the panel's first split among those of all panels
 */
export function denseDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  FIRST: number,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  const SPLITS = denseSplits(tiles, shape, panel);
  if (tiles.broadcast && B % 4 === 0) {
    const splits = { FIRST, SPLITS };
    return denseBroadcastDispatch(tiles.broadcast, label, shape, panel, splits, bindings);
  }
  if (tiles.workgroup && B % 4 === 0) {
    const splits = { FIRST, SPLITS };
    return denseWorkgroupDispatch(tiles.workgroup, label, shape, panel, splits, bindings);
  }
  const TO = quadTile(O, tiles.dense.outputs);
  const TB = largestDivisor(B, tiles.dense.examples);
  return {
    kernel: dense,
    label,
    constants: { K: panel.rows, O, B, TO, TB, SPLITS, FIRST, LANES: tiles.lanes },
    bindings,
    workgroups: [...denseGroups(tiles, shape), SPLITS],
  };
}

/** Gradient of a panel's inputs: bindings dy, w, dx. */
export function denseInputGradientDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  if (tiles.broadcast && B % 4 === 0) {
    return denseInputGradientBroadcastDispatch(tiles.broadcast, label, shape, panel, bindings);
  }
  if (tiles.workgroup && B % 4 === 0) {
    return denseInputGradientWorkgroupDispatch(tiles.workgroup, label, shape, panel, bindings);
  }
  const TB = largestDivisor(B, tiles.dense.examples);
  const TK = Math.max(1, Math.min(tiles.dense.inputs, Math.floor(panel.rows / tiles.lanes)));
  return {
    kernel: denseInputGradient,
    label,
    constants: { K: panel.rows, O, B, TK, TB, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(panel.rows / TK / tiles.lanes), B / TB],
  };
}

/** Weight gradient and update of a panel: bindings state, x, dy, w, v. */
export function denseUpdateDispatch(
  tiles: Tiles,
  label: string,
  shape: DenseShape,
  panel: Panel,
  momentum: number,
  bindings: readonly Slice[],
): Dispatch {
  const { O, B } = shape;
  if (tiles.broadcast) {
    return denseUpdateBroadcastDispatch(tiles.broadcast, label, shape, panel, momentum, bindings);
  }
  // TO × B errors stay in registers.
  const TO = quadTile(O, B > 16 ? 4 : tiles.denseUpdate.outputs);
  const TR = largestDivisor(panel.rows, tiles.denseUpdate.rows);
  const TK = TR * Math.min(Math.ceil(panel.rows / TR / 64), MAX_ROUNDS);
  return {
    kernel: denseUpdate,
    label,
    constants: { K: panel.rows, O, B, TO, TK, TR, MOMENTUM: momentum, LANES: tiles.lanes },
    bindings,
    workgroups: [Math.ceil(O / TO / tiles.lanes), Math.ceil(panel.rows / TK)],
  };
}

/**
 * Makes the layer, and that of its maxout, if it has one, whose work the first one does. Parameters:
 * `name.weight` (units, inputs) and `name.bias` (units).
 */
export async function denseLayers(
  build: Build,
  input: Tensor,
  options: DenseOptions,
): Promise<Layer[]> {
  const { name, units } = options;
  const { tiles, gpu, memory, momentum } = build;
  const shape: DenseShape = { K: input.channels, O: quads(units), B: input.n };
  const { O, B } = shape;
  const weight = await newParameter(build, weightLayout(options, shape));
  const bias = await newParameter(build, {
    name: `${name}.bias`,
    shape: [units],
    storedCount: O,
    initialisation: { constant: options.bias },
    pack: (values) => resized(values, O),
    unpack: (values) => values.slice(0, units),
  });
  const all = panels(shape, gpu.device.limits.maxStorageBufferBindingSize);
  const tilesOf = (kind: TunedKind) => tilesAt(tiles, kind, shape);
  const splits = all.map((panel) => denseSplits(tilesOf("dense"), shape, panel));
  const totalSplits = splits.reduce((sum, count) => sum + count, 0);
  const partial = await memory.allocate(`${name} products`, "activations", totalSplits * O * B);
  const products = { partial, splits: totalSplits, bias: bias.value };
  const made = await denseOutputOf(build, shape, options, products);
  // Kernels read vectors of four numbers, the last of which may reach into the buffer's padding.
  const rowsOf = (slice: Slice, { first, rows }: Panel, width: number) =>
    part(slice, first * width, quads(rows * width));

  const layer: Layer = {
    label: name,
    output: made.linear ?? made.output,
    parameters: [weight, bias],
    forward(mode) {
      let firstSplit = 0;
      const sums = all.map((panel, index) => {
        const first = firstSplit;
        firstSplit += splits[index];
        return denseDispatch(tilesOf("dense"), `${name} forward`, shape, panel, first, [
          rowsOf(source(input, mode), panel, B),
          rowsOf(weight.value, panel, O),
          partial,
        ]);
      });
      return tunable("dense", shape, [made.output.value], [...sums, made.forward(mode)]);
    },
    async backward() {
      const { gradient: dy, dispatches } = made.backward();
      const dx = await gradientOf(build, input);
      const inputKind = "dense_input_gradient", updateKind = "dense_update";
      const inputTiles = tilesOf(inputKind), updateTiles = tilesOf(updateKind);
      return [
        ...dispatches,
        ...tunable(
          inputKind,
          shape,
          [dx],
          all.map((panel) =>
            denseInputGradientDispatch(inputTiles, `${name} input gradient`, shape, panel, [
              dy,
              rowsOf(weight.value, panel, O),
              rowsOf(dx, panel, B),
            ])
          ),
        ),
        ...tunable(
          updateKind,
          shape,
          [weight.value, weight.velocity!],
          all.map((panel) =>
            denseUpdateDispatch(updateTiles, `${name}.weight update`, shape, panel, momentum, [
              build.state,
              rowsOf(source(input, "train"), panel, B),
              dy,
              rowsOf(weight.value, panel, O),
              rowsOf(weight.velocity!, panel, O),
            ])
          ),
        ),
        updateBias(build, bias, dy, B),
      ];
    },
    async constrain() {
      if (options.maxNorm === undefined) return [];
      const squares = await memory.allocate(`${name}.weight norms`, "gradients", O);
      const matrices = all.map((panel) => ({
        rows: panel.rows,
        weights: rowsOf(weight.value, panel, O),
      }));
      return constrainNorms(tiles, `${name}.weight`, O, matrices, squares, options.maxNorm);
    },
  };
  return made.linear ? [layer, layerDone(made.output)] : [layer];
}

function weightLayout(
  { name, units, weightStd }: DenseOptions,
  { K, O }: DenseShape,
): Omit<Parameter, "value" | "velocity"> {
  return {
    name: `${name}.weight`,
    shape: [units, K],
    storedCount: K * O,
    initialisation: { deviation: weightStd },
    pack: (values) => transpose(values, units, K, new Float32Array(K * O), O),
    unpack: (stored) => transpose(stored, K, units, new Float32Array(units * K), K, O),
  };
}

/** Copies from (rows, columns) with row pitch `pitch` to (columns, rows) with row pitch `target`. */
function transpose(
  from: Float32Array,
  rows: number,
  columns: number,
  to: Float32Array,
  target: number,
  pitch = columns,
): Float32Array {
  // In blocks, so that a matrix of 134 MB does not miss the cache at every element.
  const block = 32;
  for (let i0 = 0; i0 < rows; i0 += block) {
    for (let j0 = 0; j0 < columns; j0 += block) {
      const i1 = Math.min(rows, i0 + block), j1 = Math.min(columns, j0 + block);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) to[j * target + i] = from[i * pitch + j];
      }
    }
  }
  return to;
}
