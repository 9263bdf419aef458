/**
 * Random numbers as a function: (seed, purpose, indices) → values. There is no state to lose, so a
 * resumed run draws what the uninterrupted one would have drawn, whatever the number of workers.
 *
 * The generator is Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", 2011). It needs only additions, rotations and xor, so the GPU draws the same bits with
 * `kernels/shared/dropout_mask.wgsl`; keep both in step.
 */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

/** 64 random bits for a 64-bit key and a 64-bit counter, each as two unsigned 32-bit integers. */
export function threefry(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): [number, number] {
  const key = [key0 >>> 0, key1 >>> 0, (0x1bd11bda ^ key0 ^ key1) >>> 0];
  let a = (counter0 + key[0]) >>> 0;
  let b = (counter1 + key[1]) >>> 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8];
    a = (a + b) >>> 0;
    b = ((b << rotation) | (b >>> (32 - rotation))) ^ a;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      a = (a + key[injection % 3]) >>> 0;
      b = (b + key[(injection + 1) % 3] + injection) >>> 0;
    }
  }
  return [a >>> 0, b >>> 0];
}

/** What a stream of random numbers is for. Streams of different purposes never overlap. */
export const PURPOSES = [
  "initialisation",
  "dropout",
  "chunk",
  "perturbation",
  "survey",
  "test",
  "blend",
] as const;
export type Purpose = typeof PURPOSES[number];

/** The key of a stream: the seed and purpose, then any number of indices mixed in, in order. */
export function streamKey(seed: number, purpose: Purpose, ...indices: number[]): [number, number] {
  let key = threefry(seed, Math.floor(seed / 2 ** 32), PURPOSES.indexOf(purpose), 0);
  for (const index of indices) key = threefry(key[0], key[1], index, 0x5eed);
  return key;
}

/** A stream of random numbers, the same for the same arguments. */
export class Random {
  readonly #key: [number, number];
  #counter = 0;
  #spare: number | undefined;
  #spareNormal: number | undefined;

  /**
   * @param seed an integer from 0 to 2^53 − 1
   * @param indices what the stream belongs to, as `(chunk, image)` does
   */
  constructor(seed: number, purpose: Purpose, ...indices: number[]) {
    this.#key = streamKey(seed, purpose, ...indices);
  }

  /** An integer, uniform on [0, 2^32). */
  uint32(): number {
    if (this.#spare !== undefined) {
      const value = this.#spare;
      this.#spare = undefined;
      return value;
    }
    const [value, spare] = threefry(this.#key[0], this.#key[1], this.#counter++, 0);
    this.#spare = spare;
    return value;
  }

  /** A number, uniform on [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * ((this.uint32() + 0.5) / 2 ** 32);
  }

  /** An integer, uniform on [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform(0, count));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A normal deviate (Box–Muller). */
  normal(mean = 0, deviation = 1): number {
    if (this.#spareNormal !== undefined) {
      const value = this.#spareNormal;
      this.#spareNormal = undefined;
      return mean + deviation * value;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return mean + deviation * radius * Math.cos(angle);
  }

  /** The integers 0 … count − 1, shuffled (Fisher–Yates). */
  permutation(count: number): Uint32Array {
    const order = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const j = this.below(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
