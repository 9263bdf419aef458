/** Making up a workload; the same one every time. */
import { type NamedTensor, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { describe } from "../../lib/galaxy/describe.ts";
import { type Model, narrowed } from "../../lib/galaxy/model.ts";
import { PART_SIZE, PARTS } from "../../lib/galaxy/parts.ts";
import { ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import { CHANNELS, IMAGE_FLOATS, VIEW_COUNT, VIEW_SIZE } from "../../lib/galaxy/transforms.ts";
import { elements } from "../../lib/nn/layer.ts";
import { Random } from "../../lib/random.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { parts } from "../../lib/verify/reference/parts.ts";
import type { Sizes, Tree } from "./workload.ts";

/** As in the paper's first chunks. */
const LEARNING_RATE = 0.04;
const MOMENTUM = 0.9;

/** `extradense` with a share of its filters and units. */
export function contestModel(width: number): Model {
  return narrowed(extradense, width);
}

/** Makes up a workload and writes it. Returns the labels of a training step, (batch, 37). */
export async function writeWorkload(
  path: string,
  { batch, predictBatch, width }: Sizes,
): Promise<Float32Array> {
  const random = new Random(1, "test");
  const examples = Math.max(batch, predictBatch);
  const views = Float32Array.from({ length: examples * IMAGE_FLOATS }, () => random.uniform());
  const labels = makeLabels(examples, random);
  const { block, parent, root } = makeTree();
  const square = [ANSWER_COUNT, ANSWER_COUNT];
  const part = [CHANNELS, PART_SIZE, PART_SIZE];
  const view = [CHANNELS, VIEW_SIZE, VIEW_SIZE];
  await writeSafetensors(path, [
    ...makeParameters(contestModel(width), random),
    { name: "views", shape: [examples, VIEW_COUNT, ...view], data: views },
    { name: "parts", shape: [examples, PARTS, ...part], data: partsByExample(views, examples) },
    { name: "labels", shape: [examples, ANSWER_COUNT], data: labels },
    { name: "block", shape: square, data: block },
    { name: "parent", shape: square, data: parent },
    { name: "root", shape: [ANSWER_COUNT], data: root },
  ], {
    batch: `${batch}`,
    predictBatch: `${predictBatch}`,
    width: `${width}`,
    learningRate: `${LEARNING_RATE}`,
    momentum: `${MOMENTUM}`,
  });
  return labels.subarray(0, batch * ANSWER_COUNT);
}

/**
 * Parameters that keep the size of what goes through the network. With the paper's small initial
 * ones, hardly anything but biases would reach the answers, and mistakes would not show in them.
 */
function makeParameters(model: Model, random: Random): NamedTensor[] {
  const { layers } = describe(model);
  let input: readonly number[] = [CHANNELS, PART_SIZE, PART_SIZE];
  return model.layers.flatMap((spec, index) => {
    const [before, { output }] = [input, layers[index]];
    input = output;
    if (!("name" in spec)) return [];
    const convolution = spec.type === "conv";
    const last = spec.name === "output";
    const shape = convolution
      ? [output[0], before[0], spec.size, spec.size]
      : [output[0], elements(before)];
    // A ReLU passes half of the power; the outputs should stay around their bias.
    const gain = convolution ? 2 : last ? 0.02 : 1;
    const deviation = Math.sqrt(gain / elements(shape.slice(1)));
    return [
      normals(`${spec.name}.weight`, shape, 0, deviation, random),
      normals(`${spec.name}.bias`, output, last ? 1 : 0.1, 0.1, random),
    ];
  });
}

function normals(
  name: string,
  shape: readonly number[],
  mean: number,
  deviation: number,
  random: Random,
): NamedTensor {
  const data = new Float32Array(elements(shape));
  for (let i = 0; i < data.length; i++) data[i] = random.normal(mean, deviation);
  return { name, shape, data };
}

/** Vote fractions as the tree allows them, (examples, 37). */
function makeLabels(examples: number, random: Random): Float32Array {
  const labels = new Float32Array(examples * ANSWER_COUNT);
  for (let row = 0; row < labels.length; row += ANSWER_COUNT) {
    for (const { first, answers, parent } of QUESTIONS) {
      const votes = answers.map(() => random.uniform());
      const all = votes.reduce((sum, vote) => sum + vote);
      const share = parent === null ? 1 : labels[row + parent];
      votes.forEach((vote, k) => labels[row + first + k] = vote / all * share);
    }
  }
  return labels;
}

/** The parts of views (B, 2, 3, 69, 69) as (B, 16, 3, 45, 45). */
function partsByExample(views: Float32Array, B: number): Float32Array {
  const cut = parts(views, B); // (3, 45, 45, 16·B)
  const pixels = CHANNELS * PART_SIZE * PART_SIZE;
  const result = new Float32Array(cut.length);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let part = 0; part < PARTS; part++) {
      for (let b = 0; b < B; b++) {
        result[(b * PARTS + part) * pixels + pixel] = cut[(pixel * PARTS + part) * B + b];
      }
    }
  }
  return result;
}

function makeTree(): Tree {
  const block = new Float32Array(ANSWER_COUNT ** 2);
  const parent = new Float32Array(ANSWER_COUNT ** 2);
  const root = new Float32Array(ANSWER_COUNT);
  for (const { first, answers, parent: above } of QUESTIONS) {
    const end = first + answers.length;
    for (let i = first; i < end; i++) {
      block.fill(1, i * ANSWER_COUNT + first, i * ANSWER_COUNT + end);
      if (above === null) root[i] = 1;
      else parent[above * ANSWER_COUNT + i] = 1;
    }
  }
  return { block, parent, root };
}
