/** A network by itself, without what trains it: for counting, timing and tuning its kernels. */
import type { Dispatch } from "../gpu/kernel.ts";
import type { Build, Layer } from "../nn/layer.ts";
import { type Data, makeLayers, makePrograms, type ProgramName } from "./assembly.ts";
import type { Model } from "./model.ts";
import { ANSWER_COUNT } from "./questions.ts";
import { IMAGE_FLOATS } from "./transforms.ts";

export interface OneSlot {
  readonly data: Data;
  readonly layers: readonly Layer[];
  readonly programs: Partial<Record<ProgramName, Dispatch[]>>;
}

/**
 * Allocates and assembles a model for one slot of examples, each in one order of its parts. No buffer
 * has been written to.
 * @throws UserError when the adapter's limits or memory do not suffice
 */
export async function assembleOneSlot(
  { layers: declared }: Model,
  own: Pick<Build, "gpu" | "memory" | "tiles" | "batch" | "trainable">,
): Promise<OneSlot> {
  const { memory, batch } = own;
  const allocate = (label: string, count: number) => memory.allocate(label, "data", count);
  const data = {
    state: await allocate("state", 4),
    views: await allocate("views", batch * IMAGE_FLOATS),
    labels: await allocate("labels", batch * ANSWER_COUNT),
    answers: await allocate("answers", batch * ANSWER_COUNT),
    losses: await allocate("losses", 1),
  };
  const build: Build = { ...own, seed: 1, momentum: 0.9, state: data.state };
  const layers = await makeLayers(build, declared, data.views, { dropout: true, orders: 1 });
  return { data, layers, programs: await makePrograms(build, layers, data, 1) };
}
