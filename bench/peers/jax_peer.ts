/**
 * jax-js on WebGPU as a contender. An array belongs to whoever it was passed to; `ref` keeps a
 * share of it.
 */
import { change, transposed } from "./layouts.ts";
import { adapterName, imported, pinnedVersion, watch } from "./packages.ts";
import { type CheckReply, type Contender, serve } from "./protocol.ts";
import { EPSILON, readWorkload, TREE_DEPTH, type Workload } from "./workload.ts";

/** What is used of the package; its own types come with it, and it is not here to be checked. */
interface Tensor {
  readonly ref: Tensor;
  readonly shape: number[];
  add(other: Tensor | number): Tensor;
  sub(other: Tensor): Tensor;
  mul(other: Tensor | number): Tensor;
  div(other: Tensor): Tensor;
  reshape(shape: readonly number[]): Tensor;
  astype(type: string): Tensor;
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Jax {
  readonly numpy: {
    array(values: Float32Array): Tensor;
    matmul(a: Tensor, b: Tensor): Tensor;
    max(x: Tensor, axes: number | number[]): Tensor;
    mean(x: Tensor): Tensor;
    square(x: Tensor): Tensor;
    zeros(shape: readonly number[]): Tensor;
  };
  readonly nn: { relu(x: Tensor): Tensor };
  readonly lax: {
    conv(x: Tensor, filters: Tensor, strides: readonly number[], padding: "VALID"): Tensor;
  };
  readonly random: {
    key(seed: number): Tensor;
    bernoulli(key: Tensor, probability: number, shape: readonly number[]): Tensor;
  };
  init(device: "webgpu"): Promise<string[]>;
  defaultDevice(device: "webgpu"): void;
  getWebGPUDevice(): GPUDevice;
  jit<Arguments extends unknown[], Result>(
    body: (...given: Arguments) => Result,
  ): (...given: Arguments) => Result;
  valueAndGrad(
    loss: (parameters: Tensor[], inputs: Inputs) => Tensor,
  ): (parameters: Tensor[], inputs: Inputs) => [Tensor, Tensor[]];
  blockUntilReady(tree: unknown): Promise<unknown>;
}

const CONVOLUTIONS = ["conv1", "conv2", "conv3", "conv4"];
/** Those that pooling follows. */
const POOLED = ["conv1", "conv2", "conv4"];
const DENSE = ["dense1", "dense2", "output"];
const PARTS = 16;
const SIDE = 45;
/** Steps and runs that are under way at a time: each holds memory until it is done. */
const UNDER_WAY = 8;

/** Parameters and velocities in the order of the workload's names. */
interface State {
  parameters: Tensor[];
  velocities: Tensor[];
}
/** What a step and a run are given beside the parameters: images, labels, tree, keys of dropout. */
interface Inputs {
  readonly images: Tensor;
  readonly labels: Tensor[];
  readonly tree: Tensor[];
  readonly keys: Tensor[];
}
type Step = (
  parameters: Tensor[],
  velocities: Tensor[],
  inputs: Inputs,
) => [Tensor, Tensor[], Tensor[]];

class JaxContender implements Contender {
  readonly version = pinnedVersion("@jax-js/jax");
  readonly adapter: string;
  readonly #jax: Jax;
  readonly #workload: Workload;
  readonly #names: readonly string[];
  readonly #errors: { check(): void };
  readonly #tree: readonly Tensor[];
  readonly #labels: Tensor;
  readonly #images: Tensor;
  readonly #predicted: Tensor;
  #training?: { readonly state: State; readonly step: Step };
  #predicting?: {
    readonly parameters: Tensor[];
    readonly run: (parameters: Tensor[], inputs: Inputs) => Tensor;
  };
  #seed = 1;

