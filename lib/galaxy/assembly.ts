/** From a declaration to layers and the dispatches of each program. */
import advanceSource from "../../kernels/advance.wgsl" with { type: "text" };
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { conv2dLayer } from "../nn/conv2d.ts";
import { denseLayers } from "../nn/dense.ts";
import { dropoutLayer } from "../nn/dropout.ts";
import { type Build, gradientOf, type Layer, type Tensor } from "../nn/layer.ts";
import { maxPoolLayer } from "../nn/max_pool.ts";
import { maxoutLayer } from "../nn/maxout.ts";
import {
  decisionTreeDispatch,
  decisionTreeGradientDispatch,
  squaredErrorDispatch,
} from "./decision_tree.ts";
import type { LayerSpec } from "./model.ts";
import { partDenseLayer } from "./part_dense.ts";
import { type MergeLayer, mergeLayer, partsLayer } from "./parts.ts";
import { ANSWER_COUNT } from "./questions.ts";

export const advance = { name: "advance", source: advanceSource };

/**
 * `train` and `warmUp` update the parameters, `predict` only computes the answers, `constrain` keeps
 * the weights within the norms of the model, where it has any.
 */
export type ProgramName = "train" | "warmUp" | "predict" | "constrain";

/** What goes in and comes out. */
export type Data = Record<"state" | "views" | "labels" | "answers" | "losses", Slice>;

/**
 * Runs through the declaration; every dense layer has dropout on its input. What follows a layer in
 * the declaration the layer does itself where it can: a dense layer maxout and the next one's
 * dropout, a convolution pooling where a network only predicts.
 */
export async function makeLayers(
  build: Build,
  specs: readonly LayerSpec[],
  views: Slice,
  { dropout, orders }: { dropout: boolean; orders: number },
): Promise<Layer[]> {
  const layers = [await partsLayer(build, views, orders)];
  const input = () => layers.at(-1)!.output;
  const drops = dropout && build.trainable;
  let masks = 0;
  for (let at = 0; at < specs.length; at++) {
    const spec = specs[at];
    const dense = spec.type === "dense";
    if ((dense || spec.type === "partDense") && drops && !input().dropped) {
      layers.push(await dropoutLayer(build, input(), masks++));
    }
    const pool = spec.type === "conv" && specs[at + 1]?.type === "maxPool" && !build.trainable;
    const maxout = dense && specs[at + 1]?.type === "maxout";
    if (pool || maxout) at++;
    const mask = dense && specs[at + 1]?.type === "dense" && drops ? masks++ : undefined;
    layers.push(...await makeLayer(build, input(), spec, { pool, maxout, mask }));
  }
  return layers;
}

/** A layer, and the maxout that a dense layer does. */
async function makeLayer(
  build: Build,
  input: Tensor,
  spec: LayerSpec,
  { pool, maxout, mask }: { pool: boolean; maxout: boolean; mask: number | undefined },
): Promise<Layer[]> {
  switch (spec.type) {
    case "conv":
      return [await conv2dLayer(build, input, { ...spec, relu: true, pool })];
    case "maxPool":
      return [await maxPoolLayer(build, input)];
    case "merge":
      return [await mergeLayer(build, input)];
    case "maxout":
      return [await maxoutLayer(build, input)];
    case "dense":
      return await denseLayers(build, input, { ...spec, maxout, mask });
    case "partDense":
      return [await partDenseLayer(build, input, spec)];
  }
}

/** The dispatches of one minibatch of each program; a network that only predicts has one. */
export async function makePrograms(
  build: Build,
  layers: readonly Layer[],
  { state, labels, answers, losses }: Data,
  orders: number,
): Promise<Partial<Record<ProgramName, Dispatch[]>>> {
  const { tiles, batch } = build;
  const raw = layers.at(-1)!.output;
  const answer = (warmUp: boolean) =>
    decisionTreeDispatch(tiles, batch, warmUp, [state, raw.value, answers]);
  const next: Dispatch = {
    kernel: advance,
    label: "advance",
    constants: {},
    bindings: [state],
    workgroups: [1],
  };
  const merging = layers.findIndex(({ label }) => label === "merge");
  const merge = layers[merging] as MergeLayer;
  const dense = layers.slice(merging + 1).flatMap((layer) => layer.forward("predict"));
  const predict = layers.slice(0, merging).flatMap((layer) => layer.forward("predict"));
  for (let order = 0; order < orders; order++) {
    predict.push(merge.inOrder(order), ...dense, answer(false), next);
  }
  if (!build.trainable) return { predict };

  const error = await build.memory.allocate("answers gradient", "gradients", batch * ANSWER_COUNT);
  const rawGradient = await gradientOf(build, raw);
  const back: Dispatch[] = [];
  for (const layer of layers.toReversed()) back.push(...await layer.backward());
  const train = (warmUp: boolean) => [
    ...layers.flatMap((layer) => layer.forward("train")),
    answer(warmUp),
    squaredErrorDispatch(tiles, batch, [state, answers, labels, error, losses]),
    decisionTreeGradientDispatch(tiles, batch, warmUp, [
      state,
      raw.value,
      answers,
      error,
      rawGradient,
    ]),
    ...back,
    next,
  ];
  const constrain: Dispatch[] = [];
  for (const layer of layers) constrain.push(...await layer.constrain?.() ?? []);
  return { predict, train: train(false), warmUp: train(true), constrain };
}
