/** The last two checkpoints of a run, so that a damaged one costs the time since the one before. */
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { syncFolder } from "../files/atomic.ts";
import { fileError } from "../files/explain.ts";
import { exists } from "../files/read.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { loadCheckpoint, type RunState, saveCheckpoint } from "./parameter_files.ts";
import type { RunFolder } from "./folder.ts";
import type { RunOrigin } from "./tensor_files.ts";

/**
 * The newest is first written under a name of its own; then the one before it steps back, and it takes
 * that one's place. At any moment of this, every file is whole, and the newest can be told by its name.
 */
export class Checkpoints {
  readonly #folder: RunFolder;
  readonly #origin: RunOrigin;
  /** Whether what is in the newest's place is worth keeping as the one before. */
  #good = false;
  /** Whether the newest has not taken its place yet, because the run was interrupted before. */
  #waiting = false;

  constructor(folder: RunFolder, origin: RunOrigin) {
    this.#folder = folder;
    this.#origin = origin;
  }

  /**
   * Loads the newest checkpoint that can be used.
   * @returns where the run stands; `undefined` where there is no checkpoint
   * @throws UserError when there are some, but none can be used
   */
  async load(
    network: GalaxyNetwork,
    warn: (text: string) => void,
  ): Promise<RunState | undefined> {
    const { nextCheckpoint, checkpoint, previousCheckpoint } = this.#folder;
    const failures: string[] = [];
    for (const path of [nextCheckpoint, checkpoint, previousCheckpoint]) {
      if (!await exists(path)) continue;
      try {
        const state = await loadCheckpoint(path, network, this.#origin);
        for (const failure of failures) {
          warn(`warning: ${failure}. Going on from ${path}, before chunk ${at(state)}`);
        }
        if (failures.length === 0 && path === previousCheckpoint) {
          warn(
            `warning: ${checkpoint} is missing. Going on from ${path}, before chunk ${at(state)}`,
          );
        }
        this.#good = path !== previousCheckpoint;
        this.#waiting = path === nextCheckpoint;
        return state;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        failures.push(error.message);
      }
    }
    if (failures.length === 0) return undefined;
    if (failures.length === 1) throw new UserError(failures[0]);
    throw new UserError(
      `no checkpoint in ${this.#folder.path} can be used. ${failures.join("; ")}. ` +
        "Start the run anew in another folder with --out",
    );
  }

  /** Lets the newest take its place, where the end of an earlier session has kept it from that. */
  async settle() {
    if (this.#waiting) await this.#step();
  }

  /** Writes a checkpoint, and keeps the one before. */
  async save(network: GalaxyNetwork, state: RunState) {
    await saveCheckpoint(this.#folder.nextCheckpoint, network, this.#origin, state);
    await this.#step();
  }

  async #step() {
    const { nextCheckpoint, checkpoint, previousCheckpoint } = this.#folder;
    try {
      if (this.#good && await exists(checkpoint)) await Deno.rename(checkpoint, previousCheckpoint);
      await Deno.rename(nextCheckpoint, checkpoint);
      await syncFolder(dirname(checkpoint));
    } catch (error) {
      throw fileError(error, checkpoint, "written");
    }
    this.#good = true;
    this.#waiting = false;
  }
}

function at({ position: { chunk, minibatch } }: RunState): string {
  return `${chunk + 1}, minibatch ${minibatch + 1}`;
}
