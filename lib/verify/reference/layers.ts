/** The float64 reference of every kind of layer that a model can be declared of. */
import type { LayerSpec } from "../../galaxy/layers/all.ts";
import { PARTS } from "../../galaxy/parts.ts";
import { biasGradient, conv2d, conv2dInputGradient, conv2dWeightGradient } from "./conv2d.ts";
import { dense, denseInputGradient, denseWeightGradient } from "./dense.ts";
import { maxPool, maxPoolGradient } from "./max_pool.ts";
import { maxout, maxoutGradient } from "./maxout.ts";
import { merge, mergeGradient } from "./merge.ts";
import { relu, reluGradient } from "./relu.ts";

export type Numbers = ArrayLike<number>;

/** Feature maps (channels, side, side, n). */
export interface Maps {
  readonly values: Numbers;
  readonly channels: number;
  readonly side: number;
  readonly n: number;
}

/** What a layer is in, beside its input. */
export interface Surroundings {
  /** By name, in the layout of files. */
  readonly parameters: ReadonlyMap<string, Numbers>;
  /** Where the backward pass leaves their gradients, in the layout of files. */
  readonly gradients: Map<string, Float64Array>;
  /** Type of the layer that follows. */
  readonly next: string | undefined;
}

export interface Computed {
  readonly output: Maps;
  /** From the gradient of the output to that of the input. */
  back(dy: Numbers): Numbers;
}

type Reference<Spec> = (spec: Spec, input: Maps, surroundings: Surroundings) => Computed;

const REFERENCES: {
  readonly [Type in LayerSpec["type"]]: Reference<Extract<LayerSpec, { type: Type }>>;
} = {
  conv({ name, filters, size }, input, surroundings) {
    // The reference of pooling applies the ReLU's gradient with its own.
    const relu = surroundings.next === "maxPool" ? "forward" : "both";
    return convolution({ name, F: filters, K: size, relu }, input, surroundings);
  },

  // A dense layer that the parts share is a filter as large as their maps.
  partDense({ name, units, relu }, input, surroundings) {
    const options = { name, F: units, K: input.side, relu: relu ? "both" : "none" } as const;
    return convolution(options, input, surroundings);
  },

  maxPool(_, input) {
    const { values, channels, side, n } = input;
    const shape = { F: channels, HP: side / 2, WP: side / 2, N: n };
    return {
      output: { ...input, values: maxPool(values, shape), side: side / 2 },
      back: (dy) => maxPoolGradient(values, dy, shape),
    };
  },

  merge(_, { values, channels, side, n }) {
    const Q = channels * side * side, B = n / PARTS;
    return {
      output: { values: merge(values, Q, B), channels: PARTS * Q, side: 1, n: B },
      back: (dy) => mergeGradient(dy, Q, B),
    };
  },

  maxout(_, input) {
    const { values, channels, n } = input;
    return {
      output: { ...input, values: maxout(values, n), channels: channels / 2 },
      back: (dy) => maxoutGradient(values, dy, n),
    };
  },

  dense({ name, units, relu: rectified }, { values, channels, n }, { parameters, gradients }) {
    const shape = { K: channels, O: units, B: n };
    const w = transposed(parameters.get(`${name}.weight`)!, units, channels);
    const z = dense(values, w, parameters.get(`${name}.bias`)!, shape);
    return {
      output: { values: rectified ? relu(z) : z, channels: units, side: 1, n },
      back(dy) {
        const dz = rectified ? reluGradient(z, dy) : dy;
        const dw = denseWeightGradient(values, dz, shape);
        gradients.set(`${name}.weight`, transposed(dw, channels, units));
        gradients.set(`${name}.bias`, biasGradient(dz, n));
        return denseInputGradient(dz, w, shape);
      },
    };
  },
};

/** The reference of a layer. */
export function referenceOf(spec: LayerSpec): Reference<LayerSpec> {
  return REFERENCES[spec.type] as Reference<LayerSpec>;
}

function convolution(
  { name, F, K, relu: rectified }: {
    name: string;
    F: number;
    K: number;
    relu: "none" | "forward" | "both";
  },
  { values, channels, side, n }: Maps,
  { parameters, gradients }: Surroundings,
): Computed {
  const shape = { C: channels, H: side, W: side, K, F, N: n };
  const rows = channels * K * K;
  const w = transposed(parameters.get(`${name}.weight`)!, F, rows);
  const z = conv2d(values, w, parameters.get(`${name}.bias`)!, shape);
  return {
    output: { values: rectified === "none" ? z : relu(z), channels: F, side: side - K + 1, n },
    back(dy) {
      const dz = rectified === "both" ? reluGradient(z, dy) : dy;
      const dw = conv2dWeightGradient(values, dz, shape);
      gradients.set(`${name}.weight`, transposed(dw, rows, F));
      gradients.set(`${name}.bias`, biasGradient(dz, n));
      return conv2dInputGradient(dz, w, shape);
    },
  };
}

/** (rows, columns) → (columns, rows) */
function transposed(values: Numbers, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    values,
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)],
  );
}
