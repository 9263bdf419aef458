/** A network that is made to be looked into: one galaxy goes through it, and what is inside is read. */
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { PARTS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS, NO_AUGMENTATION } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import { download } from "../gpu/memory.ts";
import { buildTrained } from "../library/parameters.ts";
import { viewsOf } from "../library/pixels.ts";
import type { Layer, Tensor } from "../nn/layer.ts";
import type { Trained } from "../runs/trained.ts";
import { type FeatureMaps, mapsOfPart } from "./maps.ts";
import { type Winners, winnersOf } from "./winners.ts";

/** Examples that go through together: the galaxy is the first, and the others may be its variations. */
export const PROBE_BATCH = 16;

/** A layer before the merging: each part has feature maps of its own. */
export interface MappedLayer {
  readonly label: string;
  readonly maps: number;
  readonly side: number;
}

/** What one galaxy leaves in a network. */
export interface Traces {
  /** The 37 fractions. */
  readonly answers: Float32Array;
  /** Of each layer before the merging, (stored, side, side, parts) numbers. */
  readonly parts: readonly Float32Array[];
  /** Of each maxout layer. */
  readonly winners: readonly Winners[];
}

/** One network and its parameters, with everything that can be read of it. */
export class Probe {
  readonly network: GalaxyNetwork;
  readonly #mapped: readonly Layer[];
  readonly #merged: readonly Layer[];

  private constructor(network: GalaxyNetwork) {
    this.network = network;
    const merging = network.layers.findIndex(({ label }) => label === "merge");
    this.#mapped = network.layers.slice(0, merging);
    this.#merged = network.layers.slice(merging);
  }

  /**
   * Builds the network on a GPU.
   * @throws UserError when the parameters are not those of the model; AdapterLimitError or
   * OutOfMemoryError when the adapter does not suffice
   */
  static async build(gpu: Gpu, trained: Trained): Promise<Probe> {
    const options = { batch: PROBE_BATCH, trainable: false, slots: 1 } as const;
    return new Probe(await buildTrained(gpu, trained, options));
  }

  /** The layers that have feature maps, in order; the first is the parts themselves. */
  get mapped(): MappedLayer[] {
    return this.#mapped.map(({ label, output: { channels, height } }) => ({
      label,
      maps: channels,
      side: height,
    }));
  }

  /** Sends a picture (424, 424, 3) through, upright, and reads what it leaves. */
  async look(pixels: Uint8Array): Promise<Traces> {
    const { network } = this;
    const views = new Float32Array(PROBE_BATCH * IMAGE_FLOATS);
    views.set(viewsOf(pixels, [NO_AUGMENTATION], undefined));
    network.load(views);
    network.run("predict", 1);
    const answers = (await network.answers(1)).slice(0, ANSWER_COUNT);
    const parts: Float32Array[] = [];
    for (const { output } of this.#mapped) parts.push(firstExample(await this.#read(output)));
    const winners: Winners[] = [];
    for (const { linear, label } of this.#merged) {
      if (linear) winners.push(winnersOf(label, await this.#read(linear), linear));
    }
    return { answers, parts, winners };
  }

  /** The maps of a layer for one part, of what `look` has read. */
  mapsOf(traces: Traces, layer: number, part: number): FeatureMaps {
    const { channels, height } = this.#mapped[layer].output;
    return mapsOfPart(traces.parts[layer], { maps: channels, side: height }, part);
  }

  #read({ value }: Tensor): Promise<Float32Array> {
    return download(this.network.gpu, value);
  }

  /** Frees the network's memory; the GPU stays open. */
  close() {
    this.network.destroy();
  }
}

/** From (…, parts · B) to (…, parts) of the first example. */
function firstExample(all: Float32Array): Float32Array {
  const rows = all.length / (PARTS * PROBE_BATCH);
  return Float32Array.from(
    { length: rows * PARTS },
    (_, at) => all[at * PROBE_BATCH],
  );
}
