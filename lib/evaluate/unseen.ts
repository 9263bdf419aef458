/** Whether a network can have seen the galaxies that it is judged by. */
import { UserError } from "../errors.ts";
import { differences, type Provenance } from "../provenance.ts";
import type { PredictionSet } from "../predict/sets.ts";

export interface Unseen {
  /** What is known, as the end of a sentence about the galaxies. */
  readonly told: string;
  readonly warning?: string | undefined;
}

/**
 * Galaxies that a network was trained on tell nothing about others (docs/files.md).
 * @param path the file of parameters
 * @param provenance what they say of themselves
 * @param data the folder of the galaxies
 * @throws UserError when some of the galaxies were trained on, or may have been
 */
export async function requireUnseen(
  path: string,
  provenance: Provenance | undefined,
  data: string,
  { name, training }: PredictionSet,
): Promise<Unseen> {
  if (!provenance) return { told: "of which nobody knows whether it was trained on them" };
  const { galaxies, labels } = training;
  const trained = provenance.marks.galaxies;
  const others = (await differences(provenance.marks, { galaxies })).length > 0;
  if (name === "labelled") {
    if (!others) {
      throw new UserError(
        `${path} was trained on nine tenths of the galaxies in ${data}, so an error over all of ` +
          "them would mean nothing. Without --all, the last tenth is evaluated, which was kept back",
      );
    }
    return {
      told: "which are not the set that it was trained on",
      warning: `the parameters were trained on others: ${trained?.text ?? "unknown ones"}. Their ` +
        "file cannot tell whether single galaxies are in both sets; such ones make the error look " +
        "smaller than it is",
    };
  }
  if (others) {
    throw new UserError(
      `${path} was trained on ${trained?.text ?? "galaxies that it does not name"}, not on the ` +
        `${galaxies!.text} in ${data}, so the last tenth of these was not kept back for it. Name ` +
        "the data of the training with --data; or, if it was trained on none of these galaxies, " +
        "add --all to evaluate every one of them",
    );
  }
  const relabelled = await differences(provenance.marks, { labels });
  return {
    told: "the last tenth, which was kept back in its training",
    warning: relabelled.length > 0
      ? `${data} has other labels than the training had, and the error is measured against these`
      : undefined,
  };
}
