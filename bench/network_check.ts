/** A whole network against its float64 reference, on the tiles of this adapter. */
import { worstDeviation } from "../lib/compare.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../lib/galaxy/network.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { IMAGE_FLOATS } from "../lib/galaxy/transforms.ts";
import { initialValues } from "../lib/nn/initialise.ts";
import { elements, type Parameter } from "../lib/nn/layer.ts";
import { Random } from "../lib/random.ts";
import type { Check, CheckRow } from "../lib/verify/checks/bench.ts";
import { decisionTree } from "../lib/verify/reference/decision_tree.ts";
import { networkReference } from "../lib/verify/reference/network.ts";

const BATCH = 2;
/** Rounding adds up over the layers: these are the tolerances of the tests of all architectures. */
const ACTIVATIONS = { absolute: 1e-5, relative: 1e-4 };
const GRADIENTS = { absolute: 1e-6, relative: 1e-3 };

/** Answers, loss and the gradient of every parameter, without dropout. */
export function networkCheck(model: Model): Pick<Check, "name" | "run"> {
  return {
    name: `${model.name}, forward and backward`,
    async run(gpu) {
      const options = { batch: BATCH, trainable: true, slots: 1, dropout: false };
      const network = await GalaxyNetwork.build(gpu, model, options);
      try {
        return await compareWithReference(network);
      } finally {
        network.destroy();
      }
    },
  };
}

async function compareWithReference(network: GalaxyNetwork): Promise<CheckRow[]> {
  const random = new Random(3, "test");
  const uniform = (length: number) => Float32Array.from({ length }, () => random.uniform());
  const views = uniform(BATCH * IMAGE_FLOATS);
  const labels = Float32Array.from(decisionTree(uniform(BATCH * ANSWER_COUNT), BATCH));
  const parameters = new Map(
    network.parameters.map((parameter, index) => [parameter.name, wideValues(parameter, index)]),
  );
  for (const parameter of network.parameters) {
    network.set(parameter, "value", parameters.get(parameter.name)!);
  }
  const reference = networkReference(network.model, parameters, views, labels, BATCH);

  network.load(views, labels);
  network.run("predict", 1);
  const rows = [row("answers", await network.answers(BATCH), reference.answers, ACTIVATIONS)];
  // From no velocity, at learning rate 1, every velocity becomes minus a gradient.
  network.seek({ slot: 0, minibatch: 0, step: 0, learningRate: 1 });
  network.run("train", 1);
  rows.push(row("loss", await network.losses(1), [reference.loss], ACTIVATIONS));
  for (const parameter of network.parameters) {
    const velocity = await network.get(parameter, "velocity");
    const expected = reference.gradients.get(parameter.name)!.map((gradient) => -gradient);
    rows.push(row(`${parameter.name} gradient`, velocity, expected, GRADIENTS));
  }
  return rows;
}

/** Wide enough for gradients that are worth comparing; no question is dead. */
function wideValues(parameter: Parameter, index: number): Float32Array {
  const { name, shape } = parameter;
  const initialisation = name.endsWith("weight")
    ? { deviation: Math.sqrt(2 / elements(shape.slice(1))) }
    : { constant: name === "output.bias" ? 0.8 : 0.1 };
  return initialValues({ ...parameter, initialisation }, 5, index);
}

function row(
  tensor: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: typeof ACTIVATIONS,
): CheckRow {
  const { difference, excess } = worstDeviation(actual, expected, tolerance);
  return { tensor, deviation: difference, excess };
}
