/** Comparing a whole network with a golden file: activations, losses, gradients, updates. */
import { type Deviation, type Tolerance, worstDeviation } from "../compare.ts";
import { UserError } from "../errors.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import type { ProgramName } from "../galaxy/assembly.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import type { Gpu } from "../gpu/device.ts";
import { download } from "../gpu/memory.ts";
import type { Parameter, Tensor } from "../nn/layer.ts";
import { GoldenFile } from "./golden_file.ts";

export interface GoldenRow extends Deviation {
  /** Name in the golden file. */
  readonly tensor: string;
  /** What a reader should know about the comparison. */
  readonly note?: string;
}

/** What float32 arithmetic should reach. */
const ACTIVATIONS: Tolerance = { absolute: 1e-5, relative: 1e-4 };
const GRADIENTS: Tolerance = { absolute: 1e-6, relative: 1e-3 };
/**
 * Linear units closer than this are a tie: after an update, the rounding of the gradients before it
 * moves them by about as much.
 */
const TIE = 3e-5;

/**
 * Compares the network that a golden file describes with the file, tensor by tensor.
 * @throws UserError when the file is no golden file, or lacks a tensor
 */
export async function compareWithGolden(gpu: Gpu, path: string): Promise<GoldenRow[]> {
  const golden = new GoldenFile(path, await readSafetensors(path));
  const network = await GalaxyNetwork.build(gpu, golden.model(), {
    batch: golden.integer("batch"),
    trainable: true,
    slots: 1,
    losses: Math.max(1, golden.integer("steps", 0)),
    momentum: golden.number("momentum"),
    dropout: false,
  });
  try {
    return await new Comparison(network, golden).run();
  } finally {
    network.destroy();
  }
}

class Comparison {
  readonly #rows: GoldenRow[] = [];

  constructor(readonly network: GalaxyNetwork, readonly golden: GoldenFile) {}

  async run(): Promise<GoldenRow[]> {
    const { network, golden } = this;
    const view1 = golden.tensor("view1"), view2 = golden.tensor("view2");
    network.load(interleave(view1, view2, network.batch), golden.tensor("target"));
    await this.#activations();
    await this.#gradients("train", "");
    await this.#gradients("warmUp", "warmup.");
    await this.#training();
    return this.#rows;
  }

