/** The operations whose variants and tiles can be tuned: those that do nearly all the work. */
import { conv2dForward } from "../nn/conv2d/forward.ts";
import { conv2dInputGradient } from "../nn/conv2d/input_gradient.ts";
import { conv2dWeightGradient } from "../nn/conv2d/weight_gradient.ts";
import { denseForward } from "../nn/dense/forward.ts";
import { denseInputGradient } from "../nn/dense/input_gradient.ts";
import { denseUpdate } from "../nn/dense/update.ts";
import type { AnyOperation } from "../nn/variants.ts";

export const OPERATIONS: readonly AnyOperation[] = [
  conv2dForward,
  conv2dInputGradient,
  conv2dWeightGradient,
  denseForward,
  denseInputGradient,
  denseUpdate,
];
