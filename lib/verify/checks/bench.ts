/** What a check of kernels needs: a device, random buffers, comparison with a reference. */
import { download, Memory, type Slice, upload } from "../../gpu/memory.ts";
import type { Gpu } from "../../gpu/device.ts";
import type { Dispatch } from "../../gpu/kernel.ts";
import { Compiler } from "../../gpu/program.ts";
import { type Build, elements, type Layer, type Parameter, type Tensor } from "../../nn/layer.ts";
import { defaultTiles, type Tiles } from "../../nn/tiles.ts";
import type { Machine } from "../../nn/variants.ts";
import { Random } from "../../random.ts";
import { nesterov } from "../reference/nesterov.ts";
import type { State } from "../reference/advance.ts";
import { smallTiles } from "./small_tiles.ts";

type Numbers = ArrayLike<number>;

const GPU: Machine = { software: false, subgroup: 0 };
const SOFTWARE: Machine = { software: true, subgroup: 0 };

/** Tiles of every kind of adapter, naive and small ones, given the size of a subgroup. */
export const TILES = {
  software: () => defaultTiles(SOFTWARE),
  subgroup: (subgroup) => defaultTiles({ software: true, subgroup }),
  gpu: () => defaultTiles(GPU),
  naive: () => ({ ...defaultTiles(GPU), choices: () => ({ variant: "naive" }) }),
  small: () => smallTiles(SOFTWARE),
  smallGpu: () => smallTiles(GPU),
  smallSubgroup: (subgroup) => smallTiles({ software: true, subgroup }),
} satisfies Record<string, (subgroup: number) => Tiles>;
export type TilesName = keyof typeof TILES;

/** Whether an adapter can run the kernels that these tiles ask for. */
export function canRun({ subgroup }: Gpu, tiles: TilesName): boolean {
  return subgroup >= 4 || tiles !== "subgroup" && tiles !== "smallSubgroup";
}

/** One tensor of a check against its reference. */
export interface CheckRow {
  readonly tensor: string;
  /** The largest |actual − expected|. */
  readonly deviation: number;
  /** The largest deviation relative to what is allowed; at most 1 passes. */
  readonly excess: number;
}

/** A case: what runs, its shape and tiles, and how to run it. */
export interface Check {
  readonly name: string;
  readonly tiles: TilesName;
  run(gpu: Gpu): Promise<CheckRow[]>;
}

/**
 * What float32 may deviate by, relative to the sum of the magnitudes of the terms: 17 times half the
 * distance of neighbouring numbers. llvmpipe stays below a fifth of it, even in sums of 100,000 terms,
 * since their rounding errors are random; and a missing term shows in sums of up to 500,000.
 */
export const TOLERANCE = 2e-6;

/**
 * Compares with a reference.
 * @param size per element, the sum of the magnitudes of the terms; of a single term by default
 */
export function compare(
  tensor: string,
  actual: Numbers,
  expected: Numbers,
  size: Numbers = expected,
): CheckRow {
  if (actual.length !== expected.length || size.length !== expected.length) {
    throw new RangeError(
      `${tensor}: ${actual.length} values, the reference has ${expected.length}`,
    );
  }
  let deviation = 0, excess = 0;
  for (let at = 0; at < expected.length; at++) {
    const difference = Math.abs(actual[at] - expected[at]);
    if (difference === 0) continue; // where the size is zero, only this is allowed
    if (Number.isNaN(difference)) return { tensor, deviation: NaN, excess: Infinity };
    deviation = Math.max(deviation, difference);
    excess = Math.max(excess, difference / (TOLERANCE * Math.abs(size[at])));
  }
  return { tensor, deviation, excess };
}

/** Magnitudes: a reference of sums, run on these, gives the sizes that `compare` wants. */
export function sizes(values: Numbers): Float64Array {
  return Float64Array.from(values, Math.abs);
}

/** Learning rate and momentum of all checks; any numbers that hide nothing. */
export const LEARNING_RATE = 0.5;
export const MOMENTUM = 0.75;

/** Buffers and pipelines of one check. */
export class Bench {
  readonly gpu: Gpu;
  readonly tiles: Tiles;
  readonly memory: Memory;
  readonly random = new Random(1, "test");
  readonly #compiler: Compiler;

  constructor(gpu: Gpu, tiles: Tiles) {
    this.gpu = gpu;
    this.tiles = tiles;
    this.memory = new Memory(gpu);
    this.#compiler = new Compiler(gpu);
  }

