/** Predictions for pixels. */
import { AnswerQueue } from "../galaxy/answers.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS, type Preparation } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import type { Answer, Prediction } from "./prediction.ts";
import { LookMeans } from "./look_means.ts";
import { imageAt, imagesIn, type Look, looksOf, ordersOf, viewsOf } from "./pixels.ts";
import { buildTrained } from "./parameters.ts";
import type { Trained } from "./trained.ts";

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
  readonly #looks: readonly Look[];

  private constructor(network: GalaxyNetwork, looks: readonly Look[]) {
    this.#network = network;
    this.#looks = looks;
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
    const orders = ordersOf(transforms);
    const options = { batch, trainable: false, slots: 1, orders } as const;
    return new Classifier(await buildTrained(gpu, trained, options), looksOf(transforms));
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
    const images = imagesIn(pixels, this.#network.model, preparations);
    return await this.#means(
      images,
      (image) => viewsOf(imageAt(pixels, image), this.#looks, preparations?.[image]),
    );
  }

  /**
   * Classifies images whose views were made before, as by workers; one call at a time.
   * @param views of each image, (looks, 2, 3, 69, 69): `viewsOf` for `looksOf`
   * @returns the predictions of each image
   * @throws RangeError when an image has another number of views; DeviceLostError when the GPU is lost
   */
  async classifyViews(views: readonly Float32Array[]): Promise<Prediction[]> {
    const length = this.#looks.length * IMAGE_FLOATS;
    const other = views.find((some) => some.length !== length);
    if (other) throw new RangeError(`${other.length} numbers of views, an image has ${length}`);
    return await this.#means(views.length, (image) => views[image]);
  }

  async #means(images: number, viewsAt: (image: number) => Float32Array): Promise<Prediction[]> {
    const looks = this.#looks.length;
    const means = Array.from({ length: images }, () => new LookMeans());
    let taken = 0;
    const queue = new AnswerQueue(this.#network, (predicted) => {
      for (let from = 0; from < predicted.length; from += ANSWER_COUNT, taken++) {
        means[Math.floor(taken / looks)].add(predicted.subarray(from, from + ANSWER_COUNT));
      }
    });
    // Groups go over the borders of images, so that each is full.
    const group = new Float32Array(queue.most * IMAGE_FLOATS);
    let filled = 0;
    for (let image = 0; image < images; image++) {
      const views = viewsAt(image);
      for (let from = 0; from < views.length;) {
        const some = views.subarray(from, from + group.length - filled);
        group.set(some, filled);
        from += some.length;
        filled += some.length;
        if (filled < group.length) continue;
        await queue.add(group);
        filled = 0;
      }
    }
    if (filled > 0) await queue.add(group.subarray(0, filled));
    await queue.finish();
    return means.map((mean) => mean.prediction());
  }

  /** Frees the network's memory; the GPU stays open. */
  close(): void {
    this.#network.destroy();
  }
}
