/** How much memory the networks can have. */
import { type Gpu, OutOfMemoryError } from "../gpu/device.ts";
import { Memory } from "../gpu/memory.ts";

const PIECE = 2 ** 27;

/**
 * Bytes that an adapter gives, at most about `wanted`: WebGPU does not tell how many it has, so they are
 * allocated and given back. Of a software adapter, those of the system count instead.
 */
export async function memoryFor(gpu: Gpu, wanted: number, available: number): Promise<number> {
  if (gpu.software) return available;
  const memory = new Memory(gpu);
  const piece = Math.min(PIECE, gpu.device.limits.maxBufferSize);
  let bytes = 0;
  try {
    while (bytes < wanted) {
      await memory.allocate("room", "data", piece / 4);
      bytes += piece;
    }
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
  } finally {
    memory.destroy();
  }
  return bytes;
}
