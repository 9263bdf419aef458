/** Answers for views, group by group: the next group is uploaded while one computes. */
import type { GalaxyNetwork } from "./network.ts";
import { ANSWER_COUNT } from "./questions.ts";
import { IMAGE_FLOATS } from "./transforms.ts";
import { Turns } from "../gpu/turns.ts";

/** Groups of views on their way through a network. */
export class AnswerQueue {
  readonly #network: GalaxyNetwork;
  readonly #take: (answers: Float32Array) => void;
  readonly #turns = new Turns<Float32Array>();

  /** @param take is given the answers (rows, 37) of each group, in the order in which they were added */
  constructor(network: GalaxyNetwork, take: (answers: Float32Array) => void) {
    this.#network = network;
    this.#take = take;
  }

  /** Rows that a group may have. */
  get most(): number {
    return this.#network.batch * this.#network.slots;
  }

  /**
   * Adds a group of views (rows, 2, 3, 69, 69), which may be overwritten afterwards, and takes the
   * answers of the group before.
   */
  async add(views: Float32Array) {
    this.#network.load(views);
    const work = this.#network.recordPrediction(views.length / IMAGE_FLOATS);
    this.#taken(await this.#turns.next(work));
  }

  /** Takes the answers of the last group. */
  async finish() {
    this.#taken(await this.#turns.last());
  }

  #taken(answers: Float32Array | undefined) {
    if (answers) this.#take(answers);
  }
}

/** Answers (rows, 37) of a network for views (rows, 2, 3, 69, 69). */
export async function answersFor(
  network: GalaxyNetwork,
  views: Float32Array,
  rows: number,
): Promise<Float32Array> {
  const answers = new Float32Array(rows * ANSWER_COUNT);
  let taken = 0;
  const queue = new AnswerQueue(network, (some) => {
    answers.set(some, taken);
    taken += some.length;
  });
  for (let first = 0; first < rows; first += queue.most) {
    const end = Math.min(rows, first + queue.most);
    await queue.add(views.subarray(first * IMAGE_FLOATS, end * IMAGE_FLOATS));
  }
  await queue.finish();
  return answers;
}
