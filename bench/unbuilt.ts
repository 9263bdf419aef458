/** A network's dispatches as they would be built for a kind of adapter, without the adapter. */
import type { Gpu } from "../lib/gpu/device.ts";
import type { Dispatch } from "../lib/gpu/kernel.ts";
import { Memory } from "../lib/gpu/memory.ts";
import type { ProgramName } from "../lib/galaxy/assembly.ts";
import type { Model } from "../lib/galaxy/model.ts";
import { assembleOneSlot } from "../lib/galaxy/one_slot.ts";
import type { Tiles } from "../lib/nn/tiles.ts";

/** Bytes of the largest binding that Vulkan's drivers for GPUs allow. */
const LARGEST_BINDING = 2 ** 31 - 4;

/**
 * The dispatches of all programs of a model for one slot of `batch` examples, cut by `tiles`. Their
 * buffers have sizes and no memory: they are to be looked at, not to be run.
 */
export async function unbuiltPrograms(
  model: Model,
  batch: number,
  tiles: Tiles,
  largestBinding = LARGEST_BINDING,
): Promise<Partial<Record<ProgramName, Dispatch[]>>> {
  const gpu = noGpu(tiles, largestBinding);
  const own = { gpu, memory: new Memory(gpu), tiles, batch, trainable: true };
  return (await assembleOneSlot(model, own)).programs;
}

/** A device that hands out buffers of a size and can do nothing else. */
function noGpu({ machine: { software, subgroup } }: Tiles, largestBinding: number): Gpu {
  const device = {
    limits: { maxBufferSize: Infinity, maxStorageBufferBindingSize: largestBinding },
    createBuffer: ({ label, size }: GPUBufferDescriptor) => ({ label, size, destroy() {} }),
    pushErrorScope() {},
    popErrorScope: () => Promise.resolve(null),
  };
  return {
    device: device as unknown as GPUDevice,
    name: "no adapter",
    vendor: undefined,
    software,
    timestamps: false,
    subgroupLine: "",
    subgroup,
    check() {},
    finish: () => Promise.resolve(),
    close() {},
  };
}
