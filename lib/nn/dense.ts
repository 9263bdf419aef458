/** Dense layers (docs/network.md §5). */
import { part, type Slice } from "../gpu/memory.ts";
import { resized } from "./conv2d.ts";
import {
  denseDispatch,
  denseInputGradientDispatch,
  type DenseShape,
  denseSplits,
  denseUpdateDispatch,
  type Panel,
  panels,
} from "./dense_kernels.ts";
import { denseOutputOf, type DenseOutputOptions } from "./dense_output.ts";
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
import { constrainNorms } from "./norm_constraint.ts";
import { updateBias } from "./sgd.ts";
import { quads } from "./tiles.ts";
import { tilesAt, tunable, type TunedKind } from "./tuning.ts";

export interface DenseOptions extends DenseOutputOptions {
  readonly weightStd: number;
  readonly bias: number;
  /** Cap on the root mean square of the weights into a unit; none if left out. */
  readonly maxNorm?: number;
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
