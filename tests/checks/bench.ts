/** What a check of kernels needs: a device, buffers with random numbers, comparison with a twin. */
import { download, Memory, type Slice, upload } from "../../lib/gpu/memory.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { Compiler, type Dispatch } from "../../lib/gpu/program.ts";
import { type Build, elements, type Parameter, type Tensor } from "../../lib/nn/layer.ts";
import { broadcastTiles, GPU_TILES, SOFTWARE_TILES, type Tiles } from "../../lib/nn/tiles.ts";
import { Random } from "../../lib/random.ts";
import { nesterov } from "../reference/nesterov.ts";
import type { State } from "../reference/advance.ts";

type Numbers = ArrayLike<number>;

/** Four filters or units (they are stored in fours) of one output: what anyone would write first. */
const NAIVE: Tiles = {
  lanes: 64,
  elementLanes: 64,
  conv: { filters: 4, outputs: 1 },
  convInputs: { channels: 4, outputs: 1 },
  convWeights: { channels: 1, filters: 4 },
  dense: { outputs: 4, inputs: 1, examples: 1 },
  denseUpdate: { outputs: 4, rows: 1 },
  workgroups: 16,
};

/** Tables that make small tiles and few, long sums. */
const SMALL: Tiles = {
  lanes: 4,
  elementLanes: 2,
  conv: { filters: 4, outputs: 2 },
  convInputs: { channels: 4, outputs: 2 },
  convWeights: { channels: 2, filters: 4 },
  dense: { outputs: 4, inputs: 2, examples: 2 },
  denseUpdate: { outputs: 4, rows: 2 },
  workgroups: 1,
};
const SMALL_WORKGROUP: Tiles = {
  ...SMALL,
  workgroup: {
    conv: { lanes: 4, filters: 4, outputs: 4, groups: 2, tiles: 1 },
    convInputs: { lanes: 4, channels: 4, outputs: 2, groups: 2 },
    convWeights: { lanes: 4, channels: 2, filters: 4, groups: 2 },
    dense: { lanes: 4, outputs: 8, examples: 8, rows: 2, slices: 2 },
    denseInputs: { lanes: 8, inputs: 4, examples: 8, kept: 2, outputs: 16 },
    workgroups: 1,
  },
};
const smallBroadcast = (lanes: number): Tiles => ({
  ...SMALL,
  broadcast: {
    lanes,
    conv: { filters: 4, products: 9 },
    convInputs: { sums: 24 },
    convWeights: { filters: 4, sums: 20 },
    dense: { outputs: 4, examples: 4, rows: 2, inputs: 2, updates: 4 },
    workgroups: 1,
  },
});

/** The tables of every kind of adapter, the naive one and the small ones, given the size of a subgroup. */
export const TILES = {
  software: () => SOFTWARE_TILES,
  broadcast: broadcastTiles,
  gpu: () => GPU_TILES,
  naive: () => NAIVE,
  small: () => SMALL,
  smallWorkgroup: () => SMALL_WORKGROUP,
  smallBroadcast,
} satisfies Record<string, (subgroup: number) => Tiles>;
export type TilesName = keyof typeof TILES;

/** Whether an adapter can run the kernels that a table asks for. */
export function canRun({ subgroup }: Gpu, tiles: TilesName): boolean {
  return subgroup >= 4 || TILES[tiles](subgroup).broadcast === undefined;
}

/** One tensor of a check against its twin. */
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
 * Compares with a twin.
 * @param size per element, the sum of the magnitudes of the terms; of a single term by default
 */
export function compare(
  tensor: string,
  actual: Numbers,
  expected: Numbers,
  size: Numbers = expected,
): CheckRow {
  if (actual.length !== expected.length || size.length !== expected.length) {
    throw new RangeError(`${tensor}: ${actual.length} values, the twin has ${expected.length}`);
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

/** Magnitudes: a twin of sums, run on these, gives the sizes that `compare` wants. */
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
      slots: 1,
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

  /** Feature maps with these numbers, (channels, height, width, n). */
  async tensor(
    values: Float32Array,
    shape: Pick<Tensor, "channels" | "n"> & Partial<Tensor>,
  ): Promise<Tensor> {
    return { label: "x", value: await this.put(values), height: 1, width: 1, ...shape };
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

/** Gives a layer's parameter random values and velocities; surplus ones stay zero. */
export function randomise(bench: Bench, parameter: Parameter): Before {
  const random = () => parameter.pack(bench.numbers(elements(parameter.shape)));
  const value = random(), velocity = random();
  upload(bench.gpu, parameter.value, value);
  upload(bench.gpu, parameter.velocity!, velocity);
  return { parameter, value, velocity };
}

/** Compares a parameter after its update, given the twin's gradient and its size. */
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
