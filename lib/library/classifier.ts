/** Predictions for pixels. */
import { AnswerQueue } from "../galaxy/answers.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { ORDERS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import {
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  type Preparation,
} from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import { seenTransforms } from "../predict/averaging.ts";
import type { Answer, Prediction } from "./prediction.ts";
import { LookMeans } from "./look_means.ts";
import { imageAt, imagesIn, viewsOf } from "./pixels.ts";
import { setParameters, type Trained } from "./trained.ts";

export type { Answer, Prediction };

/** How galaxies are classified. */
export interface ClassifierOptions {
  /**
   * 60 (the default) averages over three zooms, ten rotations and flips, as the paper does
   * (docs/augmentation.md §10), for the work of 15 passes; 1 looks once.
   */
  readonly transforms?: 60 | 1;
  /**
   * Looks that go through the network together; 16 by default, or 4 with one transform. A large GPU is
   * faster with 128, if there are as many.
   */
  readonly batch?: number;
}

/** A network with parameters, ready to classify images. */
export class Classifier {
  readonly #network: GalaxyNetwork;
  /** Indices into the sixty transforms, of those that the network sees. */
  readonly #seen: Uint8Array | undefined;

  private constructor(network: GalaxyNetwork, seen: Uint8Array | undefined) {
    this.#network = network;
    this.#seen = seen;
  }

  /**
   * Builds the network on a GPU.
   * @throws UserError when the parameters are not those of the model; AdapterLimitError or
   * OutOfMemoryError when the adapter does not suffice
   */
  static async build(
    gpu: Gpu,
    trained: Trained,
    { transforms = 60, batch = transforms === 60 ? 16 : 4 }: ClassifierOptions = {},
  ): Promise<Classifier> {
    // A flip and half a turn only put the sixteen parts into another order.
    const orders = transforms === 60 ? ORDERS : 1;
    const options = { batch, trainable: false, slots: 1, orders } as const;
    const network = await GalaxyNetwork.build(gpu, trained.model, options);
    try {
      setParameters(network, trained);
    } catch (error) {
      network.destroy();
      throw error;
    }
    return new Classifier(network, transforms === 60 ? seenTransforms(orders) : undefined);
  }

  /**
   * Classifies images; one call at a time.
   * @param pixels one or more images of 424 × 424 pixels, one after the other: (images, row, column, RGB)
   * bytes, `images · 539328` of them
   * @param preparations centre and scale of the galaxy in each image, for models that centre
   * (docs/augmentation.md §8), and only for these
   * @returns the predictions of each image
   * @throws RangeError when these are no whole images; UserError when preparations are missing or too
   * many; DeviceLostError when the GPU is lost
   */
  async classify(
    pixels: Uint8Array,
    preparations?: readonly Preparation[],
  ): Promise<Prediction[]> {
    const network = this.#network;
    const images = imagesIn(pixels, network.model, preparations);
    const looks = this.#seen
      ? Array.from(this.#seen, (index) => FIXED_AUGMENTATIONS[index])
      : [NO_AUGMENTATION];
    const means = Array.from({ length: images }, () => new LookMeans());
    let taken = 0;
    const queue = new AnswerQueue(network, (predicted) => {
      for (let from = 0; from < predicted.length; from += ANSWER_COUNT, taken++) {
        means[Math.floor(taken / looks.length)].add(predicted.subarray(from, from + ANSWER_COUNT));
      }
    });
    let waiting = new Float32Array(0);
    for (let image = 0; image < images; image++) {
      const views = viewsOf(imageAt(pixels, image), looks, preparations?.[image]);
      waiting = joined(waiting, views);
      const whole = queue.most * IMAGE_FLOATS;
      for (; waiting.length >= whole; waiting = waiting.slice(whole)) {
        await queue.add(waiting.subarray(0, whole));
      }
    }
    if (waiting.length > 0) await queue.add(waiting);
    await queue.finish();
    return means.map((mean) => mean.prediction());
  }

  /** Frees the network's memory; the GPU stays open. */
  close(): void {
    this.#network.destroy();
  }
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
