/** What is said of a training whose numbers are no longer finite. */
import { commandLine } from "../called.ts";
import { UserError } from "../errors.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import type { Look } from "../galaxy/training_results.ts";
import type { RunPosition } from "./parameter_files.ts";

/** Minibatches of a chunk: those from `first` on, up to `end`, which is not among them. */
export interface Stretch {
  readonly chunk: number;
  readonly first: number;
  readonly end: number;
  /** Minibatches of every chunk. */
  readonly of: number;
}

/**
 * What a look found that is not finite, as the end of a sentence: at which loss, or else between which
 * minibatches, since the look before, and in which tensor.
 */
export function notFiniteText(
  { losses, notFinite }: Look,
  { chunk, first, end, of }: Stretch,
): string | undefined {
  const at = losses.findIndex((loss) => !Number.isFinite(loss));
  const [tensor] = notFinite;
  if (at < 0 && !tensor) return undefined;
  const step = (minibatch: number) => (chunk * of + minibatch + 1).toLocaleString("en");
  const when = at >= 0
    ? `at minibatch ${at + 1} of ${of} (step ${step(at)}): its loss is ${losses[at]}, the first ` +
      "that is not finite"
    : `between minibatches ${first + 1} and ${end} of ${of} (steps ${step(first)} to ` +
      `${step(end - 1)}), with finite losses`;
  if (!tensor) return when;
  const count = tensor.count.toLocaleString("en"), all = tensor.of.toLocaleString("en");
  return `${when}; ${tensor.name} is the first tensor concerned, with ${count} of ${all} numbers ` +
    "that are not finite";
}

/** What is not finite in a prediction (validation galaxies, 37), as the end of a sentence. */
export function notFinitePrediction(predicted: Float32Array): string | undefined {
  const at = predicted.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return undefined;
  return `at its validation: answer ${at % ANSWER_COUNT + 1} of ${ANSWER_COUNT} to validation ` +
    `galaxy ${Math.floor(at / ANSWER_COUNT) + 1} is ${predicted[at]}`;
}

/**
 * The error of a training that diverged.
 * @param saved where the run stood when it was last saved, if it was
 */
export function diverged(
  { chunk, chunks, what, saved, folder }: {
    chunk: number;
    chunks: number;
    what: string;
    saved: RunPosition | undefined;
    folder: string;
  },
): UserError {
  const left = saved
    ? `What was saved before chunk ${saved.chunk + 1}, minibatch ${
      saved.minibatch + 1
    }, stays in ` +
      `${folder}, but --resume would come to the same end.`
    : "Nothing had been saved yet.";
  return new UserError(
    `the training diverged in chunk ${chunk + 1} of ${chunks}, ${what}. Nothing of this was ` +
      `written. ${left} Look at the labels (${commandLine("check:labels")}), then start another ` +
      "run with a smaller learning rate, another --seed or a larger --batch-size",
  );
}
