/** The decision tree as nodes of a graph (docs/network.md §6). */
import type { GraphBuilder } from "../formats/onnx/graph.ts";
import { ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";

const EPSILON = 1e-12;

/** From raw outputs (batch, 37) to predictions (batch, 37), under the name `output`. */
export function decisionTreeNodes(graph: GraphBuilder, raw: string, output: string): string {
  const shape = ["batch", ANSWER_COUNT];
  const rectified = graph.node("Relu", [raw], { name: "tree.rectified", shape });
  const question = graph.constant({
    name: "tree.question",
    shape: [ANSWER_COUNT, ANSWER_COUNT],
    data: sameQuestion(),
  });
  const sums = graph.node("MatMul", [rectified, question], { name: "tree.sums", shape });
  const epsilon = graph.constant({
    name: "tree.epsilon",
    shape: [1],
    data: Float32Array.of(EPSILON),
  });
  const safe = graph.node("Add", [sums, epsilon], { name: "tree.safe_sums", shape });
  const shares = graph.node("Div", [rectified, safe], { name: "tree.shares", shape });
  // One more answer, which everybody gives, stands for the parent of questions that have none.
  const everybody = graph.constant({ name: "tree.one", shape: [], data: Float32Array.of(1) });
  const pads = graph.integers("tree.pads", [0, 0, 0, 1]);
  const padded = graph.node("Pad", [shares, pads, everybody], {
    name: "tree.padded",
    shape: ["batch", ANSWER_COUNT + 1],
  });
  let product = shares;
  const generations = ancestors();
  generations.forEach((indices, generation) => {
    const name = `tree.ancestor${generation + 1}`;
    const index = graph.constant({ name: `${name}.index`, shape: [ANSWER_COUNT], data: indices });
    const factor = graph.node("Gather", [padded, index], { name, shape, attributes: { axis: 1 } });
    const last = generation === generations.length - 1;
    product = graph.node("Mul", [product, factor], {
      name: last ? output : `tree.product${generation + 1}`,
      shape,
    });
  });
  return product;
}

/** (37, 37): 1 where two answers belong to one question. */
function sameQuestion(): Float32Array {
  const matrix = new Float32Array(ANSWER_COUNT ** 2);
  for (const { first, answers } of QUESTIONS) {
    for (let i = first; i < first + answers.length; i++) {
      matrix.fill(1, i * ANSWER_COUNT + first, i * ANSWER_COUNT + first + answers.length);
    }
  }
  return matrix;
}

/** For each generation, the ancestor of every answer: 37, which is 1, where it has none. */
function ancestors(): Int32Array[] {
  const parents = QUESTIONS.flatMap(({ parent, answers }) =>
    answers.map(() => parent ?? ANSWER_COUNT)
  );
  const generations: Int32Array[] = [];
  let current = Int32Array.from(parents);
  while (current.some((index) => index !== ANSWER_COUNT)) {
    generations.push(current);
    current = current.map((index) => parents[index] ?? ANSWER_COUNT);
  }
  return generations;
}
