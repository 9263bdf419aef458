/** TensorFlow.js on WebGPU as a contender. Its convolutions want the channels innermost. */
import { change, swapped, transposed } from "./layouts.ts";
import { adapterName, imported, watch } from "./packages.ts";
import { type CheckReply, type Contender, serve } from "./protocol.ts";
import { EPSILON, readWorkload, TREE_DEPTH, type Workload } from "./workload.ts";

/** What is used of the package; its own types come with it, and it is not here to be checked. */
interface Tensor {
  readonly shape: number[];
  data(): Promise<Float32Array>;
  dispose(): void;
}
interface Optimizer {
  minimize(loss: () => Tensor, returnCost: true): Tensor;
}
interface TensorFlow {
  readonly version: { readonly tfjs: string };
  readonly train: {
    momentum(learningRate: number, momentum: number, nesterov: boolean): Optimizer;
  };
  setBackend(name: string): Promise<boolean>;
  backend(): { readonly device: GPUDevice };
  tensor(values: Float32Array, shape: readonly number[]): Tensor;
  variable(initial: Tensor): Tensor;
  tidy<T>(body: () => T): T;
  add(a: Tensor, b: Tensor | number): Tensor;
  sub(a: Tensor, b: Tensor): Tensor;
  mul(a: Tensor, b: Tensor): Tensor;
  div(a: Tensor, b: Tensor): Tensor;
  maximum(a: Tensor, b: Tensor): Tensor;
  square(x: Tensor): Tensor;
  mean(x: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  matMul(a: Tensor, b: Tensor): Tensor;
  conv2d(x: Tensor, filter: Tensor, strides: number, pad: "valid"): Tensor;
  maxPool(x: Tensor, size: number, strides: number, pad: "valid"): Tensor;
  dropout(x: Tensor, rate: number, noiseShape: undefined, seed: number): Tensor;
  reshape(x: Tensor, shape: readonly number[]): Tensor;
  concat(xs: readonly Tensor[], axis: number): Tensor;
  slice(x: Tensor, begin: readonly number[], size: readonly number[]): Tensor;
}

/** Stages that pooling follows. */
const POOLED = ["conv1", "conv2", "conv4"];
const PARTS = 16;
const SIDE = 45;
/**
 * llvmpipe ends every loop of a kernel after 65,535 rounds. The gradient of a filter is one loop over
 * maps and positions, 40 × 40 of them in the first stage: two examples at a time stay below.
 */
const LLVMPIPE_EXAMPLES = 2;

type Parameters = ReadonlyMap<string, Tensor>;

class TensorFlowContender implements Contender {
  readonly version: string;
  readonly adapter: string;
  readonly remark?: string;
  readonly #tf: TensorFlow;
  readonly #workload: Workload;
  readonly #errors: { check(): void };
  /** Examples that go through the convolutions together in training. */
  readonly #together: number;
  readonly #tree: { block: Tensor; parent: Tensor; root: Tensor };
  readonly #labels: Tensor;
  readonly #images: Tensor;
  readonly #predicted: Tensor;
  #training?: () => Tensor;
  #predicting?: Parameters;
  #seed = 1;

  constructor(tf: TensorFlow, workload: Workload) {
    const { device } = tf.backend();
    this.version = tf.version.tfjs;
    this.adapter = adapterName(device);
    this.#together = Infinity;
    if (this.adapter.includes("llvmpipe")) {
      this.#together = LLVMPIPE_EXAMPLES;
      this.remark =
        `trains its convolutions on ${LLVMPIPE_EXAMPLES} images at a time: with more, ` +
        "llvmpipe ends the loops of its gradients early";
    }
    this.#tf = tf;
    this.#workload = workload;
    this.#errors = watch(device);
    const { batch, predictBatch, labels, tree: { block, parent, root } } = workload;
    this.#labels = tf.tensor(labels.subarray(0, batch * root.length), [batch, root.length]);
    this.#images = this.#parts(batch);
    this.#predicted = batch === predictBatch ? this.#images : this.#parts(predictBatch);
    const square = [root.length, root.length];
    this.#tree = {
      block: tf.tensor(block, square),
      parent: tf.tensor(parent, square),
      root: tf.tensor(root, [root.length]),
    };
  }

