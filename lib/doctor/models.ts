/** Which models fit here, and how long they would take. */
import type { ModelDescription } from "../galaxy/describe.ts";
import { elements } from "../nn/layer.ts";
import { trainingBytes } from "../report/model_table.ts";
import { PAPER_SETTINGS } from "../runs/settings.ts";
import type { Finding } from "./finding.ts";
import { PROCESS_BYTES } from "./memory.ts";

/** Galaxies of the competition that a model predicts, the last tenth of the labelled ones included. */
const PREDICTED = 79_975 + 6_158;
/** Views of a galaxy for sixty transforms, and orders of parts that each view serves. */
const VIEWS = 15, ORDERS = 4;

/** Measured on this adapter, in minibatches of 16. */
export interface Rates {
  /** Name of the model that was measured. */
  readonly model: string;
  /** Training images/s. */
  readonly train: number;
  /** Views/s in prediction. */
  readonly predict: number;
}

/** What a model would take here. */
export interface ModelEstimate {
  readonly model: string;
  /** Bytes on the GPU in training. */
  readonly bytes: number;
  readonly fits: boolean;
  /** Seconds of a training of the paper's length and of its two predictions, where rates are known. */
  readonly train?: number;
  readonly predict?: number;
}

export interface ModelFacts {
  readonly models: readonly ModelDescription[];
  /** Bytes of the largest buffer. */
  readonly maxBufferSize: number;
  /** Bytes that all networks together can have; on a software adapter, those of the system. */
  readonly memory: number;
  readonly software: boolean;
  readonly rates?: { readonly measured: Rates; readonly reference: ModelDescription } | undefined;
}

export function estimateModels(facts: ModelFacts): ModelEstimate[] {
  return facts.models.map((model) => {
    const bytes = trainingBytes(model, PAPER_SETTINGS.batchSize);
    const room = facts.memory - (facts.software ? PROCESS_BYTES : 0);
    const fits = bytes <= room && largestBuffer(model) <= facts.maxBufferSize;
    return { model: model.model, bytes, fits, ...secondsOf(model, facts.rates) };
  });
}

/** The time goes with the multiply-adds. */
function secondsOf(model: ModelDescription, rates: ModelFacts["rates"]) {
  if (!rates) return {};
  const { measured, reference } = rates;
  const images = PAPER_SETTINGS.chunks * PAPER_SETTINGS.chunkSize;
  const share = model.multiplyAdds / reference.multiplyAdds;
  const apart = model.layers.reduce(
    (sum, { parts, multiplyAdds }) => sum + (parts > 1 ? multiplyAdds : 0),
    0,
  );
  // What comes after merging is computed for every order.
  const galaxy = VIEWS * (apart + ORDERS * (model.multiplyAdds - apart));
  return {
    train: images / measured.train * share,
    predict: PREDICTED * galaxy / reference.multiplyAdds / measured.predict,
  };
}

/** Bytes of the largest matrix or feature map. */
function largestBuffer({ layers }: ModelDescription): number {
  return 4 * Math.max(...layers.flatMap(({ output, parts, parameters }) => [
    parameters,
    elements(output) * parts * PAPER_SETTINGS.batchSize,
  ]));
}

export function modelsFinding(estimates: readonly ModelEstimate[], software: boolean): Finding {
  const topic = "Models";
  const large = estimates.filter(({ fits }) => !fits);
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`;
  const most = megabytes(Math.max(...estimates.map(({ bytes }) => bytes)));
  if (large.length === 0) {
    return { topic, state: "good", text: `all ${estimates.length} fit, the largest in ${most}` };
  }
  const where = software ? "memory" : "the GPU's memory";
  const names = large.map(({ model, bytes }) => `${model} (${megabytes(bytes)})`).join(", ");
  return {
    topic,
    state: "note",
    text: `${estimates.length - large.length} of ${estimates.length} fit into ${where}, but not ` +
      names,
    remedy: "Close other programs that use it, or train narrower copies with --width",
  };
}
