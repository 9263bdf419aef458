/** What a run writes, and goes on from: parameters, checkpoints, history. */
import { UserError } from "../errors.ts";
import { exists } from "../files/read.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { Checkpoints } from "./checkpoints.ts";
import { appendHistory, type HistoryEntry, readHistory, writeHistory } from "./history.ts";
import { type RunPosition, type RunState, saveParameters } from "./parameter_files.ts";
import type { RunFolder } from "./folder.ts";
import type { RunOrigin } from "./tensor_files.ts";

/**
 * The files of a run whose network is at hand. Before anything is written, the folder and all that was
 * written before have to be there still.
 */
export class RunFiles {
  readonly folder: RunFolder;
  readonly #network: GalaxyNetwork;
  readonly #origin: RunOrigin;
  readonly #checkpoints: Checkpoints;
  readonly #warn: (text: string) => void;
  #saved: RunPosition | undefined;

  constructor(
    folder: RunFolder,
    network: GalaxyNetwork,
    origin: RunOrigin,
    warn: (text: string) => void,
  ) {
    this.folder = folder;
    this.#network = network;
    this.#origin = origin;
    this.#checkpoints = new Checkpoints(folder, origin);
    this.#warn = warn;
  }

  /** Where the run stands in its files; `undefined` before anything was saved. */
  get saved(): RunPosition | undefined {
    return this.#saved;
  }

  /**
   * Loads the last checkpoint into the network; nothing is written.
   * @returns where the run stands; `undefined` where it has not come to a checkpoint
   * @throws UserError when there is none that can be used, though there was one
   */
  async load(): Promise<RunState | undefined> {
    const state = await this.#checkpoints.load(this.#network, this.#warn);
    const { checkpoint, parameters } = this.folder;
    // Parameters are written after a checkpoint.
    if (!state && await exists(parameters)) {
      throw new UserError(
        `${checkpoint} is missing, though ${parameters} is there: the run would begin anew and ` +
          "replace it. Put the checkpoint back, or start another run with --out",
      );
    }
    this.#saved = state?.position;
    return state;
  }

  /** Puts the files in order: checkpoints in their places, and the history that of the last one. */
  async begin(history: readonly HistoryEntry[]) {
    await this.folder.check();
    await this.#checkpoints.settle();
    const path = this.folder.history;
    if (this.#saved) {
      try {
        await requireBeginning(path, history);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        this.#warn(`warning: ${error.message}. It is written anew from the checkpoint`);
      }
    }
    await this.folder.write(() => writeHistory(path, history));
    this.folder.keep(path);
  }

  /** Adds a chunk to the history. */
  async append(entry: HistoryEntry) {
    await this.folder.write(() => appendHistory(this.folder.history, entry));
  }

  /** Writes a checkpoint and the parameters. */
  async save(state: RunState) {
    await this.folder.write(() => this.#checkpoints.save(this.#network, state));
    this.folder.keep(this.folder.checkpoint);
    this.#saved = state.position;
    await this.saveParameters(state.position);
  }

  async saveParameters(position: RunPosition) {
    const { parameters } = this.folder;
    await this.folder.write(() =>
      saveParameters(parameters, this.#network, this.#origin, position)
    );
    this.folder.keep(parameters);
  }
}

/** @throws UserError when a file is damaged, or begins with other entries */
async function requireBeginning(path: string, history: readonly HistoryEntry[]) {
  const found = (await readHistory(path)).slice(0, history.length);
  const same = found.every((entry, index) =>
    JSON.stringify(entry) === JSON.stringify(history[index])
  );
  if (!same) throw new UserError(`${path} is not the history of this run`);
}
