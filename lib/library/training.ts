/** Training, one minibatch at a time. */
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { GalaxyNetwork } from "../galaxy/network.ts";
import { colourOffset, drawPerturbation } from "../galaxy/perturbation.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS, NO_AUGMENTATION, type Preparation } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import { initialValues } from "../nn/initialise.ts";
import { Random } from "../random.ts";
import { CONSTRAIN_EVERY } from "../runs/schedule.ts";
import { imageAt, imagesIn, type Look, viewsOf } from "./pixels.ts";
import { parametersOf, setParameters } from "./parameters.ts";
import type { Trained } from "./trained.ts";

/** How a network trains. The defaults are the paper's (docs/models.md §2). */
export interface TrainingOptions {
  /** Galaxies of a minibatch, B; 16 by default. */
  readonly batch?: number;
  /** Decides initial weights, dropout and perturbations; the model's own by default. */
  readonly seed?: number;
  /** Nesterov momentum; 0.9 by default. */
  readonly momentum?: number;
  /** Whether half of the inputs of every dense layer are dropped out; true by default. */
  readonly dropout?: boolean;
  /**
   * Whether every galaxy is shifted, turned, flipped, zoomed and coloured at random each time it is
   * loaded (docs/augmentation.md §6); true by default.
   */
  readonly perturb?: boolean;
  /** Parameters to begin with; random ones by default (docs/network.md §11). */
  readonly from?: Trained;
}

/** How a step is made. */
export interface StepOptions {
  /** 0.04 by default. */
  readonly learningRate?: number;
  /**
   * Whether the raw outputs, clipped to [0, 1], are compared with the labels instead of the decision
   * tree's: for the first few hundred steps, without which questions die (docs/network.md §6).
   */
  readonly warmUp?: boolean;
}

/** A network that learns. */
export class Training {
  readonly #network: GalaxyNetwork;
  readonly #seed: number;
  readonly #perturb: boolean;
  #loads = 0;
  #steps = 0;
  #warm = false;

  private constructor(network: GalaxyNetwork, seed: number, perturb: boolean) {
    this.#network = network;
    this.#seed = seed;
    this.#perturb = perturb;
  }

  /**
   * Builds a network on a GPU, with its first parameters.
   * @throws UserError when `from` does not fit; AdapterLimitError or OutOfMemoryError when the adapter does
   * not suffice
   */
  static async build(
    gpu: Gpu,
    model: Model,
    { batch = 16, momentum = 0.9, dropout = true, perturb = true, from, ...rest }: TrainingOptions =
      {},
  ): Promise<Training> {
    const { seed = model.seed ?? 0 } = rest;
    const options = { batch, trainable: true, slots: 1, losses: 1, seed, dropout, momentum };
    const network = await GalaxyNetwork.build(gpu, model, options);
    try {
      if (from) setParameters(network, from);
      else {
        network.parameters.forEach((parameter, index) =>
          network.set(parameter, "value", initialValues(parameter, seed, index))
        );
      }
    } catch (error) {
      network.destroy();
      throw error;
    }
    return new Training(network, seed, perturb);
  }

  /** Steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Sets the minibatch that the next steps learn from.
   * @param pixels B images of 424 × 424 pixels: (B, row, column, RGB) bytes
   * @param labels vote fractions (B, 37), in the order of `ANSWER_COLUMNS`
   * @param preparations centre and scale of each galaxy, for models that centre, and only for these
   * @throws RangeError when these are not B images and labels; UserError when preparations are missing or
   * too many
   */
  load(pixels: Uint8Array, labels: Float32Array, preparations?: readonly Preparation[]): void {
    const network = this.#network;
    const { batch, model } = network;
    const images = imagesIn(pixels, model, preparations);
    if (images !== batch || labels.length !== batch * ANSWER_COUNT) {
      throw new RangeError(
        `${images} images and ${labels.length} labels; a minibatch has ${batch} and ` +
          `${batch} × ${ANSWER_COUNT} = ${batch * ANSWER_COUNT}`,
      );
    }
    const views = new Float32Array(batch * IMAGE_FLOATS);
    for (let image = 0; image < images; image++) {
      const look = this.#lookAt(image);
      views.set(
        viewsOf(imageAt(pixels, image), [look], preparations?.[image]),
        image * IMAGE_FLOATS,
      );
    }
    network.load(views, labels);
    this.#loads++;
  }

  #lookAt(image: number): Look {
    if (!this.#perturb) return NO_AUGMENTATION;
    const perturbation = drawPerturbation(
      new Random(this.#seed, "perturbation", this.#loads, image),
    );
    return { ...perturbation, colour: colourOffset(perturbation.colour) };
  }

  /**
   * One update by the minibatch that was loaded last; one call at a time. After the warm-up, velocities
   * begin at zero. Where the model has a norm constraint, it is applied after every tenth step.
   * @returns the loss before the update, with dropout: the mean squared error over B · 37 fractions
   * @throws UserError when the loss is not finite: the training has diverged; Error when nothing was
   * loaded; DeviceLostError when the GPU is lost
   */
  async step({ learningRate = 0.04, warmUp = false }: StepOptions = {}): Promise<number> {
    if (this.#loads === 0) throw new Error("a step needs a minibatch: call load first");
    const network = this.#network;
    if (this.#warm && !warmUp) network.resetVelocities();
    this.#warm = warmUp;
    network.seek({ slot: 0, minibatch: 0, step: this.#steps, learningRate });
    network.run(warmUp ? "warmUp" : "train", 1);
    this.#steps++;
    if (network.has("constrain") && this.#steps % CONSTRAIN_EVERY === 0) {
      network.run("constrain", 1);
    }
    const [loss] = await network.losses(1);
    if (Number.isFinite(loss)) return loss;
    throw new UserError(`the loss of step ${this.#steps} is ${loss}: the training has diverged`);
  }

  /** The model with its parameters as they are now. @throws DeviceLostError when the GPU is lost */
  parameters(): Promise<Trained> {
    return parametersOf(this.#network);
  }

  /** Frees the network's memory; the GPU stays open. */
  close(): void {
    this.#network.destroy();
  }
}
