/** Is there room for what tasks write? */
import type { ModelDescription } from "../galaxy/describe.ts";
import { gibibytes } from "../data/free_space.ts";
import type { Finding } from "./finding.ts";

/** Less than this holds not even the run of a small model. */
const LEAST_BYTES = 100 * 2 ** 20;
/** Both predictions of a model. */
const PREDICTION_BYTES = 24 * 2 ** 20;

export interface DiskFacts {
  /** Bytes that can be written to each folder, or to the disk that it would be made on. */
  readonly free: readonly { readonly folder: string; readonly bytes: number }[];
  /** The models of the ensemble. */
  readonly models: readonly ModelDescription[];
}

/** Bytes of a run: the last two checkpoints, a third being written, and the parameters. */
export function runBytes({ parameters }: Pick<ModelDescription, "parameters">): number {
  return 4 * parameters * (3 * 2 + 1);
}

/** One finding for each amount of space: folders on one disk share it. */
export function diskFindings({ free, models }: DiskFacts): Finding[] {
  const needed = models.reduce((sum, model) => sum + runBytes(model) + PREDICTION_BYTES, 0);
  const disks = Map.groupBy(free, ({ bytes }) => gibibytes(bytes));
  return [...disks].map(([size, entries]): Finding => {
    const topic = "Disk";
    const { bytes } = entries[0];
    const text = `${size} free for ${entries.map(({ folder }) => folder).join(", ")}`;
    const remedy = "Free some space, or name folders on another disk with --out";
    if (bytes < LEAST_BYTES) return { topic, state: "blocks", text, remedy };
    if (bytes < needed) {
      const all = `; the runs of all ${models.length} models take up to ${gibibytes(needed)}`;
      return { topic, state: "note", text: text + all, remedy };
    }
    return { topic, state: "good", text };
  });
}
