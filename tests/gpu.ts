/** Tests that need a GPU. */
import assert from "node:assert/strict";
import { type Gpu, openGpu } from "../lib/gpu/device.ts";
import { canRun, type Check } from "../lib/verify/checks/bench.ts";

/** A test with a device of its own: opening one takes some ten milliseconds. */
export function gpuTest(name: string, test: (gpu: Gpu) => Promise<void>) {
  Deno.test(name, async () => {
    const gpu = await openGpu();
    try {
      await test(gpu);
    } finally {
      gpu.close();
    }
  });
}

/** A test for each check of kernels against their references. */
export function testChecks(checks: readonly Check[]) {
  for (const { name, tiles, run } of checks) {
    gpuTest(`${name}: the kernels agree with their float64 references`, async (gpu) => {
      if (!canRun(gpu, tiles)) {
        return console.warn(`NOT RUN: ${gpu.name} has no subgroups of one known size`);
      }
      for (const { tensor, deviation, excess } of await run(gpu)) {
        assert.ok(
          excess <= 1,
          `${tensor} is off by ${deviation}, ${excess.toPrecision(3)} times what is allowed`,
        );
      }
    });
  }
}
