/** What a training leaves to be looked at: losses, and whether the parameters are finite. */
import { part, type Slice } from "../gpu/memory.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import type { ReadBack } from "../gpu/read_back.ts";
import type { Build, Parameter } from "../nn/layer.ts";
import { countNotFinite } from "../nn/not_finite.ts";

/** A tensor with numbers that are NaN or infinite. */
export interface NotFinite {
  readonly name: string;
  readonly count: number;
  /** Numbers of the tensor as the GPU stores it. */
  readonly of: number;
}

/** What a look at a training tells. */
export interface Look {
  /** Of the first minibatches. */
  readonly losses: Float32Array;
  /** Parameters with numbers that are not finite, in the order of the network. */
  readonly notFinite: readonly NotFinite[];
}

/** Each count begins at a multiple of 256 bytes, as bindings have to. */
const PITCH = 64;

/** One small buffer of counts and losses, so that one reading brings both. */
export class TrainingResults {
  readonly #parameters: readonly Parameter[];
  readonly #buffer: Slice;
  readonly #counts: Slice;
  readonly #program: Program;
  /** Loss of each minibatch. */
  readonly losses: Slice;

  private constructor(
    parameters: readonly Parameter[],
    buffer: Slice,
    counts: Slice,
    losses: Slice,
    program: Program,
  ) {
    this.#parameters = parameters;
    this.#buffer = buffer;
    this.#counts = counts;
    this.#program = program;
    this.losses = losses;
  }

  /** Allocates the buffer and compiles the count of what is not finite. */
  static async make(
    { gpu, memory, tiles }: Build,
    parameters: readonly Parameter[],
    losses: number,
  ): Promise<TrainingResults> {
    const counted = parameters.length * PITCH;
    const buffer = await memory.allocate("losses", "data", counted + losses);
    const counts = part(buffer, 0, counted);
    const most = gpu.device.limits.maxStorageBufferBindingSize;
    const dispatches = parameters.flatMap(({ name, value }, index) =>
      countNotFinite(
        tiles,
        { label: name, values: value, count: part(counts, index * PITCH, 1) },
        most,
      )
    );
    const program = await new Compiler(gpu).compile(dispatches);
    return new TrainingResults(parameters, buffer, counts, part(buffer, counted, losses), program);
  }

  /** 32-bit numbers that a reading takes. */
  get count(): number {
    return this.#buffer.size / 4;
  }

  /**
   * Records a look at the first `losses` losses and all parameters. A velocity that is not finite
   * makes its parameter so in the same update, so these tell of those, too.
   * @returns what reads it, once it was submitted
   */
  record(encoder: GPUCommandEncoder, readBack: ReadBack, losses: number): () => Promise<Look> {
    const { buffer, offset, size } = this.#counts;
    encoder.clearBuffer(buffer, offset, size);
    const pass = encoder.beginComputePass({ label: "finite check" });
    this.#program.record(pass);
    pass.end();
    const counted = this.#parameters.length * PITCH;
    readBack.record(encoder, this.#buffer, counted + losses);
    return async () => {
      const numbers = await readBack.read(counted + losses);
      const counts = new Uint32Array(numbers.buffer, 0, counted);
      return { losses: numbers.slice(counted), notFinite: this.#found(counts) };
    };
  }

  #found(counts: Uint32Array): NotFinite[] {
    return this.#parameters.flatMap(({ name, storedCount }, index) => {
      const count = counts[index * PITCH];
      return count > 0 ? [{ name, count, of: storedCount }] : [];
    });
  }
}