  #compare(tensor: string, actual: Float32Array, tolerance: Tolerance) {
    this.#rows.push(this.#row(tensor, actual, tolerance));
  }

  #row(tensor: string, actual: Float32Array, tolerance: Tolerance): GoldenRow {
    const expected = this.golden.tensor(tensor);
    if (actual.length !== expected.length) {
      throw new UserError(
        `${this.golden.path}: ${tensor} has ${expected.length} values, the network ${actual.length}`,
      );
    }
    return { tensor, ...worstDeviation(actual, expected, tolerance) };
  }

  /** Fresh parameters, no velocities, the first slot and loss. */
  #reset(learningRate: number) {
    const { network, golden } = this;
    for (const parameter of network.parameters) {
      const values = golden.tensor(`param.${parameter.name}`);
      network.set(parameter, "value", values);
    }
    network.resetVelocities();
    network.seek({ slot: 0, minibatch: 0, step: 0, learningRate });
  }

  async #activations() {
    const { network, golden } = this;
    this.#reset(0);
    network.run("predict", 1);
    const outputs = new Map(network.layers.map(({ label, output }) => [label, output]));
    const compare = async (name: string, tensor: Tensor) =>
      this.#compare(name, await examplesFirst(network, tensor), ACTIVATIONS);
    await compare("act.parts", outputs.get("parts")!);
    for (let n = 1; n <= 4; n++) {
      const stage = outputs.get(`conv${n} pool`) ?? outputs.get(`conv${n}`)!;
      await compare(`act.stage${n}`, stage);
    }
    await compare("act.merged", outputs.get("merge")!);
    await compare("act.hidden", network.layers.at(-2)!.output);
    await compare("raw", outputs.get("output")!);
    const examples = golden.integer("batch");
    this.#compare("prediction", await network.answers(examples), ACTIVATIONS);
  }

  /** With zero velocities and learning rate 1, one update makes every velocity minus a gradient. */
  async #gradients(program: ProgramName, prefix: string) {
    const { network } = this;
    this.#reset(1);
    network.run(program, 1);
    this.#compare(`${prefix}loss`, await network.losses(1), ACTIVATIONS);
    for (const parameter of network.parameters) {
      const velocity = await network.get(parameter, "velocity");
      const gradient = velocity.map((value) => -value);
      this.#compare(`${prefix}grad.${parameter.name}`, gradient, GRADIENTS);
    }
  }

  /**
   * The updates of the file. Where the two linear units of a maxout are closer than float32 can
   * tell, rounding decides which of them learns, and all later updates follow; the other side of
   * such ties is then compared too, since it is as right as the first.
   */
  async #training() {
    const plain = await this.#train(false);
    const rows = plain.every(({ excess }) => excess <= 1) ? plain : await this.#train(true);
    this.#rows.push(...rows);
  }

  async #train(turnTies: boolean): Promise<GoldenRow[]> {
    const { network, golden } = this;
    const steps = golden.integer("steps", 0);
    const ties: string[] = [];
    this.#reset(golden.number("lr"));
    for (let step = 0; step < steps; step++) {
      const turned = turnTies ? await this.#ties(step) : [];
      for (const { bias, unit, raise } of turned) await this.#raise(bias, unit, raise);
      network.seek({ slot: 0, minibatch: step });
      network.run("train", 1);
      if (network.has("constrain")) network.run("constrain", 1);
      for (const { bias, unit, raise } of turned) await this.#raise(bias, unit, -raise);
      ties.push(...turned.map(({ text }) => text));
    }
    const note = ties.length ? { note: ties.join("; ") } : {};
    const rows = [this.#row("trained.losses", await network.losses(steps), ACTIVATIONS)];
    for (const parameter of network.parameters) {
      const values = await network.get(parameter, "value");
      rows.push({ ...this.#row(`trained.${parameter.name}`, values, ACTIVATIONS), ...note });
    }
    return rows;
  }

  /** The ties before an update, and what to add to a bias for one update to turn them. */
  async #ties(step: number): Promise<Tie[]> {
    const { network } = this;
    network.seek({ slot: 0 });
    network.run("predict", 1);
    const ties: Tie[] = [];
    for (const { linear } of network.layers) {
      if (!linear) continue;
      const { label, value, channels, n } = linear;
      const bias = network.parameters.find(({ name }) => name === `${label}.bias`)!;
      const values = await download(network.gpu, value, channels * n);
      for (let at = 0; at < values.length; at++) {
        const unit = Math.floor(at / n);
        const gap = values[at] - values[at + n];
        if (unit % 2 || Math.abs(gap) > TIE) continue;
        ties.push({
          bias,
          unit: gap > 0 ? unit + 1 : unit,
          raise: Math.abs(gap) + TIE / 10,
          text: `tie in float32 before update ${step + 1}: units ${unit} and ${unit + 1} of ` +
            `${label} differ by ${Math.abs(gap).toExponential(1)} in example ${at % n}`,
        });
      }
    }
    return ties;
  }

  async #raise(bias: Parameter, unit: number, raise: number) {
    const values = await this.network.get(bias, "value");
    values[unit] += raise;
    this.network.set(bias, "value", values);
  }
}

interface Tie {
  readonly bias: Parameter;
  readonly unit: number;
  readonly raise: number;
  readonly text: string;
}

/** (B, 3, 69, 69) twice → (B, 2, 3, 69, 69). */
function interleave(view1: Float32Array, view2: Float32Array, batch: number): Float32Array {
  const size = view1.length / batch;
  const views = new Float32Array(2 * view1.length);
  for (let b = 0; b < batch; b++) {
    views.set(view1.subarray(b * size, (b + 1) * size), 2 * b * size);
    views.set(view2.subarray(b * size, (b + 1) * size), (2 * b + 1) * size);
  }
  return views;
}

/** A tensor's value as (n, channels, height, width), without the padding. */
async function examplesFirst(network: GalaxyNetwork, tensor: Tensor): Promise<Float32Array> {
  const { channels, height, width, n } = tensor;
  const features = channels * height * width;
  const values = await download(network.gpu, tensor.value, features * n);
  const result = new Float32Array(features * n);
  for (let f = 0; f < features; f++) {
    for (let i = 0; i < n; i++) result[i * features + f] = values[f * n + i];
  }
  return result;
}
