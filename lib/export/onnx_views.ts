/** From what an ONNX graph is given to the sixteen parts of each galaxy, as nodes. */
import type { GraphBuilder } from "../formats/onnx/graph.ts";
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import { CHANNELS, IMAGE_SIZE, VIEW_COUNT, VIEW_SIZE } from "../galaxy/transforms.ts";
import { partPixels, viewSampling } from "./views.ts";

/** What a graph is given: the two views, the middle of a picture, or the whole of it. */
export const INPUTS = ["views", "crop", "picture"] as const;
export type Input = typeof INPUTS[number];

/** Side of the middle of a picture that the upright view looks at. */
export const CROP_SIZE = 3 * VIEW_SIZE;

export const INPUT_TEXTS: Readonly<Record<Input, string>> = {
  views: "Two views of each galaxy, upright and turned by 45°, RGB from 0 to 1",
  crop: "The middle of each galaxy's 424×424 picture, rows and columns 108 to 314, RGB from 0 to 1",
  picture: "Each galaxy's whole picture, RGB from 0 to 1",
};

/** Axes whose length is the caller's: examples, and their parts, sixteen of each. */
export const BATCH = "batch", ALL_PARTS = "batch_parts";

/** The two views of each galaxy, (batch, 2, 3, 69, 69), under the name `views`. */
export function viewsOf(graph: GraphBuilder, input: Input): string {
  if (input !== "views") return sampledViews(graph, input);
  const shape = [BATCH, VIEW_COUNT, CHANNELS, VIEW_SIZE, VIEW_SIZE];
  return graph.input({ name: input, shape, text: INPUT_TEXTS[input] });
}

/**
 * The two views of pictures: four pixels of each sample, weighted. `GridSample` would do the same, but
 * with positions rounded to float32, and not every program that runs ONNX has it.
 */
function sampledViews(graph: GraphBuilder, input: Exclude<Input, "views">): string {
  const size = input === "crop" ? CROP_SIZE : IMAGE_SIZE;
  const picture = graph.input({
    name: input,
    shape: [BATCH, CHANNELS, size, size],
    text: INPUT_TEXTS[input],
  });
  const pixels = graph.reshape(picture, [0, CHANNELS, size * size], {
    name: "views.pixels",
    shape: [BATCH, CHANNELS, size * size],
  });
  const { indices, weights } = viewSampling(size);
  const samples = [VIEW_COUNT, VIEW_SIZE, VIEW_SIZE];
  const shape = [BATCH, CHANNELS, ...samples];
  const terms = indices.map((data, corner) => {
    const name = `views.corner${corner}`;
    const index = graph.constant({ name: `${name}.index`, shape: samples, data });
    const weight = graph.constant({
      name: `${name}.weight`,
      shape: samples,
      data: weights[corner],
    });
    const value = graph.node("Gather", [pixels, index], { name, shape, attributes: { axis: 2 } });
    return graph.node("Mul", [value, weight], { name: `${name}.weighted`, shape });
  });
  const sum = terms.reduce((left, right, corner) =>
    graph.node("Add", [left, right], { name: `views.sum${corner}`, shape })
  );
  return graph.node("Transpose", [sum], {
    name: "views",
    shape: [BATCH, VIEW_COUNT, CHANNELS, VIEW_SIZE, VIEW_SIZE],
    attributes: { perm: [0, 2, 1, 3, 4] },
  });
}

/** The sixteen parts of each example, (16 · batch, 3, 45, 45). */
export function partsOf(graph: GraphBuilder, views: string): string {
  const together = graph.node("Transpose", [views], {
    name: "parts.channels",
    shape: [BATCH, CHANNELS, VIEW_COUNT, VIEW_SIZE, VIEW_SIZE],
    attributes: { perm: [0, 2, 1, 3, 4] },
  });
  const count = VIEW_COUNT * VIEW_SIZE * VIEW_SIZE;
  const flat = graph.reshape(together, [0, CHANNELS, count], {
    name: "parts.pixels",
    shape: [BATCH, CHANNELS, count],
  });
  const side = [PART_SIZE, PART_SIZE];
  const index = graph.constant({
    name: "parts.index",
    shape: [PARTS, ...side],
    data: partPixels(),
  });
  const gathered = graph.node("Gather", [flat, index], {
    name: "parts.gathered",
    shape: [BATCH, CHANNELS, PARTS, ...side],
    attributes: { axis: 2 },
  });
  const apart = graph.node("Transpose", [gathered], {
    name: "parts.apart",
    shape: [BATCH, PARTS, CHANNELS, ...side],
    attributes: { perm: [0, 2, 1, 3, 4] },
  });
  return graph.reshape(apart, [-1, CHANNELS, ...side], {
    name: "parts",
    shape: [ALL_PARTS, CHANNELS, ...side],
  });
}
