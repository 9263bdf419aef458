/** The steps of the reproduction in parts that different machines can do. */
import { UserError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { Step } from "./reproduce.ts";

/** What has to be done before the models, with each model, and after them. */
export interface Stages {
  readonly prepare: readonly Step[];
  readonly train: readonly Step[];
  readonly predict: readonly Step[];
  readonly blend: readonly Step[];
}

export function stagesOf(steps: readonly Step[]): Stages {
  const of = (...kinds: Step["kind"][]) => steps.filter(({ kind }) => kinds.includes(kind));
  return {
    prepare: of("check", "cache", "extract"),
    train: of("train"),
    predict: of("predict"),
    blend: of("blend", "submit"),
  };
}

/**
 * The steps of one part.
 * @param name `prepare`, `train:<model>`, `predict:<model>` or `blend`
 * @throws UserError when there is no such part
 */
export function stepsNamed(name: string, steps: readonly Step[]): readonly Step[] {
  const { prepare, train, predict, blend } = stagesOf(steps);
  const parts = new Map<string, readonly Step[]>([["prepare", prepare], ["blend", blend]]);
  for (const step of [...train, ...predict]) parts.set(step.name, [step]);
  const part = parts.get(name);
  if (part) return part;
  const meant = didYouMean(name, [...parts.keys()]) ||
    ": it is prepare, train:<model>, predict:<model> or blend";
  throw new UserError(`the reproduction has no part "${name}"${meant}`);
}
