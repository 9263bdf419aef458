/**
 * Sander Dieleman's winning solution of the Galaxy Zoo challenge (2014) on WebGPU: load parameters,
 * classify pictures of galaxies, train networks step by step.
 *
 * ```ts
 * import {
 *   Classifier,
 *   framePicture,
 *   openGpu,
 *   readParameters,
 *   readPicture,
 * } from "@galaxies/galaxies";
 *
 * const gpu = await openGpu();
 * const classifier = await Classifier.build(gpu, await readParameters("weights/compact.safetensors"));
 * const { pixels } = framePicture(await readPicture("galaxy.jpg")); // or .png, .fits
 * const [prediction] = await classifier.classify(pixels);
 * for (const { question, answer, fraction } of prediction) console.log(question, answer, fraction);
 * ```
 *
 * `examples/classify.ts` and `examples/train_step.ts` are whole programs. What is wrong with files, images
 * and adapters is told by a `UserError`, whose message is a sentence for people.
 *
 * @module
 */
export {
  decodeJpeg,
  type DecodeOptions,
  type Picture as DecodedJpeg,
} from "./lib/data/jpeg/decode.ts";
export { UserError } from "./lib/errors.ts";
export {
  type ConvOptions,
  defineModel,
  type DenseOptions,
  type Model,
  ModelBuilder,
  narrowed,
} from "./lib/galaxy/model.ts";
export { KNOWN_MODELS, MODELS, modelsNamed } from "./lib/galaxy/models/all.ts";
export { ANSWER_COLUMNS, ANSWER_COUNT, type Question, QUESTIONS } from "./lib/galaxy/questions.ts";
export type { Generation } from "./lib/galaxy/sextractor.ts";
export { IMAGE_SIZE, type Preparation } from "./lib/galaxy/transforms.ts";
export { type AdapterKind, type Vendor } from "./lib/gpu/adapters.ts";
export {
  AdapterLimitError,
  DeviceLostError,
  type Gpu,
  NoAdapterError,
  openGpu,
  OutOfMemoryError,
} from "./lib/gpu/device.ts";
export {
  type Answer,
  Classifier,
  type ClassifierOptions,
  type Prediction,
} from "./lib/library/classifier.ts";
export { type SyntheticGalaxy, syntheticGalaxy } from "./lib/library/synthetic.ts";
export { type StepOptions, Training, type TrainingOptions } from "./lib/library/training.ts";
export {
  type ParameterValues,
  readParameters,
  type Trained,
  writeParameters,
} from "./lib/library/trained.ts";
export type { FrameMeasure } from "./lib/pictures/fit.ts";
export { type Framed, framePicture, type How } from "./lib/pictures/frame.ts";
export type { Picture, PictureKind } from "./lib/pictures/picture.ts";
export { readPicture } from "./lib/pictures/read.ts";
export { VERSION } from "./lib/version.ts";
