/** The errors that a run is compared with. */
import { type Figures, figuresOf, meanPrediction } from "../../galaxy/figures.ts";
import { ANSWER_COUNT } from "../../galaxy/questions.ts";
import type { RunLook } from "../../runs/look.ts";
import type { Snapshot } from "../../runs/snapshot.ts";
import { type Levels, PAPER_RMSE } from "../curve_data.ts";

/** Galaxies of the competition with known answers. */
const COMPETITION = 61_578;

/** The paper's galaxies are the competition's; an error on others compares with nothing of it. */
export function levelsOf({ description, snapshot }: RunLook): Levels {
  const { training = 0, validation = 0 } = description.value ?? {};
  return {
    mean: snapshot.value ? figuresOfSnapshot(snapshot.value).rmse.mean : undefined,
    paper: training + validation === COMPETITION ? PAPER_RMSE : undefined,
  };
}

const known = new WeakMap<Snapshot, Figures>();

/** The figures of the last validation. */
export function figuresOfSnapshot(snapshot: Snapshot): Figures {
  const { labels, predicted, mean } = snapshot;
  let figures = known.get(snapshot);
  if (!figures) {
    const galaxies = labels.length / ANSWER_COUNT;
    figures = figuresOf(labels, { mean: meanPrediction(mean, galaxies), oneLook: predicted });
    known.set(snapshot, figures);
  }
  return figures;
}
