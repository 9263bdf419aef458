/** Models as plain data, declared the way the paper's figure reads. */
import { elements } from "../nn/layer.ts";
import { type LayerSpec, typeOf } from "./layers/all.ts";
import { ANSWER_COUNT } from "./questions.ts";
import type { Generation } from "./sextractor.ts";
import { walk } from "./walk.ts";

/** A network, from the sixteen parts to the raw outputs of the decision tree. */
export interface Model {
  /** Short name of docs/models.md, as `extradense`. */
  readonly name: string;
  /**
   * From the parts on, as plain data.
   * @internal
   */
  readonly layers: readonly LayerSpec[];
  /** Centres and rescales every galaxy beforehand, by Source Extractor's parameters of this kind. */
  readonly preparation?: Generation;
  /** Share of the filters and units that it has where it is `narrowed`. */
  readonly width?: number;
  /** Seed of its training where nothing else is said, so that equal architectures end differently. */
  readonly seed?: number;
}

/** A convolution. */
export interface ConvOptions {
  /** Number of filters. */
  filters: number;
  /** Side of the filters. */
  size: number;
  /** Standard deviation of the initial weights; 0.01 by default. */
  weightStd?: number;
}

/** A dense layer, where it differs from the others. */
export interface DenseOptions {
  /** Standard deviation of the initial weights. */
  weightStd?: number;
  /** Initial biases. */
  bias?: number;
  /** Cap on the root mean square of the weights into one unit; none by default. */
  maxNorm?: number;
}

/**
 * Collects the layers of a declaration. Defaults are the settings that all 17 models share
 * (docs/models.md §2): conv weights 0.01 and biases 0.1, dense weights 0.001 and biases 0.01,
 * dropout 1/2 on the input of every dense layer, shared ones and the output included.
 */
export class ModelBuilder {
  readonly #layers: LayerSpec[] = [];
  #preparation: Generation | undefined;
  #convs = 0;
  #denses = 0;

  /**
   * What was declared so far.
   * @internal
   */
  get layers(): readonly LayerSpec[] {
    return this.#layers;
  }

  /** How galaxies are centred, if they are. */
  get preparation(): Generation | undefined {
    return this.#preparation;
  }

  /**
   * Galaxies centred and brought to one size before anything else, by Source Extractor's parameters
   * (docs/augmentation.md §8).
   */
  centred(generation: Generation): this {
    this.#preparation = generation;
    return this;
  }

  /** The sixteen parts of 45×45 pixels: where every network begins. */
  parts(): this {
    return this;
  }

  /**
   * Any layer, as those below declare theirs.
   * @internal
   */
  add(layer: LayerSpec): this {
    this.#layers.push(layer);
    return this;
  }

  /** Valid convolution with untied biases and ReLU. */
  conv({ filters, size, weightStd = 0.01 }: ConvOptions): this {
    const name = `conv${++this.#convs}`;
    return this.add({ type: "conv", name, filters, size, weightStd, bias: 0.1 });
  }

  /** 2×2, stride 2. */
  maxPool(): this {
    return this.add({ type: "maxPool" });
  }

  /** Maxout over 2 · `units` linear units, with weights shared by the sixteen parts. */
  partMaxout(units: number, { weightStd = 0.01, bias = 0.1 }: DenseOptions = {}): this {
    const shared = { type: "partDense", name: "shared", units: 2 * units } as const;
    return this.add({ ...shared, relu: false, weightStd, bias }).add({ type: "maxout" });
  }

  /** The features of the sixteen parts, side by side. */
  merge(): this {
    return this.add({ type: "merge" });
  }

  /** Maxout over pairs of 2 · `units` linear units. */
  maxout(units: number, options: DenseOptions = {}): this {
    return this.#dense(2 * units, false, options).add({ type: "maxout" });
  }

  /** Dense layer with ReLU. */
  dense(units: number, options: DenseOptions = {}): this {
    return this.#dense(units, true, options);
  }

  /** The 37 answers, through the decision tree: where every network ends. */
  answers({ weightStd = 0.01, bias = 0.1 }: DenseOptions = {}): this {
    const output = { type: "dense", name: "output", units: ANSWER_COUNT } as const;
    return this.add({ ...output, relu: false, weightStd, bias });
  }

  #dense(
    units: number,
    relu: boolean,
    { weightStd = 0.001, bias = 0.01, maxNorm }: DenseOptions,
  ): this {
    const name = `dense${++this.#denses}`;
    const constraint = maxNorm === undefined ? {} : { maxNorm };
    return this.add({ type: "dense", name, units, relu, weightStd, bias, ...constraint });
  }
}

/** Declares a model. */
export function defineModel(
  name: string,
  declare: (galaxy: ModelBuilder) => ModelBuilder,
  options: Pick<Model, "seed"> = {},
): Model {
  const { layers, preparation } = declare(new ModelBuilder());
  return { name, layers, ...(preparation ? { preparation } : {}), ...options };
}

/**
 * The same architecture with a share of the filters and units, to try things out: `width` 0.125 has
 * an eighth of each, rounded, at least one. The 37 answers stay. Initial weights are scaled to the
 * number of inputs, since a narrow network with the paper's does not learn (docs/network.md §11); with
 * width 1 they are the paper's.
 */
export function narrowed(model: Model, width: number): Model {
  if (width === 1) return model;
  const scaled = (count: number) => Math.max(1, Math.round(count * width));
  const narrow = model.layers.map((layer, index) =>
    typeOf(layer).narrow?.(layer, scaled, model.layers[index + 1]?.type) ?? layer
  );
  const layers = [...walk(narrow)].map(({ layer, weight }) =>
    "weightStd" in layer && weight
      ? { ...layer, weightStd: keepingScale(layer, elements(weight.slice(1))) }
      : layer
  );
  return { ...model, layers, width: width * (model.width ?? 1) };
}

/**
 * The deviation of weights with which numbers leave a layer in the scale in which they came: their
 * mean square stays. It is that of the numbers times the deviation squared times the count of inputs;
 * ReLU halves it, dropout of half the inputs doubles it, and the larger of two has that of each.
 */
function keepingScale(layer: LayerSpec, inputs: number): number {
  const rectified = layer.type === "conv" || ("relu" in layer && layer.relu);
  return Math.sqrt((rectified ? 2 : 1) * (typeOf(layer).drops ? 0.5 : 1) / inputs);
}
