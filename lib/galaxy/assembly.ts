/** From a declaration to layers and the dispatches of each program. */
import advanceSource from "../../kernels/galaxy/advance.wgsl" with { type: "text" };
import stateSource from "../../kernels/shared/state.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import { dropoutLayer } from "../nn/dropout.ts";
import { type Backward, type Build, type Layer, newGradient } from "../nn/layer.ts";
import {
  decisionTreeDispatch,
  decisionTreeGradientDispatch,
  squaredErrorDispatch,
} from "./decision_tree.ts";
import { fuse } from "./fusion.ts";
import { type LayerSpec, typeOf } from "./layers/all.ts";
import { type MergeLayer, partsLayer } from "./parts.ts";
import { ANSWER_COUNT } from "./questions.ts";

const advance = kernel("galaxy/advance", [stateSource, advanceSource], ["state"], []);

/** The step to the next minibatch. */
export function advanceDispatch(state: Slice): Dispatch {
  const bindings = { state };
  return dispatch(advance, { label: "advance", constants: {}, bindings, workgroups: [1] });
}

/**
 * `train` and `warmUp` update the parameters, `predict` only computes the answers, `constrain` keeps
 * the weights within the norms of the model, where it has any; `judge` is the end of `predict` in a
 * network that only predicts, from the merged features on, for features that somebody has put there.
 */
export type ProgramName = "train" | "warmUp" | "predict" | "judge" | "constrain";

/** What goes in and comes out. */
export type Data = Record<"state" | "views" | "labels" | "answers" | "losses", Slice>;

/** The layers of a declaration on the GPU, from the views on. */
export async function makeLayers(
  build: Build,
  declared: readonly LayerSpec[],
  views: Slice,
  { dropout, orders }: { dropout: boolean; orders: number },
): Promise<Layer[]> {
  const layers = [await partsLayer(build, views, orders)];
  for (const step of fuse(declared, { trainable: build.trainable, dropout })) {
    const input = layers.at(-1)!.output;
    if ("dropout" in step) {
      layers.push(await dropoutLayer(build, input, step.dropout));
    } else {
      const { layer, ...fused } = step;
      layers.push(await typeOf(layer).make(build, input, layer, fused));
    }
  }
  return layers;
}

/** The dispatches of one minibatch of each program; a network that only predicts has two. */
export async function makePrograms(
  build: Build,
  layers: readonly Layer[],
  { state, labels, answers, losses }: Data,
  orders: number,
): Promise<Partial<Record<ProgramName, Dispatch[]>>> {
  const { tiles, batch } = build;
  const raw = layers.at(-1)!.output;
  const answer = (warmUp: boolean) =>
    decisionTreeDispatch(tiles, {
      B: batch,
      warmUp,
      bindings: { state, z: raw.value, y: answers },
    });
  const next = advanceDispatch(state);
  const merging = layers.findIndex(({ label }) => label === "merge");
  const merge = layers[merging] as MergeLayer;
  const dense = layers.slice(merging + 1).flatMap((layer) => layer.forward("predict"));
  const predict = layers.slice(0, merging).flatMap((layer) => layer.forward("predict"));
  for (let order = 0; order < orders; order++) {
    predict.push(merge.inOrder(order), ...dense, answer(false), next);
  }
  if (!build.trainable) return { predict, judge: [...dense, answer(false), next] };

  const error = await build.memory.allocate("answers gradient", "gradients", batch * ANSWER_COUNT);
  const rawGradient = await newGradient(build, raw);
  const back: Dispatch[] = [];
  let dy: Slice | undefined = rawGradient;
  for (const layer of layers.toReversed()) {
    if (!dy) break;
    const { dx, dispatches }: Backward = await layer.backward(dy);
    back.push(...dispatches);
    dy = dx;
  }
  const train = (warmUp: boolean) => [
    ...layers.flatMap((layer) => layer.forward("train")),
    answer(warmUp),
    squaredErrorDispatch(tiles, batch, { state, y: answers, labels, dy: error, loss: losses }),
    decisionTreeGradientDispatch(tiles, {
      B: batch,
      warmUp,
      bindings: { state, z: raw.value, y: answers, dy: error, dz: rawGradient },
    }),
    ...back,
    next,
  ];
  const constrain: Dispatch[] = [];
  for (const layer of layers) constrain.push(...await layer.constrain?.() ?? []);
  return { predict, train: train(false), warmUp: train(true), constrain };
}
