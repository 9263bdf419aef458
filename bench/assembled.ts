/** A network as its dispatches, with parameters and data in place: what kernels are timed on. */
import type { Gpu } from "../lib/gpu/device.ts";
import { Memory, upload } from "../lib/gpu/memory.ts";
import type { Dispatch } from "../lib/gpu/kernel.ts";
import { Compiler } from "../lib/gpu/program.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { assembleOneSlot } from "../lib/galaxy/one_slot.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { IMAGE_FLOATS } from "../lib/galaxy/transforms.ts";
import { type Tiles, tilesFor } from "../lib/nn/tiles.ts";
import { Random } from "../lib/random.ts";
import { startValues } from "./initial.ts";

export interface Programs {
  readonly train: readonly Dispatch[];
  readonly predict: readonly Dispatch[];
}

/**
 * Gives `body` the dispatches of a model's programs, for one slot of `batch` examples, and a
 * function that trains one minibatch at learning rate 0, so that every buffer holds what it does in
 * earnest. The buffers are gone afterwards.
 * @throws UserError when the adapter's limits or memory do not suffice
 */
export async function withDispatches(
  gpu: Gpu,
  model: Model,
  batch: number,
  body: (programs: Programs, runOnce: () => Promise<void>) => Promise<void>,
  tiles: Tiles = tilesFor(gpu),
) {
  const memory = new Memory(gpu);
  try {
    const own = { gpu, memory, tiles, batch, trainable: true };
    const { data, layers, programs: { train = [], predict = [] } } = await assembleOneSlot(
      model,
      own,
    );
    const random = new Random(1, "test");
    const numbers = (count: number) => Float32Array.from({ length: count }, () => random.uniform());
    upload(gpu, data.views, numbers(batch * IMAGE_FLOATS));
    upload(gpu, data.labels, numbers(batch * ANSWER_COUNT));
    for (const parameter of layers.flatMap(({ parameters }) => parameters)) {
      upload(gpu, parameter.value, parameter.pack(startValues(parameter)));
    }
    await body({ train, predict }, async () => {
      const program = await new Compiler(gpu).compile(train);
      const encoder = gpu.device.createCommandEncoder({ label: "one step" });
      const pass = encoder.beginComputePass({ label: "one step" });
      program.record(pass);
      pass.end();
      gpu.device.queue.submit([encoder.finish()]);
      await gpu.finish();
    });
  } finally {
    memory.destroy();
  }
}
