import assert from "node:assert/strict";
import { describe } from "../../lib/galaxy/describe.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { gpuTest } from "../gpu.ts";
import { withDispatches } from "../../bench/assembled.ts";
import { type Step, stepsOf } from "../../bench/work.ts";

const BATCH = 3;

gpuTest("all products of all architectures are found among their dispatches", async (gpu) => {
  for (const full of ARCHITECTURES) {
    const model = narrowed(full, 0.05);
    const { multiplyAdds, layers } = describe(model);
    const first = layers.find((layer) => layer.multiplyAdds > 0)!.multiplyAdds;
    await withDispatches(gpu, model, BATCH, ({ train, predict }) => {
      const total = (steps: readonly Step[]) =>
        steps.reduce((sum, step) => sum + step.multiplyAdds, 0);
      assert.equal(total(stepsOf(model, BATCH, predict)), BATCH * multiplyAdds, model.name);
      // Forward, gradients of all inputs but the views, gradients of all weights.
      const training = BATCH * (3 * multiplyAdds - first);
      assert.equal(total(stepsOf(model, BATCH, train)), training, model.name);
      return Promise.resolve();
    });
  }
});
