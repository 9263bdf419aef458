/** A network on the GPU: its buffers, parameters and the programs that train it and predict. */
import type { Gpu } from "../gpu/device.ts";
import { Memory, upload } from "../gpu/memory.ts";
import { profile, type ProfileRow } from "../gpu/profile.ts";
import { Compiler, type Program } from "../gpu/program.ts";
import { ReadBack } from "../gpu/read_back.ts";
import type { Work } from "../gpu/turns.ts";
import type { Build, Layer, Parameter } from "../nn/layer.ts";
import { type Tiles, tilesFor } from "../nn/tiles.ts";
import { makeLayers, makePrograms, type ProgramName } from "./assembly.ts";
import type { Model } from "./model.ts";
import type { ORDERS } from "./parts.ts";
import { type Position, Slots } from "./slots.ts";
import { type Look, TrainingResults } from "./training_results.ts";

export interface NetworkOptions {
  /** Examples of a minibatch, B. */
  batch: number;
  /** False saves the memory of gradients and velocities. */
  trainable: boolean;
  /** Minibatches that are uploaded together; as many as one binding allows if that is fewer. */
  slots: number;
  /** Minibatches whose losses are kept until they are read. */
  losses?: number;
  /** Seed of dropout. */
  seed?: number;
  /** Without dropout the training programs use every unit, as the golden vectors do. */
  dropout?: boolean;
  momentum?: number;
  tiles?: Tiles;
  /**
   * 4: every example is answered in the four orders that its parts take when it is flipped and
   * turned by half, for the work of one pass through the convolutions; `answers` gives the means.
   */
  orders?: 1 | typeof ORDERS;
}

/** Parameters are read back in pieces of at most this many numbers. */
const READ_BACK_COUNT = 2 ** 22;

/** Minibatches of a program. */
export type Run = readonly [name: ProgramName, minibatches: number];

/** A network whose buffers, pipelines and dispatches are all made when it is built. */
export class GalaxyNetwork {
  readonly gpu: Gpu;
  readonly model: Model;
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  readonly memory: Memory;
  readonly #programs: Partial<Record<ProgramName, Program>>;
  readonly #slots: Slots;
  readonly #results: TrainingResults;
  /** Two take turns, so that answers can be read while others are computed. */
  readonly #readBacks: ReadBack[];
  #turn = 0;

  private constructor(
    { build, ...made }: {
      build: Build;
      model: Model;
      layers: readonly Layer[];
      programs: Partial<Record<ProgramName, Program>>;
      slots: Slots;
      results: TrainingResults;
      readBacks: ReadBack[];
    },
  ) {
    this.gpu = build.gpu;
    this.memory = build.memory;
    this.model = made.model;
    this.layers = made.layers;
    this.parameters = made.layers.flatMap((layer) => layer.parameters);
    this.#programs = made.programs;
    this.#slots = made.slots;
    this.#results = made.results;
    this.#readBacks = made.readBacks;
  }

  /**
   * Allocates and compiles. Parameters are zero until they are set.
   * @throws UserError when the adapter's limits or memory do not suffice
   */
  static async build(gpu: Gpu, model: Model, options: NetworkOptions): Promise<GalaxyNetwork> {
    const { batch, trainable, orders = 1 } = options;
    if (trainable && orders !== 1) throw new Error("a network that trains knows one order");
    const memory = new Memory(gpu);
    try {
      const slots = await Slots.allocate(gpu, memory, { batch, slots: options.slots, orders });
      const build: Build = {
        gpu,
        memory,
        tiles: options.tiles ?? tilesFor(gpu),
        batch,
        trainable,
        seed: options.seed ?? 0,
        momentum: options.momentum ?? 0.9,
        state: slots.buffers.state,
      };
      const layers = await makeLayers(build, model.layers, slots.buffers.views, {
        dropout: options.dropout ?? true,
        orders,
      });
      const parameters = layers.flatMap((layer) => layer.parameters);
      const results = await TrainingResults.make(build, parameters, options.losses ?? 1);
      const data = { ...slots.buffers, losses: results.losses };
      const dispatches = await makePrograms(build, layers, data, orders);
      const compiler = new Compiler(gpu);
      const programs: Partial<Record<ProgramName, Program>> = {};
      for (const [name, list] of Object.entries(dispatches)) {
        programs[name as ProgramName] = await compiler.compile(list);
      }
      const stored = parameters.map(({ storedCount }) => storedCount);
      const room = Math.max(
        Math.min(READ_BACK_COUNT, Math.max(...stored)),
        data.answers.size / 4,
        results.count,
      );
      const readBacks = [
        await ReadBack.allocate(gpu, memory, "read back 1", room),
        await ReadBack.allocate(gpu, memory, "read back 2", room),
      ];
      return new GalaxyNetwork({ build, model, layers, programs, slots, results, readBacks });
    } catch (error) {
      memory.destroy();
      throw error;
    }
  }

  /** Examples of a minibatch, B. */
  get batch(): number {
    return this.#slots.batch;
  }

