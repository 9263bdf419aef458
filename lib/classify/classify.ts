/** Pictures in, answers out: a batch of pictures at a time, so that memory does not grow with them. */
import { CountProgress } from "../cli/count_progress.ts";
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import { openGpu } from "../gpu/device.ts";
import { Classifier } from "../library/classifier.ts";
import { IMAGE_BYTES } from "../library/pixels.ts";
import { readParameters, type Trained } from "../library/trained.ts";
import { describePicture } from "../pictures/describe.ts";
import { framePicture, type How, usualHow } from "../pictures/frame.ts";
import { readPicture } from "../pictures/read.ts";
import { unusual } from "../pictures/unusual.ts";
import { type Failure, listInputs, whyOf } from "./inputs.ts";
import { type Result, resultText } from "./result.ts";
import { type Sink, type SinkPaths, withSinks } from "./sinks.ts";

export interface ClassifyOptions extends SinkPaths {
  /** A file of parameters. */
  readonly params: string;
  /** What they are of; by default what the file names. */
  readonly model?: Model | undefined;
  readonly transforms: 60 | 1;
  /** By each picture's size where it is left out. */
  readonly how?: How | undefined;
  say(line: string): void;
  warn(line: string): void;
}

/** Pictures that are in memory at once. */
const PICTURES = 16;
/** With a file of results, so many are shown as well. */
const SHOWN = 20;

/** How many were classified, and how many of these are unlike the training pictures. */
interface Counts {
  done: number;
  marked: number;
}

/**
 * Classifies pictures. What cannot be read is listed at the end.
 * @param named files and folders
 * @returns how many could not be read
 * @throws UserError when the parameters cannot be used, or a file of results cannot be written
 */
export async function classifyPictures(
  named: readonly string[],
  options: ClassifyOptions,
): Promise<number> {
  const { csv, json, transforms, say, warn } = options;
  const { paths, failures } = await listInputs(named);
  const files = [csv, json].filter((path) => path !== undefined);
  const shown = files.length === 0 || paths.length <= SHOWN;
  const counts: Counts = { done: 0, marked: 0 };
  if (paths.length > 0) {
    const trained = await parametersOf(options.params, options.model);
    const progress = shown ? undefined : new CountProgress("classified", paths.length);
    const take = (results: readonly Result[], looked: number) => {
      if (shown) { for (const result of results) say(resultText(result, transforms > 1)); }
      counts.done += results.length;
      counts.marked += results.filter((result) => result.unusual.length > 0).length;
      progress?.update(looked);
    };
    try {
      await withClassifier(
        trained,
        transforms,
        (classifier) =>
          withSinks(
            options,
            (sink) => classifyAll(paths, { classifier, how: options.how, failures, sink, take }),
          ),
      );
    } finally {
      progress?.close();
    }
    for (const path of files) say(`written: ${path}`);
  }
  if (shown && counts.done > 0) say(legend(transforms));
  if (counts.done > 1) say(summary(counts));
  if (failures.length > 0) warn(failureText(failures));
  return failures.length;
}

interface Work {
  readonly classifier: Classifier;
  readonly how: How | undefined;
  /** What cannot be read is added to these. */
  readonly failures: Failure[];
  readonly sink: Sink;
  /** @param looked how many of the pictures are behind us */
  take(results: readonly Result[], looked: number): void;
}

async function classifyAll(paths: readonly string[], work: Work) {
  const { classifier, how, failures, sink, take } = work;
  const read = (first: number) => readSome(paths.slice(first, first + PICTURES), how, failures);
  let some = await read(0);
  for (let next = PICTURES; next < paths.length + PICTURES; next += PICTURES) {
    // The next ones are read while these are on the GPU.
    const [results, more] = await Promise.all([answersFor(classifier, some), read(next)]);
    some = more;
    await sink(results);
    take(results, Math.min(paths.length, next));
  }
}

/** @throws UserError when these are of a model that needs more than a picture */
async function parametersOf(path: string, model: Model | undefined): Promise<Trained> {
  const trained = await readParameters(path, model);
  const { name, preparation } = trained.model;
  if (preparation === undefined) return trained;
  throw new UserError(
    `${path} is of ${name}, which looks at galaxies that are centred by their measurements ` +
      "(docs/augmentation.md §8); pictures are classified by the other models only",
  );
}

async function withClassifier<T>(
  trained: Trained,
  transforms: 60 | 1,
  work: (classifier: Classifier) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  try {
    const classifier = await Classifier.build(gpu, trained, { transforms });
    try {
      return await work(classifier);
    } finally {
      classifier.close();
    }
  } finally {
    gpu.close();
  }
}

/** A picture in its frame. */
interface Seen extends Omit<Result, "prediction"> {
  readonly pixels: Uint8Array;
}

async function readSome(
  paths: readonly string[],
  how: How | undefined,
  failures: Failure[],
): Promise<Seen[]> {
  const some: Seen[] = [];
  for (const path of paths) {
    try {
      const picture = await readPicture(path);
      const { pixels, told } = framePicture(picture, how ?? usualHow(picture));
      some.push({
        path,
        pixels,
        told: [...picture.notes, told].join("; "),
        unusual: unusual(describePicture({ pixels })),
      });
    } catch (error) {
      failures.push({ path, why: whyOf(error) });
    }
  }
  return some;
}

async function answersFor(classifier: Classifier, some: readonly Seen[]): Promise<Result[]> {
  if (some.length === 0) return [];
  const pixels = new Uint8Array(some.length * IMAGE_BYTES);
  some.forEach((seen, index) => pixels.set(seen.pixels, index * IMAGE_BYTES));
  const predictions = await classifier.classify(pixels);
  return some.map(({ path, told, unusual }, index) => ({
    path,
    told,
    unusual,
    prediction: predictions[index],
  }));
}

function legend(transforms: 60 | 1): string {
  const spread = transforms === 1
    ? ""
    : ";\n± is how much this differs between looks at other angles and sizes";
  return `\n%: of the volunteers who are asked this question, how many would say so${spread}`;
}

function summary({ done, marked }: Counts): string {
  const unlike = marked === 0
    ? ""
    : `, ${marked.toLocaleString("en")} of them unlike the training pictures`;
  return `${done.toLocaleString("en")} pictures${unlike}`;
}

/** More than anybody reads are counted only. */
const LISTED = 50;

function failureText(failures: readonly Failure[]): string {
  const count = failures.length.toLocaleString("en");
  const more = failures.length - LISTED;
  return [
    `not classified: ${count}`,
    ...failures.slice(0, LISTED).map(({ path, why }) =>
      `  ${why.startsWith(path) ? why : `${path}: ${why}`}`
    ),
    ...(more > 0 ? [`  and ${more.toLocaleString("en")} more`] : []),
  ].join("\n");
}
