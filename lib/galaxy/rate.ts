/** How fast this adapter trains and predicts: measured, to say how long something will take. */
import type { Model } from "./model.ts";
import type { ProgramName } from "./assembly.ts";
import { GalaxyNetwork } from "./network.ts";
import type { Gpu } from "../gpu/device.ts";

/** Examples per second of a program, after a first run that compiles on adapters that do so late. */
export async function measureRate(network: GalaxyNetwork, program: ProgramName): Promise<number> {
  const time = async () => {
    const start = performance.now();
    network.seek({ slot: 0, minibatch: 0, learningRate: 0 });
    network.run(program, 1);
    await network.gpu.finish();
    return (performance.now() - start) / 1000;
  };
  await time();
  return network.batch / Math.min(await time(), await time());
}

/** Training and prediction rates of a model, in examples (views) per second. */
export async function modelRates(
  gpu: Gpu,
  model: Model,
): Promise<{ train: number; predict: number }> {
  const network = await GalaxyNetwork.build(gpu, model, { batch: 16, trainable: true, slots: 1 });
  try {
    return {
      train: await measureRate(network, "train"),
      predict: await measureRate(network, "predict"),
    };
  } finally {
    network.destroy();
  }
}
