/** The float64 twin of a whole network: the twins of its layers, one after the other and back. */
import { PARTS } from "../../lib/galaxy/parts.ts";
import type { LayerSpec, Model } from "../../lib/galaxy/model.ts";
import { biasGradient, conv2d, conv2dInputGradient, conv2dWeightGradient } from "./conv2d.ts";
import { decisionTree, decisionTreeGradient } from "./decision_tree.ts";
import { dense, denseInputGradient, denseWeightGradient } from "./dense.ts";
import { maxPool, maxPoolGradient } from "./max_pool.ts";
import { maxout, maxoutGradient } from "./maxout.ts";
import { merge, mergeGradient } from "./merge.ts";
import { parts } from "./parts.ts";
import { squaredError, squaredErrorGradient } from "./squared_error.ts";

type Numbers = ArrayLike<number>;

/** Feature maps (channels, side, side, n). */
interface Maps {
  readonly values: Numbers;
  readonly channels: number;
  readonly side: number;
  readonly n: number;
}

export interface TwinResult {
  /** (B, 37) */
  readonly answers: Float64Array;
  readonly loss: number;
  /** By parameter name, in the layout of files. */
  readonly gradients: ReadonlyMap<string, Float64Array>;
}

/**
 * Answers, loss and gradients without dropout.
 * @param parameters by name, in the layout of files
 * @param views (B, 2, 3, 69, 69)
 * @param labels (B, 37)
 */
export function networkTwin(
  model: Model,
  parameters: ReadonlyMap<string, Numbers>,
  views: Numbers,
  labels: Numbers,
  B: number,
): TwinResult {
  const gradients = new Map<string, Float64Array>();
  const back: ((dy: Numbers) => Numbers)[] = [];
  let maps: Maps = { values: parts(views, B), channels: 3, side: 45, n: PARTS * B };
  model.layers.forEach((spec, index) => {
    const pooled = model.layers[index + 1]?.type === "maxPool";
    const step = forward(spec, maps, parameters, gradients, pooled);
    back.push(step.back);
    maps = step.output;
  });
  const answers = decisionTree(maps.values, B);
  let dy: Numbers = decisionTreeGradient(maps.values, squaredErrorGradient(answers, labels), B);
  for (const layer of back.toReversed()) dy = layer(dy);
  return { answers, loss: squaredError(answers, labels), gradients };
}

interface Step {
  readonly output: Maps;
  back(dy: Numbers): Numbers;
}

function forward(
  spec: LayerSpec,
  input: Maps,
  parameters: ReadonlyMap<string, Numbers>,
  gradients: Map<string, Float64Array>,
  pooled: boolean,
): Step {
  const { values, channels, side, n } = input;
  switch (spec.type) {
    case "conv":
    case "partDense": {
      // A dense layer that the parts share is a filter as large as their maps.
      const [F, K] = spec.type === "conv" ? [spec.filters, spec.size] : [spec.units, side];
      const shape = { C: channels, H: side, W: side, K, F, N: n };
      const rows = channels * K * K;
      const w = transposed(parameters.get(`${spec.name}.weight`)!, F, rows);
      const z = conv2d(values, w, parameters.get(`${spec.name}.bias`)!, shape);
      const relu = spec.type === "conv";
      const y = relu ? z.map((value) => Math.max(0, value)) : z;
      return {
        output: { values: y, channels: F, side: side - K + 1, n },
        back(dy) {
          // The twin of pooling applies the ReLU's gradient with its own.
          const dz = relu && !pooled ? Float64Array.from(dy, (g, at) => z[at] > 0 ? g : 0) : dy;
          const dw = conv2dWeightGradient(values, dz, shape);
          gradients.set(`${spec.name}.weight`, transposed(dw, rows, F));
          gradients.set(`${spec.name}.bias`, biasGradient(dz, n));
          return conv2dInputGradient(dz, w, shape);
        },
      };
    }
    case "maxPool": {
      const shape = { F: channels, HP: side / 2, WP: side / 2, N: n };
      return {
        output: { ...input, values: maxPool(values, shape), side: side / 2 },
        back: (dy) => maxPoolGradient(values, dy, shape),
      };
    }
    case "merge": {
      const Q = channels * side * side, B = n / PARTS;
      return {
        output: { values: merge(values, Q, B), channels: PARTS * Q, side: 1, n: B },
        back: (dy) => mergeGradient(dy, Q, B),
      };
    }
    case "maxout":
      return {
        output: { ...input, values: maxout(values, n), channels: channels / 2 },
        back: (dy) => maxoutGradient(values, dy, n),
      };
    case "dense": {
      const shape = { K: channels, O: spec.units, B: n };
      const w = transposed(parameters.get(`${spec.name}.weight`)!, spec.units, channels);
      const z = dense(values, w, parameters.get(`${spec.name}.bias`)!, shape);
      const y = spec.relu ? z.map((value) => Math.max(0, value)) : z;
      return {
        output: { values: y, channels: spec.units, side: 1, n },
        back(dy) {
          const dz = spec.relu ? Float64Array.from(dy, (g, at) => z[at] > 0 ? g : 0) : dy;
          const dw = denseWeightGradient(values, dz, shape);
          gradients.set(`${spec.name}.weight`, transposed(dw, channels, spec.units));
          gradients.set(`${spec.name}.bias`, biasGradient(dz, n));
          return denseInputGradient(dz, w, shape);
        },
      };
    }
  }
}

/** (rows, columns) → (columns, rows) */
function transposed(values: Numbers, rows: number, columns: number): Float64Array {
  return Float64Array.from(
    values,
    (_, at) => values[(at % rows) * columns + Math.floor(at / rows)],
  );
}
