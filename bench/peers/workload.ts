/** What all contenders compute: one file with parameters, views, labels and the decision tree. */
import { readSafetensors, type Tensor } from "../../lib/formats/safetensors.ts";

export interface Sizes {
  /** Examples of a training step. */
  readonly batch: number;
  /** Examples of a prediction. */
  readonly predictBatch: number;
  /** Share of the filters and units of `extradense`; 1 for all. */
  readonly width: number;
}

/** A workload as a contender reads it. The first examples are for training, all for prediction. */
export interface Workload extends Sizes {
  readonly learningRate: number;
  readonly momentum: number;
  /** Weights and biases by name, in the layout of parameter files. */
  readonly parameters: ReadonlyMap<string, Tensor<Float32Array>>;
  /** (examples, 2, 3, 69, 69) */
  readonly views: Float32Array;
  /** (examples, 16, 3, 45, 45): the same views, cut by the float64 reference. */
  readonly parts: Float32Array;
  /** (examples, 37) */
  readonly labels: Float32Array;
  readonly tree: Tree;
}

/**
 * The decision tree as matrices, for libraries that have products of matrices: with r the rectified
 * outputs, a = r / (r·block + ε), and then, as often as the tree is deep,
 * y = a ∘ (y·parent + root), beginning with y = a.
 */
export interface Tree {
  /** (37, 37): 1 for two answers of the same question. */
  readonly block: Float32Array;
  /** (37, 37): 1 in the row of an answer, for the answers of the questions that it leads to. */
  readonly parent: Float32Array;
  /** (37): 1 for the answers of questions that everybody is asked. */
  readonly root: Float32Array;
}

/** ε of the decision tree. */
export const EPSILON = 1e-12;
/** Answers above the deepest ones: arms, spiral, not edge-on, features. */
export const TREE_DEPTH = 3;

/** Reads what `writeWorkload` wrote. @throws UserError when the file is missing or damaged */
export async function readWorkload(path: string): Promise<Workload> {
  const { tensors, metadata } = await readSafetensors(path);
  const values = (name: string) => tensors.get(name)!.data as Float32Array;
  const parameters = [...tensors].filter(([name]) => /\.(weight|bias)$/.test(name));
  return {
    batch: Number(metadata.batch),
    predictBatch: Number(metadata.predictBatch),
    width: Number(metadata.width),
    learningRate: Number(metadata.learningRate),
    momentum: Number(metadata.momentum),
    parameters: new Map(parameters) as ReadonlyMap<string, Tensor<Float32Array>>,
    views: values("views"),
    parts: values("parts"),
    labels: values("labels"),
    tree: { block: values("block"), parent: values("parent"), root: values("root") },
  };
}