  constructor(jax: Jax, workload: Workload) {
    const device = jax.getWebGPUDevice();
    this.adapter = adapterName(device);
    this.#jax = jax;
    this.#workload = workload;
    this.#names = [...workload.parameters.keys()];
    this.#errors = watch(device);
    const { batch, predictBatch, labels, tree: { block, parent, root } } = workload;
    const square = [root.length, root.length];
    this.#tree = [
      this.#put(block, square),
      this.#put(parent, square),
      this.#put(root, [root.length]),
    ];
    this.#labels = this.#put(labels.subarray(0, batch * root.length), [batch, root.length]);
    this.#images = this.#parts(batch);
    this.#predicted = this.#parts(predictBatch);
  }

  async check(): Promise<CheckReply> {
    const answers = Array.from(await this.predict(1));
    const step = this.#step();
    const state = this.#state();
    const losses: number[] = [], changes: Record<string, number> = {};
    for (let updates = 0; updates < 3; updates++) {
      if (updates === 2) {
        for (const [k, name] of this.#names.entries()) {
          changes[name] = change(this.#laidOut(name).values, await state.parameters[k].ref.data());
        }
      }
      losses.push(await this.#advance(state, step, 1, false));
    }
    for (const tensor of [...state.parameters, ...state.velocities]) tensor.dispose();
    return { answers, losses, changes };
  }

  async train(steps: number): Promise<number> {
    const { state, step } = this.#training ??= { state: this.#state(), step: this.#step() };
    return await this.#advance(state, step, steps, true);
  }

  async predict(runs: number): Promise<Float32Array> {
    const { parameters, run } = this.#predicting ??= {
      parameters: this.#parameters(),
      run: this.#jax.jit((parameters, inputs) => this.#answers(parameters, inputs)),
    };
    const inputs = { images: this.#predicted, labels: [], tree: [...this.#tree], keys: [] };
    const answers: Tensor[] = [];
    for (let done = 0; done < runs; done++) {
      answers.push(run(shares(parameters), sharesOf(inputs)));
      if (answers.length < UNDER_WAY && done + 1 < runs) continue;
      // Nothing is computed that nobody waits for.
      await this.#jax.blockUntilReady(answers);
      for (const earlier of answers.splice(0, answers.length - 1)) earlier.dispose();
    }
    const values = await answers[0].data();
    this.#errors.check();
    return values;
  }

  /** Changes `state` by some steps. Returns the last loss when all is done. */
  async #advance(state: State, step: Step, steps: number, dropout: boolean): Promise<number> {
    const { random, blockUntilReady } = this.#jax;
    let loss: Tensor;
    for (let done = 1; done <= steps; done++) {
      const keys = dropout ? Array.from(DENSE, () => random.key(this.#seed++)) : [];
      const inputs = { images: this.#images, labels: [this.#labels], tree: [...this.#tree] };
      [loss, state.parameters, state.velocities] = step(
        state.parameters,
        state.velocities,
        { ...sharesOf({ ...inputs, keys: [] }), keys },
      );
      if (done % UNDER_WAY === 0 || done === steps) await blockUntilReady(state);
      if (done < steps) loss.dispose();
    }
    const [value] = await loss!.data();
    this.#errors.check();
    return value;
  }

  /** Nesterov momentum as docs/network.md §9 has it. */
  #step(): Step {
    const { numpy, jit, valueAndGrad } = this.#jax;
    const { learningRate, momentum } = this.#workload;
    const loss = (parameters: Tensor[], { labels, ...inputs }: Inputs) => {
      const answers = this.#answers(parameters, { ...inputs, labels: [] });
      return numpy.mean(numpy.square(answers.sub(labels[0])));
    };
    return jit((parameters, velocities, inputs) => {
      const [value, gradients] = valueAndGrad(loss)(shares(parameters), inputs);
      const updated: State = { parameters: [], velocities: [] };
      gradients.forEach((gradient, k) => {
        const change = gradient.mul(-learningRate);
        const velocity = velocities[k].mul(momentum).add(change.ref);
        updated.velocities.push(velocity.ref);
        updated.parameters.push(parameters[k].add(velocity.mul(momentum)).add(change));
      });
      return [value, updated.parameters, updated.velocities];
    });
  }

  /** images (examples · 16, 3, 45, 45) → (examples, 37); with dropout where there are keys. */
  #answers(parameters: Tensor[], { images, tree, keys }: Inputs): Tensor {
    const { numpy, nn, lax, random } = this.#jax;
    const get = (name: string) => parameters[this.#names.indexOf(name)];
    const examples = images.shape[0] / PARTS;
    let x = images;
    for (const name of CONVOLUTIONS) {
      x = lax.conv(x, get(`${name}.weight`), [1, 1], "VALID");
      x = nn.relu(x.add(get(`${name}.bias`)));
      if (!POOLED.includes(name)) continue;
      const [maps, channels, side] = x.shape;
      x = numpy.max(x.reshape([maps, channels, side / 2, 2, side / 2, 2]), [3, 5]);
    }
    x = x.reshape([examples, -1]);
    DENSE.forEach((name, k) => {
      if (keys.length) {
        const kept = random.bernoulli(keys[k], 0.5, x.shape);
        x = x.mul(kept.astype("float32")).mul(2);
      }
      x = numpy.matmul(x, get(`${name}.weight`)).add(get(`${name}.bias`));
      if (name !== "output") x = numpy.max(x.reshape([examples, x.shape[1] / 2, 2]), 2);
    });
    const [block, parent, root] = tree;
    const r = nn.relu(x);
    const a = r.ref.div(numpy.matmul(r, block).add(EPSILON));
    let y = a.ref;
    for (let level = 0; level < TREE_DEPTH; level++) {
      y = a.ref.mul(numpy.matmul(y, parent.ref).add(root.ref));
    }
    for (const unused of [a, parent, root]) unused.dispose();
    return y;
  }

  #put(values: Float32Array, shape: readonly number[]): Tensor {
    return this.#jax.numpy.array(values).reshape(shape);
  }

  #parts(examples: number): Tensor {
    const shape = [examples * PARTS, 3, SIDE, SIDE];
    const count = shape.reduce((product, size) => product * size);
    return this.#put(this.#workload.parts.subarray(0, count), shape);
  }

  #state(): State {
    const velocities = this.#names.map((name) => this.#jax.numpy.zeros(this.#laidOut(name).shape));
    return { parameters: this.#parameters(), velocities };
  }

  #parameters(): Tensor[] {
    return this.#names.map((name) => {
      const { values, shape } = this.#laidOut(name);
      return this.#put(values, shape);
    });
  }

  /** Weights of dense layers as (in, out), the rest as in files. */
  #laidOut(name: string): { values: Float32Array; shape: readonly number[] } {
    const { data, shape } = this.#workload.parameters.get(name)!;
    const [out, inputs] = shape;
    if (shape.length !== 2) return { values: data, shape };
    return { values: transposed(data, out, inputs), shape: [inputs, out] };
  }
}

/** Shares for someone who takes what they are given. */
function shares(tensors: readonly Tensor[]): Tensor[] {
  return tensors.map((tensor) => tensor.ref);
}

function sharesOf({ images, labels, tree, keys }: Inputs): Inputs {
  return { images: images.ref, labels: shares(labels), tree: shares(tree), keys: shares(keys) };
}

await serve(async (path) => {
  const jax = await imported<Jax>("@jax-js/jax");
  if (!(await jax.init("webgpu")).includes("webgpu")) {
    throw new Error("its backend webgpu does not start");
  }
  jax.defaultDevice("webgpu");
  return new JaxContender(jax, await readWorkload(path));
});