  async check(): Promise<CheckReply> {
    const tf = this.#tf;
    const answers = Array.from(await this.predict(1));
    const parameters = this.#parameters();
    const step = this.#trainer(parameters, false);
    const losses = [await this.#read(step()), await this.#read(step())];
    const changes: Record<string, number> = {};
    for (const [name, variable] of parameters) {
      changes[name] = change(this.#laidOut(name).values, await variable.data());
    }
    // A third step takes a minute on a software adapter, and its loss needs only a part of it.
    losses.push(await this.#read(tf.tidy(() => this.#loss(parameters, false))));
    return { answers, losses, changes };
  }

  async train(steps: number): Promise<number> {
    const step = this.#training ??= this.#trainer(this.#parameters(), true);
    for (let done = 1; done < steps; done++) step().dispose();
    return await this.#read(step());
  }

  async predict(runs: number): Promise<Float32Array> {
    const tf = this.#tf;
    const parameters = this.#predicting ??= this.#parameters();
    const run = () =>
      tf.tidy(() => {
        const features = this.#features(parameters, this.#predicted);
        return this.#answers(parameters, features, false);
      });
    for (let done = 1; done < runs; done++) run().dispose();
    const answers = run();
    const values = await answers.data();
    answers.dispose();
    this.#errors.check();
    return values;
  }

  /** A function that does one step and returns its loss, still on the adapter. */
  #trainer(parameters: Parameters, dropout: boolean): () => Tensor {
    const { learningRate, momentum } = this.#workload;
    const optimizer = this.#tf.train.momentum(learningRate, momentum, true);
    return () => optimizer.minimize(() => this.#loss(parameters, dropout), true);
  }

  #loss(parameters: Parameters, dropout: boolean): Tensor {
    const tf = this.#tf;
    const examples = this.#workload.batch;
    const features: Tensor[] = [];
    for (let first = 0; first < examples; first += this.#together) {
      const count = Math.min(this.#together, examples - first);
      const [begin, size] = [first, count].map((k) => [k * PARTS, 0, 0, 0]);
      const images = tf.slice(this.#images, begin, [size[0], SIDE, SIDE, 3]);
      features.push(this.#features(parameters, images));
    }
    const answers = this.#answers(parameters, tf.concat(features, 0), dropout);
    return tf.mean(tf.square(tf.sub(answers, this.#labels)));
  }

  async #read(loss: Tensor): Promise<number> {
    const [value] = await loss.data();
    loss.dispose();
    this.#errors.check();
    return value;
  }

  /** Images (examples · 16, 45, 45, 3) → (examples, 16 · features) */
  #features(parameters: Parameters, images: Tensor): Tensor {
    const tf = this.#tf;
    let x = images;
    for (const name of ["conv1", "conv2", "conv3", "conv4"]) {
      const y = tf.conv2d(x, parameters.get(`${name}.weight`)!, 1, "valid");
      x = tf.relu(tf.add(y, parameters.get(`${name}.bias`)!));
      if (POOLED.includes(name)) x = tf.maxPool(x, 2, 2, "valid");
    }
    return tf.reshape(x, [images.shape[0] / PARTS, -1]);
  }

  /** (examples, 16 · features) → (examples, 37) */
  #answers(parameters: Parameters, features: Tensor, dropout: boolean): Tensor {
    const tf = this.#tf;
    const get = (name: string) => parameters.get(name)!;
    let x = features;
    for (const name of ["dense1", "dense2", "output"]) {
      const input = dropout ? tf.dropout(x, 0.5, undefined, this.#seed++) : x;
      x = tf.add(tf.matMul(input, get(`${name}.weight`)), get(`${name}.bias`));
      if (name !== "output") x = this.#maxout(x);
    }
    const { block, parent, root } = this.#tree;
    const r = tf.relu(x);
    const a = tf.div(r, tf.add(tf.matMul(r, block), EPSILON));
    let y = a;
    for (let level = 0; level < TREE_DEPTH; level++) {
      y = tf.mul(a, tf.add(tf.matMul(y, parent), root));
    }
    return y;
  }

  #maxout(x: Tensor): Tensor {
    const tf = this.#tf;
    const [examples, units] = [x.shape[0], x.shape[1] / 2];
    const pairs = tf.reshape(x, [examples, units, 2]);
    const of = (k: number) => tf.slice(pairs, [0, 0, k], [examples, units, 1]);
    return tf.reshape(tf.maximum(of(0), of(1)), [examples, units]);
  }

  #parts(examples: number): Tensor {
    const maps = examples * PARTS;
    const count = maps * SIDE * SIDE * 3;
    const values = swapped(this.#workload.parts.subarray(0, count), [maps, 3, SIDE * SIDE, 1]);
    return this.#tf.tensor(values, [maps, SIDE, SIDE, 3]);
  }

  #parameters(): Parameters {
    const tf = this.#tf;
    return new Map([...this.#workload.parameters.keys()].map((name) => {
      const { values, shape } = this.#laidOut(name);
      const initial = tf.tensor(values, shape);
      const variable = tf.variable(initial);
      initial.dispose();
      return [name, variable];
    }));
  }

  #laidOut(name: string): { values: Float32Array; shape: readonly number[] } {
    const { parameters } = this.#workload;
    const { data, shape } = parameters.get(name)!;
    const [out, inputs, size] = shape;
    switch (shape.length) {
      case 4: { // (out, in, size, size) → (size, size, in, out)
        const pixelsFirst = swapped(data, [out, inputs, size * size, 1]);
        const values = transposed(pixelsFirst, out, inputs * size ** 2);
        return { values, shape: [size, size, inputs, out] };
      }
      case 3: // (out, side, side) → (side, side, out)
        return { values: transposed(data, out, inputs * size), shape: [inputs, size, out] };
      case 2: { // (out, in) → (in, out)
        const [channels, side] = parameters.get("conv4.bias")!.shape;
        // What comes out of the convolutions has the channels innermost.
        const ordered = name === "dense1.weight"
          ? swapped(data, [out * PARTS, channels, (side / 2) ** 2, 1])
          : data;
        return { values: transposed(ordered, out, inputs), shape: [inputs, out] };
      }
      default:
        return { values: data, shape };
    }
  }
}

await serve(async (path) => {
  const tf = await imported<TensorFlow>("@tensorflow/tfjs");
  await imported("@tensorflow/tfjs-backend-webgpu");
  if (!await tf.setBackend("webgpu")) throw new Error("its backend webgpu does not start");
  return new TensorFlowContender(tf, await readWorkload(path));
});