  /** What layers are made with. */
  async build(options: Partial<Build> & Partial<State> = {}): Promise<Build> {
    return {
      gpu: this.gpu,
      memory: this.memory,
      tiles: this.tiles,
      batch: 1,
      trainable: true,
      seed: 7,
      momentum: MOMENTUM,
      state: await this.state(options),
      ...options,
    };
  }

  /** `struct State` of the kernels. */
  async state(
    { slot = 0, minibatch = 0, step = 0, learningRate = LEARNING_RATE }: Partial<State> = {},
  ): Promise<Slice> {
    const words = Uint32Array.of(slot, minibatch, step, 0);
    new Float32Array(words.buffer)[3] = learningRate;
    return await this.put(words);
  }

  /** Random numbers that float32 holds, uniform on [−1, 1). */
  numbers(count: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.random.uniform(-1, 1));
  }

  /** A buffer with these numbers. */
  async put(values: Float32Array | Uint32Array): Promise<Slice> {
    const slice = await this.space(values.length);
    upload(this.gpu, slice, values);
    return slice;
  }

  /** A buffer for `count` numbers. */
  space(count: number): Promise<Slice> {
    return this.memory.allocate("check", "data", count);
  }

  /** Feature maps with these numbers, (stored, height, width, n). */
  async tensor(
    values: Float32Array,
    shape: Pick<Tensor, "channels" | "n"> & Partial<Tensor>,
  ): Promise<Tensor> {
    const value = await this.put(values);
    const axes = { stored: shape.channels, height: 1, width: 1 };
    return { label: "x", value, training: value, ...axes, ...shape };
  }

  /** Runs dispatches in one pass. */
  async run(dispatches: readonly Dispatch[]) {
    const program = await this.#compiler.compile(dispatches);
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    program.record(pass);
    pass.end();
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /**
   * Runs a layer back from the gradient of its output.
   * @returns the `count` first numbers of that of its input, none where none is wanted
   */
  async backward(layer: Layer, dy: Float32Array, count: number): Promise<Float32Array> {
    const { dx, dispatches } = await layer.backward(await this.put(dy));
    await this.run(dispatches);
    return dx ? await this.read(dx, count) : new Float32Array();
  }

  read(slice: Slice, count: number): Promise<Float32Array> {
    return download(this.gpu, slice, count);
  }
}

/** The adapter as if it had these limits: for what asks for limits and nothing else. */
export function withLimits(
  gpu: Gpu,
  limits: Partial<Record<keyof GPUSupportedLimits, number>>,
): Gpu {
  return { ...gpu, device: { limits } as unknown as GPUDevice };
}

/** A check with buffers of its own. */
export function check(
  name: string,
  tiles: TilesName,
  body: (bench: Bench) => Promise<CheckRow[]>,
): Check {
  return {
    name: `${name}, ${tiles} tiles`,
    tiles,
    async run(gpu) {
      const bench = new Bench(gpu, TILES[tiles](gpu.subgroup));
      try {
        return await body(bench);
      } finally {
        bench.memory.destroy();
      }
    },
  };
}

/** A parameter with random values and velocities, as the GPU stores them before an update. */
export interface Before {
  readonly parameter: Parameter;
  readonly value: Float32Array;
  readonly velocity: Float32Array;
}

/** Gives a layer's parameter random values and velocities; padding stays zero. */
export function randomise(bench: Bench, parameter: Parameter): Before {
  const random = () => parameter.pack(bench.numbers(elements(parameter.shape)));
  const value = random(), velocity = random();
  upload(bench.gpu, parameter.value, value);
  upload(bench.gpu, parameter.velocity!, velocity);
  return { parameter, value, velocity };
}

/** Compares a parameter after its update, given the reference's gradient and its size. */
export async function compareUpdate(
  bench: Bench,
  before: Before,
  gradient: Numbers,
  size: Numbers,
): Promise<CheckRow[]> {
  const { parameter, value, velocity } = before;
  const { name, storedCount } = parameter;
  const after = nesterov(before, gradient, LEARNING_RATE, MOMENTUM);
  // With magnitudes for values and minus magnitudes for the gradient, every term adds up.
  const magnitudes = { value: sizes(value), velocity: sizes(velocity) };
  const downhill = Float64Array.from(size, (term) => -term);
  const sums = nesterov(magnitudes, downhill, LEARNING_RATE, MOMENTUM);
  const actual = await bench.read(parameter.value, storedCount);
  const actualVelocity = await bench.read(parameter.velocity!, storedCount);
  return [
    compare(name, actual, after.value, sums.value),
    compare(`${name} velocity`, actualVelocity, after.velocity, sums.velocity),
  ];
}
