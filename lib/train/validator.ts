/** Error on the validation galaxies: no dropout, no augmentation. */
import type { ViewProducer } from "../data/views/workers.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { answersFor } from "../galaxy/answers.ts";
import { rmse } from "../galaxy/rmse.ts";

/** The validation galaxies, their views made at the first measurement and kept. */
export class Validator {
  #made: Promise<Float32Array> | undefined;

  /** @param labels (galaxies, 37) of the galaxies `indices` of the producer */
  constructor(
    readonly producer: ViewProducer,
    readonly indices: readonly number[],
    readonly labels: Float32Array,
  ) {}

  /** The network's prediction (galaxies, 37). */
  async predict(network: GalaxyNetwork): Promise<Float32Array> {
    const views = await (this.#made ??= this.#make());
    return await answersFor(network, views, this.indices.length);
  }

  /** RMSE of a prediction over all galaxies, and over those of full minibatches (docs/network.md §8). */
  errors(predicted: Float32Array, batch: number) {
    const full = Math.floor(this.indices.length / batch) * batch;
    return {
      validRmse: rmse(predicted, this.labels),
      ...(full > 0
        ? { validRmseFullBatches: rmse(predicted, this.labels, full * ANSWER_COUNT) }
        : {}),
    };
  }

  async #make(): Promise<Float32Array> {
    const views = this.producer.allocate(this.indices.length);
    await this.producer.fixed(views, this.indices);
    return views;
  }
}