  /** Minibatches that are on the GPU together. */
  get slots(): number {
    return this.#slots.count;
  }

  /** Orders of its parts in which each example is answered. */
  get orders(): number {
    return this.#slots.orders;
  }

  /** Numbers in all parameters. */
  get parameterCount(): number {
    return this.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  }

  /** Its kernels with all constants: networks of the same plan add up in the same order. */
  get plan(): string {
    return JSON.stringify(
      Object.entries(this.#programs).map(([name, { dispatches }]) => [
        name,
        dispatches.map(({ kernel, constants }) => [kernel.name, constants]),
      ]),
    );
  }

  /** Sets a parameter or its velocity from the layout of files. */
  set(parameter: Parameter, what: "value" | "velocity", values: Float32Array) {
    upload(this.gpu, parameter[what]!, parameter.pack(values));
  }

  /** A parameter or its velocity in the layout of files. */
  async get(parameter: Parameter, what: "value" | "velocity"): Promise<Float32Array> {
    const stored = this.#readBack().download(parameter[what]!, parameter.storedCount);
    return parameter.unpack(await stored);
  }

  /** Sets all velocities to zero: the warm-up and the training proper each start so. */
  resetVelocities() {
    const encoder = this.gpu.device.createCommandEncoder();
    for (const { velocity } of this.parameters) encoder.clearBuffer(velocity!.buffer);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /** Says where the next minibatch stands. */
  seek(position: Position) {
    this.#slots.seek(position);
  }

  /**
   * Uploads examples to the slots from the first on and goes to the first slot, all after the work
   * submitted so far: views and labels are copied, and may change as soon as this returns.
   * @param views (examples, 2, 3, 69, 69), at most slots · B examples
   * @param labels (examples, 37), only for training
   */
  load(views: Float32Array, labels?: Float32Array) {
    this.#slots.load(views, labels);
  }

  /** Whether the network was built with a program, and that program does anything. */
  has(name: ProgramName): boolean {
    return (this.#programs[name]?.dispatches.length ?? 0) > 0;
  }

  /** Submits the minibatches of the next slots. */
  run(name: ProgramName, minibatches: number) {
    this.gpu.device.queue.submit([this.#encode([[name, minibatches]]).finish()]);
  }

  /**
   * Records runs one after the other, to be submitted later.
   * @param losses if given, the result is a look at the first so many losses and at all parameters
   */
  recordTraining(runs: readonly Run[], losses?: number): Work<Look | undefined> {
    const encoder = this.#encode(runs);
    const look = losses && this.#results.record(encoder, this.#readBack(), losses);
    const commands = encoder.finish();
    return {
      submit: () => this.gpu.device.queue.submit([commands]),
      result: async () => look ? await look() : void await this.gpu.finish(),
    };
  }

  /** The first losses, and whether all parameters are finite, after the work submitted so far. */
  async look(losses: number): Promise<Look> {
    const encoder = this.gpu.device.createCommandEncoder();
    const read = this.#results.record(encoder, this.#readBack(), losses);
    this.gpu.device.queue.submit([encoder.finish()]);
    return await read();
  }

  /**
   * Records the prediction of the first `examples` in the slots, to be submitted later; its result is
   * what `answers` gives. Two predictions may be under way at a time.
   */
  recordPrediction(examples: number): Work<Float32Array> {
    const encoder = this.#encode([["predict", Math.ceil(examples / this.batch)]]);
    const count = this.#slots.answerCount(examples);
    const readBack = this.#readBack();
    readBack.record(encoder, this.#slots.buffers.answers, count);
    const commands = encoder.finish();
    return {
      submit: () => this.gpu.device.queue.submit([commands]),
      result: async () => this.#slots.means(await readBack.read(count), examples),
    };
  }

  #encode(runs: readonly Run[]): GPUCommandEncoder {
    const encoder = this.gpu.device.createCommandEncoder({ label: this.model.name });
    const pass = encoder.beginComputePass({ label: this.model.name });
    for (const [name, minibatches] of runs) {
      const program = this.#programs[name]!;
      for (let i = 0; i < minibatches; i++) program.record(pass);
    }
    pass.end();
    return encoder;
  }

  #readBack(): ReadBack {
    this.#turn ^= 1;
    // What the other one holds has not been read yet where it is waiting.
    if (this.#readBacks[this.#turn].waiting) this.#turn ^= 1;
    return this.#readBacks[this.#turn];
  }

  /** Milliseconds of each dispatch of one minibatch. */
  profile(name: ProgramName): Promise<ProfileRow[]> {
    return profile(this.gpu, this.#programs[name]!);
  }

  /** The first `count` losses. */
  losses(count: number): Promise<Float32Array> {
    return this.#readBack().download(this.#results.losses, count);
  }

  /** Answers (examples, 37) of the first `examples` in the slots, means over the orders. */
  async answers(examples: number): Promise<Float32Array> {
    const count = this.#slots.answerCount(examples);
    const all = await this.#readBack().download(this.#slots.buffers.answers, count);
    return this.#slots.means(all, examples);
  }

  destroy() {
    this.memory.destroy();
  }
}
