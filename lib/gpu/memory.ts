/** Buffers: allocated once, labelled, counted by purpose, destroyed explicitly. */
import { AdapterLimitError, type Gpu, guarded } from "./device.ts";

/** A range of a buffer, in bytes, as a binding sees it. */
export interface Slice {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** What buffers are for; the key of the memory statistics. */
export type MemoryUse = "parameters" | "velocities" | "activations" | "gradients" | "data";

/**
 * Uploads are cut into pieces of this many bytes, which pass through memory that is used again. For
 * 100 MB at once fresh memory is mapped every time: 1.2 GB/s instead of 3 to 10.
 */
const UPLOAD_PIECE = 2 ** 24;

/** All buffers of one network. */
export class Memory {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];
  /** Bytes allocated so far, by use. */
  readonly bytes: Record<MemoryUse, number> = {
    parameters: 0,
    velocities: 0,
    activations: 0,
    gradients: 0,
    data: 0,
  };

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /**
   * A zeroed buffer of `count` 32-bit numbers, usable as storage, as uniform where it is small
   * enough, and for copies.
   * @throws AdapterLimitError or OutOfMemoryError when the adapter does not allow it
   */
  async allocate(label: string, use: MemoryUse, count: number): Promise<Slice> {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_SRC |
      GPUBufferUsage.COPY_DST;
    return await this.#allocate(label, use, count, usage);
  }

  /**
   * A buffer of `count` 32-bit numbers that the processor can read, once they are copied there.
   * @throws as `allocate` does
   */
  async allocateReadable(label: string, count: number): Promise<Slice> {
    return await this.#allocate(
      label,
      "data",
      count,
      GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    );
  }

  async #allocate(label: string, use: MemoryUse, count: number, usage: number): Promise<Slice> {
    const size = Math.max(16, Math.ceil(count / 4) * 16);
    const { maxBufferSize } = this.#gpu.device.limits;
    if (size > maxBufferSize) {
      throw new AdapterLimitError(
        `${label} needs ${mebibytes(size)} in one buffer, this adapter (${this.#gpu.name}) ` +
          `allows ${mebibytes(maxBufferSize)}`,
      );
    }
    const buffer = await guarded(
      this.#gpu,
      `allocating ${mebibytes(size)} for ${label}`,
      () => this.#gpu.device.createBuffer({ label, size, usage }),
    );
    this.#buffers.push(buffer);
    this.bytes[use] += size;
    return { buffer, offset: 0, size };
  }

  /** Number of buffers allocated so far: constant once a network is built. */
  get count(): number {
    return this.#buffers.length;
  }

  destroy() {
    for (const buffer of this.#buffers) buffer.destroy();
    this.#buffers.length = 0;
  }
}

/** A part of a slice; `first` and `count` in 32-bit numbers. */
export function part(slice: Slice, first: number, count: number): Slice {
  return { buffer: slice.buffer, offset: slice.offset + first * 4, size: count * 4 };
}

/** Copies `data` to the beginning of a slice. */
export function upload(gpu: Gpu, slice: Slice, data: Float32Array | Uint32Array) {
  if (data.byteLength > slice.size) {
    throw new RangeError(
      `${data.byteLength} bytes do not fit into ${slice.size} of ${slice.buffer.label}`,
    );
  }
  const piece = UPLOAD_PIECE / 4;
  for (let first = 0; first < data.length; first += piece) {
    gpu.device.queue.writeBuffer(
      slice.buffer,
      slice.offset + first * 4,
      // A view on shared memory is welcome to Deno, though not to TypeScript.
      data as Float32Array<ArrayBuffer>,
      first,
      Math.min(piece, data.length - first),
    );
  }
}

/**
 * Reads `count` float32 numbers back from the beginning of a slice, after all submitted work, through
 * a buffer of its own: to look at something. What is read again and again goes through a `ReadBack`.
 */
export async function download(gpu: Gpu, slice: Slice, count = slice.size / 4) {
  const staging = gpu.device.createBuffer({
    label: `read back ${slice.buffer.label}`,
    size: Math.max(4, count * 4),
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = gpu.device.createCommandEncoder();
    encoder.copyBufferToBuffer(slice.buffer, slice.offset, staging, 0, count * 4);
    gpu.device.queue.submit([encoder.finish()]);
    await mapped(gpu, staging);
    return new Float32Array(staging.getMappedRange().slice(0, count * 4));
  } finally {
    staging.destroy();
  }
}

/** Maps a buffer for reading. @throws what happened to the device, where that is why it failed */
export async function mapped(gpu: Gpu, staging: GPUBuffer) {
  try {
    await staging.mapAsync(GPUMapMode.READ);
  } catch (error) {
    // The loss of a device is told a little after the failure that it causes.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise((resolve) => timer = setTimeout(resolve, 100));
    await Promise.race([gpu.device.lost, patience]);
    clearTimeout(timer);
    gpu.check();
    throw error;
  }
  gpu.check();
}

/** A size for people, as `128 MiB`. */
export function mebibytes(bytes: number): string {
  const size = bytes / 2 ** 20;
  return `${size >= 10 ? Math.round(size) : size.toPrecision(2)} MiB`;
}
