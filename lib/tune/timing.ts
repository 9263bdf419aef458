/** Times of programs that take turns, so that whatever slows the adapter down slows all of them. */
import type { Gpu } from "../gpu/device.ts";
import { mapped } from "../gpu/memory.ts";
import type { Program } from "../gpu/program.ts";

/** Shorter runs are repeated within a measurement until they take about this long. */
const LEAST_MILLISECONDS = 1;
const MOST_REPEATS = 100;

/** Runs programs in turn between timestamps; has to be closed. */
export class Race {
  readonly #gpu: Gpu;
  readonly #querySet: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;

  /** @param most programs that can take part */
  constructor(gpu: Gpu, most: number) {
    this.#gpu = gpu;
    const { device } = gpu;
    const count = 4 * most; // there and back, begin and end
    this.#querySet = device.createQuerySet({ label: "race", type: "timestamp", count });
    this.#resolved = device.createBuffer({
      label: "timestamps",
      size: count * 8,
      usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
    });
    this.#staging = device.createBuffer({
      label: "read back timestamps",
      size: count * 8,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  /**
   * Milliseconds of each program, which has run before, in each of `rounds` rounds.
   * @param least what the fastest takes, about; once is enough for each where it is not known
   */
  async run(programs: readonly Program[], rounds: number, least = Infinity): Promise<number[][]> {
    const repeats = Math.min(MOST_REPEATS, Math.max(1, Math.ceil(LEAST_MILLISECONDS / least)));
    const times: number[][] = programs.map(() => []);
    for (let round = 0; round < rounds; round++) {
      (await this.#round(programs, repeats)).forEach((time, index) => times[index].push(time));
    }
    return times;
  }

  /** All programs one after the other, then in the opposite order: none is always the first. */
  async #round(programs: readonly Program[], repeats: number): Promise<number[]> {
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder({ label: "race" });
    const order = [...programs.keys(), ...[...programs.keys()].reverse()];
    const record = (
      index: number,
      timestamps: Pick<GPUComputePassDescriptor, "timestampWrites">,
    ) => {
      const label = programs[index].dispatches[0].label;
      const pass = encoder.beginComputePass({ label, ...timestamps });
      for (let repeat = 0; repeat < repeats; repeat++) programs[index].record(pass);
      pass.end();
    };
    record(0, {}); // wakes the adapter up
    order.forEach((index, place) =>
      record(index, {
        timestampWrites: {
          querySet: this.#querySet,
          beginningOfPassWriteIndex: 2 * place,
          endOfPassWriteIndex: 2 * place + 1,
        },
      })
    );
    const count = 2 * order.length;
    encoder.resolveQuerySet(this.#querySet, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, count * 8);
    device.queue.submit([encoder.finish()]);
    await mapped(this.#gpu, this.#staging);
    const ticks = new BigUint64Array(this.#staging.getMappedRange(0, count * 8).slice());
    this.#staging.unmap();
    const times = programs.map(() => 0);
    order.forEach((index, place) => {
      const nanoseconds = Number(ticks[2 * place + 1] - ticks[2 * place]);
      times[index] += nanoseconds / 1e6 / repeats / 2;
    });
    return times;
  }

  close() {
    this.#querySet.destroy();
    this.#resolved.destroy();
    this.#staging.destroy();
  }
}
