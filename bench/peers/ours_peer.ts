/** Ours as a contender: the networks that training and prediction use. */
import type { ProgramName } from "../../lib/galaxy/assembly.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { type Gpu, openGpu } from "../../lib/gpu/device.ts";
import { change } from "./layouts.ts";
import { contestModel } from "./make_workload.ts";
import { adapterName } from "./packages.ts";
import { type CheckReply, type Contender, serve } from "./protocol.ts";
import { readWorkload, type Workload } from "./workload.ts";

/** Minibatches of a submission, where their views are not too large. */
const SLOTS = { gpu: 64, software: 4 };
const MOST_VIEWS = 2048;

class Ours implements Contender {
  readonly version = `Deno ${Deno.version.deno}`;
  readonly adapter: string;
  readonly #gpu: Gpu;
  readonly #workload: Workload;
  #training?: GalaxyNetwork;
  #predicting?: GalaxyNetwork;
  /** Updates of `#training` so far: dropout draws its masks from it. */
  #steps = 0;

  constructor(gpu: Gpu, workload: Workload) {
    this.#gpu = gpu;
    this.#workload = workload;
    this.adapter = adapterName(gpu.device);
  }

  async check(): Promise<CheckReply> {
    const answers = Array.from(await this.predict(1));
    const network = await this.#network({ trainable: true, dropout: false });
    try {
      const losses: number[] = [], changes: Record<string, number> = {};
      for (let updates = 0; updates < 3; updates++) {
        if (updates === 2) {
          for (const parameter of network.parameters) {
            const { data } = this.#workload.parameters.get(parameter.name)!;
            changes[parameter.name] = change(data, await network.get(parameter, "value"));
          }
        }
        this.#submit(network, "train", 1);
        losses.push(...await network.losses(1));
      }
      return { answers, losses, changes };
    } finally {
      network.destroy();
    }
  }

  async train(steps: number): Promise<number> {
    const network = this.#training ??= await this.#network({ trainable: true, dropout: true });
    let group = 0;
    for (let done = 0; done < steps; done += group) {
      group = Math.min(network.slots, steps - done);
      network.seek({ step: this.#steps + done });
      this.#submit(network, "train", group);
    }
    this.#steps += steps;
    return (await network.losses(group)).at(-1)!;
  }

  async predict(runs: number): Promise<Float32Array> {
    const network = this.#predicting ??= await this.#network({ trainable: false, dropout: false });
    for (let done = 0; done < runs; done += network.slots) {
      this.#submit(network, "predict", Math.min(network.slots, runs - done));
    }
    return await network.answers(network.batch);
  }

  /** With the workload's parameters, and its first minibatch in every slot. */
  async #network(options: { trainable: boolean; dropout: boolean }): Promise<GalaxyNetwork> {
    const { width, batch, predictBatch, learningRate, momentum, parameters, views, labels } =
      this.#workload;
    const examples = options.trainable ? batch : predictBatch;
    const most = this.#gpu.software ? SLOTS.software : SLOTS.gpu;
    const slots = Math.max(1, Math.min(most, Math.floor(MOST_VIEWS / examples)));
    const network = await GalaxyNetwork.build(this.#gpu, contestModel(width), {
      ...options,
      batch: examples,
      slots,
      losses: slots,
      momentum,
    });
    for (const parameter of network.parameters) {
      network.set(parameter, "value", parameters.get(parameter.name)!.data);
    }
    const minibatch = (values: Float32Array) => {
      const size = examples * values.length / Math.max(batch, predictBatch);
      const copies = new Float32Array(network.slots * size);
      for (let slot = 0; slot < network.slots; slot++) {
        copies.set(values.subarray(0, size), slot * size);
      }
      return copies;
    };
    network.load(minibatch(views), minibatch(labels));
    network.seek({ step: 0, learningRate });
    return network;
  }

  #submit(network: GalaxyNetwork, program: ProgramName, minibatches: number) {
    network.seek({ slot: 0, minibatch: 0 });
    network.run(program, minibatches);
  }
}

await serve(async (path) => new Ours(await openGpu(), await readWorkload(path)));
