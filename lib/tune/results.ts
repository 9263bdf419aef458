/** Whether other variants and tiles compute the same: a wrong kernel may be fast. */
import type { Gpu } from "../gpu/device.ts";
import { download, part, type Slice } from "../gpu/memory.ts";
import type { Program } from "../gpu/program.ts";

/**
 * What a result may differ by, relative to the root mean square of all, or to itself where it is
 * larger. In another order, the longest sums of random products, 400,000 of them, came out up to 7e-6
 * of themselves apart (llvmpipe); a missing product makes 1.6e-3 there, and more in shorter ones.
 */
const TOLERANCE = 1e-4;

/** Results are read back in pieces of at most this many numbers. */
const PIECE = 2 ** 22;

/** Runs a program once. */
function run({ device }: Gpu, program: Program) {
  const encoder = device.createCommandEncoder({ label: "results" });
  const pass = encoder.beginComputePass({ label: "results" });
  program.record(pass);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** The results of a program, which those of others are compared with. */
export class Results {
  readonly #gpu: Gpu;
  readonly #fill: (slice: Slice) => void;
  readonly #results: { readonly slice: Slice; readonly values: Float32Array; size: number }[] = [];

  private constructor(gpu: Gpu, fill: (slice: Slice) => void) {
    this.#gpu = gpu;
    this.#fill = fill;
  }

  /**
   * Runs a program and keeps its results.
   * @param fill writes the same numbers to a slice every time, none of them a result
   */
  static async of(
    gpu: Gpu,
    program: Program,
    slices: readonly Slice[],
    fill: (slice: Slice) => void,
  ): Promise<Results> {
    const kept = new Results(gpu, fill);
    // What is updated in place starts from the same numbers, what is not written keeps them.
    slices.forEach(fill);
    run(gpu, program);
    for (const slice of slices) {
      const values = new Float32Array(slice.size / 4);
      await eachPiece(gpu, slice, (piece, first) => values.set(piece, first));
      let squares = 0;
      for (const value of values) squares += value * value;
      kept.#results.push({ slice, values, size: Math.sqrt(squares / values.length) });
    }
    return kept;
  }

  /** Whether a program with the same inputs has the same results. */
  async agree(program: Program): Promise<boolean> {
    for (const { slice } of this.#results) this.#fill(slice);
    run(this.#gpu, program);
    let agree = true;
    for (const { slice, values, size } of this.#results) {
      await eachPiece(this.#gpu, slice, (piece, first) => {
        for (let at = 0; at < piece.length; at++) {
          // What is not a number does not agree either.
          const expected = values[first + at];
          const allowed = TOLERANCE * Math.max(size, Math.abs(expected));
          if (!(Math.abs(piece[at] - expected) <= allowed)) agree = false;
        }
      });
    }
    return agree;
  }
}

async function eachPiece(
  gpu: Gpu,
  slice: Slice,
  visit: (piece: Float32Array, first: number) => void,
) {
  const count = slice.size / 4;
  for (let first = 0; first < count; first += PIECE) {
    const length = Math.min(PIECE, count - first);
    visit(await download(gpu, part(slice, first, length), length), first);
  }
}
