/** Error on the validation galaxies: no dropout, no augmentation. */
import type { ViewProducer } from "../data/view_workers.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS } from "../galaxy/transforms.ts";
import { rmse } from "./rmse.ts";

/** Answers (rows, 37) of a network for views (rows, 2, 3, 69, 69). */
export async function answersFor(
  network: GalaxyNetwork,
  views: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const answers = new Float32Array(rows * ANSWER_COUNT);
  const group = network.batch * network.slots;
  for (let first = 0; first < rows; first += group) {
    const count = Math.min(group, rows - first);
    network.load(views.subarray(first * IMAGE_FLOATS, (first + count) * IMAGE_FLOATS));
    network.run("predict", Math.ceil(count / network.batch));
    answers.set(await network.answers(count), first * ANSWER_COUNT);
  }
  return answers;
}

/** The validation galaxies, their views made once and kept. */
export class Validator {
  readonly #views: Float32Array;
  readonly #made: Promise<void>;

  /** @param labels (galaxies, 37) of the galaxies `indices` of the producer */
  constructor(
    producer: ViewProducer,
    indices: readonly number[],
    readonly labels: Float32Array,
  ) {
    this.#views = producer.allocate(indices.length);
    this.#made = producer.fixed(this.#views, indices);
  }

  /** RMSE over all galaxies, and over those of full minibatches (spec/network.md §8). */
  async measure(network: GalaxyNetwork) {
    await this.#made;
    const rows = this.labels.length / ANSWER_COUNT;
    const answers = await answersFor(network, this.#views, rows);
    const full = Math.floor(rows / network.batch) * network.batch;
    return {
      validRmse: rmse(answers, this.labels),
      ...(full > 0
        ? { validRmseFullBatches: rmse(answers, this.labels, full * ANSWER_COUNT) }
        : {}),
    };
  }
}
