/**
 * What a dry run of the reproduction looks at: whatever a step would be refused for before it computes
 * anything. Nothing stays of it.
 */
import { dirname } from "node:path";
import { requireWritable } from "../files/atomic.ts";
import { withoutNewFolders } from "../files/made_folders.ts";
import { type Model, narrowed } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import type { Gpu } from "../gpu/device.ts";
import { RunFolder } from "../runs/folder.ts";
import { trainingOptions } from "../runs/network_options.ts";
import { chooseSettings } from "../runs/settings.ts";
import { refuseSlowAdapter } from "../train/train.ts";

/** @throws UserError when one of the files cannot be written */
export async function checkOutputs(paths: readonly string[]) {
  for (const path of paths) await withoutNewFolders(dirname(path), () => requireWritable(path));
}

/** The trainings to come, with what they have in common. */
export interface AskedTrainings {
  readonly width: number;
  readonly chunks: number;
  readonly chunkSize: number;
  readonly allowSoftware: boolean;
}

/** Looks at trainings; networks of the same layers are built once. */
export class TrainingCheck {
  readonly #asked: AskedTrainings;
  readonly #built = new Set<string>();

  constructor(asked: AskedTrainings) {
    this.#asked = asked;
  }

  /**
   * Whether a model could be trained, given its data.
   * @throws UserError when its folder is in use or cannot be written, or the adapter is too slow;
   * AdapterLimitError or OutOfMemoryError when the adapter does not suffice
   */
  async check(gpu: Gpu, full: Model, path: string) {
    const { width, allowSoftware, ...flags } = this.#asked;
    await withoutNewFolders(path, async () => {
      const folder = new RunFolder(path);
      try {
        await folder.take(`train:${full.name}`);
      } finally {
        await folder.release();
      }
    });
    const model = narrowed(full, width);
    refuseSlowAdapter(gpu, model, { allowSoftware });
    const layers = JSON.stringify(model.layers);
    if (this.#built.has(layers)) return;
    this.#built.add(layers);
    const options = trainingOptions(gpu, chooseSettings(model, flags));
    (await GalaxyNetwork.build(gpu, model, options)).destroy();
  }
}
