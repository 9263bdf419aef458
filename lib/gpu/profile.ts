/** Time of every dispatch of a program, from the GPU's own clock. */
import { UserError } from "../errors.ts";
import type { Gpu } from "./device.ts";
import { mapped } from "./memory.ts";
import type { Program } from "./program.ts";

export interface ProfileRow {
  readonly label: string;
  readonly milliseconds: number;
}

/**
 * Runs a program once with each dispatch in a pass of its own, between two timestamps.
 * @throws UserError when the adapter has no timestamps
 */
export async function profile(gpu: Gpu, program: Program): Promise<ProfileRow[]> {
  if (!gpu.timestamps) {
    throw new UserError(`${gpu.name} has no timestamps, so the kernels cannot be timed`);
  }
  const { device } = gpu;
  const count = 2 * program.dispatches.length;
  const querySet = device.createQuerySet({ label: "profile", type: "timestamp", count });
  const usage = GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC;
  const resolved = device.createBuffer({ label: "timestamps", size: count * 8, usage });
  const staging = device.createBuffer({
    label: "read back timestamps",
    size: count * 8,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder({ label: "profile" });
    for (let i = 0; i < program.dispatches.length; i++) {
      const pass = encoder.beginComputePass({
        label: program.dispatches[i].label,
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: 2 * i,
          endOfPassWriteIndex: 2 * i + 1,
        },
      });
      program.record(pass, i, i + 1);
      pass.end();
    }
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, count * 8);
    device.queue.submit([encoder.finish()]);
    await mapped(gpu, staging);
    const ticks = new BigUint64Array(staging.getMappedRange());
    return program.dispatches.map(({ label }, i) => ({
      label,
      milliseconds: Number(ticks[2 * i + 1] - ticks[2 * i]) / 1e6,
    }));
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
}
