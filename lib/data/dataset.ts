/** The competition's layout of files, checked when it is opened. */
import { UserError } from "../errors.ts";
import { infoOf } from "../files/read.ts";
import { few } from "./few.ts";
import { type ImageSet, listImages } from "./images/folder.ts";
import { checkLabels, readLabels } from "./labels.ts";

/** Where images may lie: as in Kaggle's archives, and as the original renamed one. */
const IMAGE_FOLDERS = {
  train: ["images_training_rev1", "images_train_rev1"],
  test: ["images_test_rev1"],
};
export const LABELS_FILE = "training_solutions_rev1.csv";

export type { ImageSet };
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
  const pictured = await listImages(images);
  const paths = new Map(pictured.ids.map((id, k) => [id, pictured.paths[k]]));
  matchImages(ids, file, pictured.ids, images);
  checkLabels({ ids, labels }, file, check);
  return { ids, labels, paths: ids.map((id) => paths.get(id)!) };
}

/**
 * All images of one set of a data folder, in numeric order of their GalaxyIDs.
 * @throws UserError when there are none, or as `listImages` does
 */
export async function openImages(folder: string, set: "train" | "test"): Promise<ImageSet> {
  await requireFolder(folder);
  const images = await requireImageFolder(folder, set);
  const listed = await listImages(images);
  if (listed.ids.length === 0) throw new UserError(`${images} holds no image <GalaxyID>.jpg`);
  return listed;
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

function matchImages(
  ids: readonly number[],
  file: string,
  imageIds: readonly number[],
  images: string,
) {
  const pictured = new Set(imageIds);
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
  return (await infoOf(path))?.isDirectory ?? false;
}

async function isFile(path: string): Promise<boolean> {
  return (await infoOf(path))?.isFile ?? false;
}
