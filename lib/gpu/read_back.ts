/** Reading back through a buffer that is allocated once. */
import type { Gpu } from "./device.ts";
import { mapped, type Memory, part, type Slice } from "./memory.ts";

/** Where numbers wait for the processor: one reading at a time. */
export class ReadBack {
  readonly #gpu: Gpu;
  readonly #staging: Slice;
  #waiting = false;

  private constructor(gpu: Gpu, staging: Slice) {
    this.#gpu = gpu;
    this.#staging = staging;
  }

  /**
   * With room for `count` numbers.
   * @throws UserError when the adapter's limit or memory does not allow it
   */
  static async allocate(gpu: Gpu, memory: Memory, label: string, count: number): Promise<ReadBack> {
    return new ReadBack(gpu, await memory.allocateReadable(label, count));
  }

  /** Whether something was recorded that has not been read yet. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /**
   * Records that the first `count` numbers of a slice are copied here.
   * @throws Error when what was recorded before has not been read: it would be lost
   */
  record(encoder: GPUCommandEncoder, { buffer, offset }: Slice, count: number) {
    if (this.#waiting) {
      throw new Error(`${this.#staging.buffer.label}: two readings at a time share one buffer`);
    }
    this.#waiting = true;
    encoder.copyBufferToBuffer(buffer, offset, this.#staging.buffer, 0, count * 4);
  }

  /** The first `count` numbers, once what was recorded and submitted has been done. */
  async read(count: number): Promise<Float32Array<ArrayBuffer>> {
    const { buffer } = this.#staging;
    await mapped(this.#gpu, buffer);
    const numbers = new Float32Array(buffer.getMappedRange(0, count * 4)).slice();
    buffer.unmap();
    this.#waiting = false;
    return numbers;
  }

  /** The first `count` numbers of a slice after all submitted work; in pieces if they are many. */
  async download(slice: Slice, count: number): Promise<Float32Array<ArrayBuffer>> {
    const numbers = new Float32Array(count);
    const room = this.#staging.size / 4;
    for (let first = 0; first < count; first += room) {
      const length = Math.min(room, count - first);
      const encoder = this.#gpu.device.createCommandEncoder();
      this.record(encoder, part(slice, first, length), length);
      this.#gpu.device.queue.submit([encoder.finish()]);
      numbers.set(await this.read(length), first);
    }
    return numbers;
  }
}
