/** What a data folder holds and what it lacks, for `deno task check:data`. */
import { commandLine } from "../called.ts";
import { dirname } from "node:path";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { openCache } from "./cache/cached_images.ts";
import { cacheFolderOf } from "./cache/folder.ts";
import type { ImageSetName } from "./cache/index_file.ts";
import { imageProblems } from "./images/check.ts";
import { imageFolder, type ImageSet, LABELS_FILE, labelsPath, openImages } from "./dataset.ts";
import { few } from "./few.ts";
import { attempt, type Finding } from "./finding.ts";
import { freeBytes, gibibytes } from "./free_space.ts";
import { lookAtTables } from "./inventory_tables.ts";
import { outsideRange, treeViolations } from "./label_check.ts";
import { readLabels } from "./labels.ts";
import { whereToGet } from "./packed.ts";
import { IMAGE_BYTES } from "./views/warp.ts";

/** Galaxies of the whole competition. */
export const KAGGLE = { train: 61_578, test: 79_975 };
/** The last tenth of the training galaxies is for validation, so there must be ten. */
const FEWEST = 10;

export interface InventoryOptions {
  /**
   * What must be there, else a finding is fatal: for `train`, the default, the labelled galaxies;
   * for `test` those to predict, too.
   */
  need?: ImageSetName;
  /** Whether to decode every image that no cache holds, which takes minutes; true by default. */
  decode?: boolean;
}

/** Looks at everything that training and prediction read, images included. */
export async function takeInventory(
  data: string,
  { need = "train", decode = true }: InventoryOptions = {},
): Promise<Finding[]> {
  const [labels, labelled] = await lookAtLabels(data);
  const [train, trainImages] = await lookAtImages(data, {
    set: "train",
    fatal: true,
    labelled,
    decode,
  });
  const [test, testImages] = await lookAtImages(data, {
    set: "test",
    fatal: need === "test",
    labelled: undefined,
    decode,
  });
  return [
    labels,
    ...train,
    ...test,
    await lookAtDisk(data),
    ...await lookAtTables(data, "train", trainImages && inOrder(trainImages, labelled)),
    ...await lookAtTables(data, "test", testImages),
  ];
}

/** Images in the order of the labels, as rows for them are; `undefined` where one is missing. */
function inOrder(images: ImageSet, labelled = images.ids): ImageSet | undefined {
  const paths = new Map(images.ids.map((id, k) => [id, images.paths[k]]));
  if (!labelled.every((id) => paths.has(id))) return undefined;
  return { ids: labelled, paths: labelled.map((id) => paths.get(id)!) };
}

/** The labels file, and the GalaxyIDs in it. */
async function lookAtLabels(data: string): Promise<[Finding, number[]?]> {
  const name = "labels";
  if (!await Deno.stat(`${data}/${LABELS_FILE}`).then(({ isFile }) => isFile, () => false)) {
    const text = await whereToGet(data, LABELS_FILE, "training_solutions_rev1");
    return [{ name, state: "absent", text, fatal: true }];
  }
  const read = await attempt(async () => await readLabels(await labelsPath(data)));
  if ("problem" in read) {
    return [{ name, state: "wrong", text: read.problem, fatal: true }];
  }
  const { ids, labels } = read.value;
  const sums = treeViolations(labels).length;
  const outside = outsideRange(labels).length;
  const problems = [];
  if (ids.length < FEWEST) problems.push(`at least ${FEWEST} are needed`);
  if (sums + outside > 0) {
    problems.push(`${sums} sums and ${outside} values are wrong: ${commandLine("check:labels")}`);
  }
  return [judged(name, ofKaggle(ids.length, "train"), problems, true), ids];
}

/** The images of a set and their cache. */
async function lookAtImages(
  data: string,
  { set, fatal, labelled, decode }: {
    set: ImageSetName;
    fatal: boolean;
    labelled: number[] | undefined;
    decode: boolean;
  },
): Promise<[Finding[], ImageSet?]> {
  const name = `${set} images`;
  if (!await imageFolder(data, set)) {
    const folder = set === "train" ? "images_training_rev1" : "images_test_rev1";
    return [[{ name, state: "absent", text: await whereToGet(data, folder, folder), fatal }]];
  }
  const read = await attempt(() => openImages(data, set));
  if ("problem" in read) return [[{ name, state: "wrong", text: read.problem, fatal }]];
  const images = read.value;
  const cache = await lookAtCache(data, set, images);
  const problems = labelled ? disagreement(labelled, images.ids) : [];
  // What is in a cache that fits has been decoded once.
  if (decode && cache.state !== "ok") problems.push(...await damage(images));
  return [[judged(name, ofKaggle(images.ids.length, set), problems, fatal), cache], images];
}

/** Where labels and images do not match. */
function disagreement(labelled: readonly number[], pictured: readonly number[]): string[] {
  const compare = (these: readonly number[], those: readonly number[], text: string) => {
    const known = new Set(those);
    const lone = these.filter((id) => !known.has(id));
    return lone.length ? [`${lone.length} ${text}: ${few(lone, String).join(", ")}`] : [];
  };
  return [
    ...compare(labelled, pictured, "labelled galaxies have no image"),
    ...compare(pictured, labelled, "images have no labels"),
  ];
}

async function damage({ paths }: ImageSet): Promise<string[]> {
  const problems = [...await imageProblems(paths, { size: IMAGE_SIZE })];
  if (problems.length === 0) return [];
  const listed = few(problems, ([path, problem]) => `${path} ${problem}`, 3);
  return [`${problems.length} cannot be used:`, ...listed];
}

async function lookAtCache(data: string, set: ImageSetName, images: ImageSet): Promise<Finding> {
  const name = `${set} cache`;
  const opened = await attempt(() => openCache(data, set, images.paths, () => {}));
  // Training refuses such a cache, but the data are not at fault, and one command mends it.
  if ("problem" in opened) return { name, state: "wrong", text: opened.problem };
  if (opened.value) return { name, state: "ok", text: `complete, ${opened.value.pixels}` };
  const text = `${commandLine("cache")} decodes every JPEG once instead of often`;
  return { name, state: "absent", text };
}

async function lookAtDisk(data: string): Promise<Finding> {
  const folder = await attempt(() => cacheFolderOf(data));
  let place = "value" in folder ? folder.value : data;
  // The cache's folder may have to be made first; what is further up may not be ours to look at.
  while (!await Deno.stat(place).then(() => true, () => false)) {
    const above = dirname(place);
    if (above === place) return { name: "disk", state: "absent", text: `${data} is not there` };
    place = above;
  }
  const [train, test] = Object.values(KAGGLE).map((count) => gibibytes(count * IMAGE_BYTES));
  const text = `${gibibytes(freeBytes(place))} free in ${place}; a cache of all images of ` +
    `Kaggle takes ${train} (train) and ${test} (test)`;
  return { name: "disk", state: "ok", text };
}

function judged(name: string, text: string, problems: string[], fatal: boolean): Finding {
  if (problems.length === 0) return { name, state: "ok", text };
  return { name, state: "wrong", text: [text, ...problems].join("\n"), fatal };
}

function ofKaggle(count: number, set: ImageSetName): string {
  const all = KAGGLE[set].toLocaleString("en");
  return count === KAGGLE[set] ? `all ${all}` : `${count.toLocaleString("en")} of Kaggle's ${all}`;
}
