/** The competition's layout of files, checked when it is opened. */
import { UserError } from "../errors.ts";
import { few } from "./few.ts";
import { checkLabels, readLabels } from "./labels.ts";

/** Where images may lie: as in Kaggle's archives, and as the original renamed one. */
const IMAGE_FOLDERS = {
  train: ["images_training_rev1", "images_train_rev1"],
  test: ["images_test_rev1"],
};
export const LABELS_FILE = "training_solutions_rev1.csv";

export interface ImageSet {
  /** GalaxyIDs. */
  ids: number[];
  /** The image of each. */
  paths: string[];
}
export interface TrainingSet extends ImageSet {
  /** (galaxies, 37) */
  labels: Float32Array;
}

/** What is needed of a data set. */
export interface Need {
  train?: boolean;
  test?: boolean;
}
/** The parts that were asked for; the others are undefined. */
export interface Dataset<N extends Need> {
  /** In the order of the labels file. */
  train: N["train"] extends true ? TrainingSet : undefined;
  /** In numeric order of the GalaxyIDs. */
  test: N["test"] extends true ? ImageSet : undefined;
}

export interface DatasetOptions<N extends Need> {
  need: N;
  /** Labels outside [0, 1] or against the decision tree only warn. */
  ignoreLabelErrors?: boolean;
  warn?: (text: string) => void;
}

/**
 * Opens a folder with `images_training_rev1` (or `images_train_rev1`) and
 * `training_solutions_rev1.csv`, `images_test_rev1`, or both. Reads no image; see `checkImages`.
 * @throws UserError when something is missing, images and labels do not match, or labels are wrong
 */
export async function openDataset<const N extends Need>(
  folder: string,
  { need, ignoreLabelErrors = false, warn = console.warn }: DatasetOptions<N>,
): Promise<Dataset<N>> {
  await requireFolder(folder);
  const check = { ignore: ignoreLabelErrors, warn };
  return {
    train: need.train ? await openTraining(folder, check) : undefined,
    test: need.test ? await openImages(folder, "test") : undefined,
  } as Dataset<N>;
}

async function openTraining(
  folder: string,
  check: { ignore: boolean; warn: (text: string) => void },
): Promise<TrainingSet> {
  const images = await requireImageFolder(folder, "train");
  const file = await labelsPath(folder);
  const { ids, labels } = await readLabels(file);
  await matchImages(ids, file, images);
  checkLabels({ ids, labels }, file, check);
  return { ids, labels, paths: ids.map((id) => imagePath(images, id)) };
}

/**
 * All images of one set of a data folder, in numeric order of their GalaxyIDs.
 * @throws UserError when there are none, or one has another name
 */
export async function openImages(folder: string, set: "train" | "test"): Promise<ImageSet> {
  await requireFolder(folder);
  const images = await requireImageFolder(folder, set);
  const ids = await listImages(images);
  if (ids.length === 0) throw new UserError(`${images} holds no image <GalaxyID>.jpg`);
  return { ids, paths: ids.map((id) => imagePath(images, id)) };
}

/**
 * The labels file of a data folder.
 * @throws UserError when it is missing
 */
export async function labelsPath(folder: string): Promise<string> {
  await requireFolder(folder);
  const file = `${folder}/${LABELS_FILE}`;
  if (!await isFile(file)) throw missing(LABELS_FILE, folder);
  return file;
}

async function requireFolder(folder: string) {
  if (await isFolder(folder)) return;
  throw new UserError(`the data folder ${folder} does not exist. Name another with --data DIR`);
}

function imagePath(folder: string, id: number): string {
  return `${folder}/${id}.jpg`;
}

async function matchImages(ids: number[], file: string, images: string) {
  const pictured = new Set(await listImages(images));
  const labelled = new Set(ids);
  const list = (missing: number[]) => few(missing, (id) => `${id}.jpg`).join(", ");
  const withoutImage = ids.filter((id) => !pictured.has(id));
  if (withoutImage.length > 0) {
    throw new UserError(
      `${withoutImage.length} of ${ids.length} galaxies in ${file} have no image in ${images}: ` +
        list(withoutImage),
    );
  }
  const withoutLabels = [...pictured].filter((id) => !labelled.has(id));
  if (withoutLabels.length > 0) {
    throw new UserError(
      `${withoutLabels.length} of ${pictured.size} images in ${images} have no row in ${file}: ` +
        list(withoutLabels),
    );
  }
}

/** GalaxyIDs of the images in a folder, in numeric order; hidden files and other types are skipped. */
async function listImages(folder: string): Promise<number[]> {
  const ids: number[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(".") || !name.endsWith(".jpg")) continue;
    const id = Number(name.slice(0, -".jpg".length));
    if (`${id}.jpg` !== name || !Number.isSafeInteger(id) || id < 0) {
      throw new UserError(
        `${folder}/${name} is not named by a GalaxyID, as 100008.jpg is. Rename or remove it`,
      );
    }
    ids.push(id);
  }
  return ids.sort((a, b) => a - b);
}

/** The folder of a set's images; `undefined` where there is none. */
export async function imageFolder(
  folder: string,
  set: "train" | "test",
): Promise<string | undefined> {
  for (const name of IMAGE_FOLDERS[set]) {
    if (await isFolder(`${folder}/${name}`)) return `${folder}/${name}`;
  }
}

async function requireImageFolder(folder: string, set: "train" | "test"): Promise<string> {
  const images = await imageFolder(folder, set);
  if (!images) throw missing(IMAGE_FOLDERS[set].join(" or "), folder);
  return images;
}

function missing(name: string, folder: string): UserError {
  return new UserError(
    `${name} is missing in ${folder}. Unpack the competition's archives there, or name another ` +
      `folder with --data DIR`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return (await info(path))?.isDirectory ?? false;
}

async function isFile(path: string): Promise<boolean> {
  return (await info(path))?.isFile ?? false;
}

async function info(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
