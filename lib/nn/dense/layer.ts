/** Dense layers (docs/network.md §5). */
import { UserError } from "../../errors.ts";
import { dispatch } from "../../gpu/kernel.ts";
import { part, type Slice } from "../../gpu/memory.ts";
import { resized } from "../conv2d/layer.ts";
import {
  type Build,
  type Layer,
  newGradient,
  newParameter,
  type Parameter,
  source,
  type Tensor,
} from "../layer.ts";
import { constrainNorms } from "../norm_constraint.ts";
import { updateBias, updateConstants } from "../optimiser.ts";
import { inFours, MAX_ITERATIONS } from "../tiles.ts";
import { planned, tunable } from "../variants.ts";
import { denseForward } from "./forward.ts";
import { denseInputGradient } from "./input_gradient.ts";
import { denseOutputOf, type DenseOutputOptions } from "./output.ts";
import { type Panel, panels } from "./panels.ts";
import type { DenseShape } from "./shape.ts";
import { denseUpdate } from "./update.ts";

export interface DenseOptions extends DenseOutputOptions {
  readonly weightStd: number;
  readonly bias: number;
  /** Cap on the root mean square of the weights into a unit; none if left out. */
  readonly maxNorm?: number | undefined;
}

/**
 * Makes the layer. Parameters: `name.weight` (units, inputs) and `name.bias` (units).
 * @throws UserError when it is to train more units than one invocation can add up
 */
export async function denseLayer(
  build: Build,
  input: Tensor,
  options: DenseOptions,
): Promise<Layer> {
  const { name, units } = options;
  const { tiles, gpu, memory, state } = build;
  const { machine, choices } = tiles;
  const shape: DenseShape = { K: input.channels, O: inFours(units), B: input.n };
  const { O, B } = shape;
  if (build.trainable && O > MAX_ITERATIONS) {
    throw new UserError(
      `${name}: the gradient of an input is a sum over ${O} units, at most ${MAX_ITERATIONS} work`,
    );
  }
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
  const product = planned(denseForward, machine, choices, shape);
  let splits = 0;
  const plans = all.map((panel) => {
    const plan = product(panel.rows), FIRST = splits;
    splits += plan.constants.SPLITS;
    return { panel, plan, FIRST };
  });
  const partial = await memory.allocate(`${name} products`, "activations", splits * O * B);
  const made = await denseOutputOf(build, shape, options, { partial, splits, bias: bias.value });
  // Kernels read vectors of four numbers, the last of which may reach into the buffer's padding.
  const rowsOf = (slice: Slice, { first, rows }: Panel, width: number) =>
    part(slice, first * width, inFours(rows * width));

  return {
    label: name,
    ...made.tensors,
    parameters: [weight, bias],
    forward(mode) {
      const sums = plans.map(({ panel, plan: { kernel, constants, workgroups }, FIRST }) =>
        dispatch(kernel, {
          label: `${name} forward`,
          constants: { ...constants, FIRST },
          bindings: {
            x: rowsOf(source(input, mode), panel, B),
            w: rowsOf(weight.value, panel, O),
            partial,
          },
          workgroups,
        })
      );
      return tunable(denseForward, shape, [made.tensors.output.value], [
        ...sums,
        made.forward(mode),
      ]);
    },
    async backward(dOutput) {
      const { dx: dy = dOutput, dispatches } = made.backward(dOutput);
      const dx = await newGradient(build, input);
      const inputGradient = planned(denseInputGradient, machine, choices, shape);
      const update = planned(denseUpdate, machine, choices, shape);
      const inputGradients = all.map((panel) => {
        const { kernel, constants, workgroups } = inputGradient(panel.rows);
        return dispatch(kernel, {
          label: `${name} input gradient`,
          constants,
          bindings: { dy, w: rowsOf(weight.value, panel, O), dx: rowsOf(dx, panel, B) },
          workgroups,
        });
      });
      const updates = all.map((panel) => {
        const { kernel, constants, workgroups } = update(panel.rows);
        return dispatch(kernel, {
          label: `${name}.weight update`,
          constants: { ...constants, ...updateConstants(build) },
          bindings: {
            state,
            x: rowsOf(source(input, "train"), panel, B),
            dy,
            w: rowsOf(weight.value, panel, O),
            v: rowsOf(weight.velocity!, panel, O),
          },
          workgroups,
        });
      });
      return {
        dx,
        dispatches: [
          ...dispatches,
          ...tunable(denseInputGradient, shape, [dx], inputGradients),
          ...tunable(denseUpdate, shape, [weight.value, weight.velocity!], updates),
          updateBias(build, bias, dy, B),
        ],
      };
    },
    async constrain() {
      if (options.maxNorm === undefined) return [];
      const squares = await memory.allocate(`${name}.weight norms`, "gradients", O);
      const matrices = all.map((panel) => ({
        rows: panel.rows,
        weights: rowsOf(weight.value, panel, O),
      }));
      const { maxNorm } = options;
      return constrainNorms(tiles, {
        name: `${name}.weight`,
        O,
        panels: matrices,
        squares,
        maxNorm,
      });
    },
  };
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
    pack: (values) =>
      transpose(units, K, { values, pitch: K }, { values: new Float32Array(K * O), pitch: O }),
    unpack: (values) =>
      transpose(K, units, { values, pitch: O }, { values: new Float32Array(units * K), pitch: K }),
  };
}

/** Numbers whose rows begin `pitch` apart. */
interface Matrix {
  readonly values: Float32Array;
  readonly pitch: number;
}

/** Copies `from` (rows, columns) to `to` (columns, rows). */
function transpose(rows: number, columns: number, from: Matrix, to: Matrix): Float32Array {
  // In blocks, so that a matrix of 134 MB does not miss the cache at every element.
  const block = 32;
  for (let i0 = 0; i0 < rows; i0 += block) {
    for (let j0 = 0; j0 < columns; j0 += block) {
      const i1 = Math.min(rows, i0 + block), j1 = Math.min(columns, j0 + block);
      for (let i = i0; i < i1; i++) {
        for (let j = j0; j < j1; j++) {
          to.values[j * to.pitch + i] = from.values[i * from.pitch + j];
        }
      }
    }
  }
  return to.values;
}
