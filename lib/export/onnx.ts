/** A model and its parameters as an ONNX file (docs/pytorch.md §5). */
import { writeOnnx } from "../formats/onnx/file.ts";
import { GraphBuilder } from "../formats/onnx/graph.ts";
import type { Attribute, OnnxGraph } from "../formats/onnx/messages.ts";
import { VERSION } from "../version.ts";
import type { PlainLayer } from "../galaxy/plain_layers.ts";
import { metadataOf, PRODUCER } from "./metadata.ts";
import { decisionTreeNodes } from "./onnx_tree.ts";
import { ALL_PARTS, BATCH, type Input, INPUT_TEXTS, partsOf, viewsOf } from "./onnx_views.ts";
import { inPrecision, type Precision, type TrainedModel } from "./weights.ts";

const OUTPUT_TEXT = "Predicted vote fractions of the 37 answers; their names are in the metadata";

/** Writes a network that predicts, for batches of any size. */
export async function writeOnnxNetwork(
  path: string,
  trained: TrainedModel,
  { input, precision }: { input: Input; precision: Precision },
) {
  const { model } = trained;
  await writeOnnx(path, {
    graph: networkGraph(trained, { input, precision }),
    producer: PRODUCER,
    version: VERSION,
    text: `${model.name}: Galaxy Zoo 2 vote fractions of galaxies. Input: ${INPUT_TEXTS[input]}`,
    metadata: { ...metadataOf(trained, precision), input },
  });
}

/** The network as a graph, from its input to `predictions` (batch, 37). */
export function networkGraph(
  { model, layers, parameters }: TrainedModel,
  { input, precision }: { input: Input; precision: Precision },
): OnnxGraph {
  const graph = new GraphBuilder(model.name);
  const parts = partsOf(graph, viewsOf(graph, input));
  for (const parameter of parameters) {
    const { name, shape } = parameter;
    graph.constant({ name, shape, data: inPrecision(parameter, precision) });
  }
  const state: State = { value: parts, rank: 3, merged: false, numbers: new Map() };
  for (const layer of layers) addLayer(graph, state, layer);
  return graph.finish(decisionTreeNodes(graph, state.value, "predictions"), OUTPUT_TEXT);
}

/** Where a graph stands between two layers. */
interface State {
  value: string;
  /** Axes of the value beside that of the examples. */
  rank: number;
  merged: boolean;
  /** Layers without parameters so far, by their kinds. */
  readonly numbers: Map<string, number>;
}

function addLayer(graph: GraphBuilder, state: State, layer: PlainLayer) {
  const { output } = layer;
  const rows = state.merged ? BATCH : ALL_PARTS;
  const node = (
    operator: string,
    inputs: readonly string[],
    name: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ) => state.value = graph.node(operator, inputs, { name, shape: [rows, ...output], attributes });
  switch (layer.type) {
    case "conv": {
      node("Conv", [state.value, `${layer.name}.weight`], layer.name);
      node("Add", [state.value, `${layer.name}.bias`], `${layer.name}.biased`);
      break;
    }
    case "dense": {
      const { name, weight: [, inputs] } = layer;
      if (state.rank > 1) {
        const flat = { name: `${name}.inputs`, shape: [rows, inputs] };
        state.value = graph.reshape(state.value, [-1, inputs], flat);
      }
      node("Gemm", [state.value, `${name}.weight`, `${name}.bias`], name, { transB: 1 });
      break;
    }
    case "maxPool": {
      const window = { kernel_shape: [2, 2], strides: [2, 2] };
      node("MaxPool", [state.value], numbered(state, "pool"), window);
      break;
    }
    case "maxout": {
      const name = numbered(state, "maxout");
      const pairs = { name: `${name}.pairs`, shape: [rows, ...output, 2] };
      const paired = graph.reshape(state.value, [-1, ...output, 2], pairs);
      node("ReduceMax", [paired], name, { axes: [2], keepdims: 0 });
      break;
    }
    case "merge": {
      state.merged = true;
      const merged = { name: "merged", shape: [BATCH, ...output] };
      state.value = graph.reshape(state.value, [-1, ...output], merged);
    }
  }
  if ("relu" in layer && layer.relu) node("Relu", [state.value], `${layer.name}.relu`);
  state.rank = output.length;
}

function numbered({ numbers }: State, kind: string): string {
  const number = (numbers.get(kind) ?? 0) + 1;
  numbers.set(kind, number);
  return `${kind}${number}`;
}
