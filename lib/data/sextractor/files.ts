/**
 * Files of Source Extractor's parameters, `pysex_params_….npy.gz`, the original's or our own
 * (docs/workflow.md §1).
 */
import { join } from "node:path";
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { readMarkedNpy } from "../../formats/marked_npy.ts";
import { readNpy } from "../../formats/npy.ts";
import { isFile } from "../../files/read.ts";
import {
  type Generation,
  PARAMETER_KINDS,
  type ParameterRow,
  preparationOf,
} from "../../galaxy/sextractor.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";
import { galaxiesMark } from "../../marks.ts";
import { acceptUnmarked, type Provenance, requireSame } from "../../provenance.ts";
import { few } from "../few.ts";
import { imagesAtHand } from "../images/marks.ts";

export type SetName = "train" | "test";

/** Galaxies to look up. */
export interface ParameterRequest {
  set: SetName;
  /** GalaxyIDs of the whole set, in its order, and their images. */
  ids: readonly number[];
  paths: readonly string[];
  /** Where the competition's files are: the parameters lie there too, or one level up. */
  data: string;
  /** The only folder to look in, if given. */
  folder?: string | undefined;
  /** Whether to take a file that does not say what it was made from, as the original's. */
  acceptUnmarked: boolean;
  warn(text: string): void;
}

/** `pysex_params_gen2_train.npy.gz` */
export function parameterFile(generation: Generation, set: SetName): string {
  return `${PARAMETER_KINDS[generation].stem}_${set}.npy.gz`;
}

/** Beside a parameter file: the GalaxyID of each of its rows. */
export function idsFile(set: SetName): string {
  return `${set}_ids.npy`;
}

/** What a parameter file holds. */
export interface ParameterFile {
  path: string;
  rows: ParameterRow[];
  /** What it was made from; `undefined` where the file does not say, as the original's. */
  provenance: Provenance | undefined;
  /** The ids file beside it and what it says, if there is one. */
  companion: { path: string; ids: number[] } | undefined;
}

/**
 * Centre and scale of every galaxy, (ids, 3): x, y, scale. A file of ours says which galaxies its
 * rows are of; with an ids file beside it (`train_ids.npy`, `test_ids.npy`) it serves for any part of
 * them. Row k of the original's files belongs to the k-th id, or to the k-th in the ids file.
 * @param generation the kind of parameters; without one, for models that take galaxies as they are,
 * nothing is read
 * @throws UserError when there is no such file, it does not fit the ids, or it holds numbers that
 * cannot be
 */
export async function readPreparations(
  generation: Generation | undefined,
  request: ParameterRequest,
): Promise<Float64Array | undefined> {
  if (!generation) return undefined;
  const { set, ids } = request;
  const file = await readParameterFile(await locate(generation, request), generation, set);
  if (!file.provenance) acceptUnmarked(file.path, request.acceptUnmarked, request.warn);
  const rowOf = rowsById(file, ids, set);
  await checkImages(file, request, rowOf);
  const kind = PARAMETER_KINDS[generation];
  const preparations = new Float64Array(ids.length * 3);
  const wrong: string[] = [];
  ids.forEach((id, k) => {
    const row = rowOf(k);
    const problem = problemOf(file.rows[row], kind.columns);
    if (problem) wrong.push(`row ${row + 1} (galaxy ${id}) has ${problem}`);
    const { x, y, scale } = preparationOf(file.rows[row], kind);
    preparations.set([x, y, scale], k * 3);
  });
  if (wrong.length === 0) return preparations;
  throw new UserError(
    `${file.path} cannot be used: ${few(wrong, (text) => text).join(", ")}. Fetch it again, or ` +
      `make it with ${commandLine("extract:sextractor")}`,
  );
}

/**
 * Reads a parameter file and the ids beside it.
 * @throws UserError when a file is damaged, or of another shape or type
 */
export async function readParameterFile(
  folder: string,
  generation: Generation,
  set: SetName,
): Promise<ParameterFile> {
  const path = join(folder, parameterFile(generation, set));
  const { columns } = PARAMETER_KINDS[generation];
  const { shape, data, provenance } = await readMarkedNpy(path, ["Source Extractor parameters"]);
  if (shape.length !== 2 || shape[1] !== columns.length) {
    throw new UserError(
      `${path} has shape (${shape.join(", ")}), expected ${columns.length} columns: ` +
        columns.join(", "),
    );
  }
  if (!(data instanceof Float64Array || data instanceof Float32Array)) {
    throw new UserError(`${path} holds whole numbers, expected floating point`);
  }
  const rows = Array.from(
    { length: shape[0] },
    (_, row) => data.subarray(row * columns.length, (row + 1) * columns.length),
  );
  const idsPath = join(folder, idsFile(set));
  if (!await isFile(idsPath)) return { path, rows, provenance, companion: undefined };
  const ids = await readIds(idsPath);
  if (ids.length !== rows.length) {
    throw new UserError(
      `${path} has ${rows.length} rows, but ${idsPath} beside it has ${ids.length} ids. One of ` +
        "them belongs to other galaxies",
    );
  }
  if (provenance && galaxiesMark(ids).digest !== provenance.marks.galaxies?.digest) {
    throw new UserError(
      `${path} was measured for ${provenance.marks.galaxies?.text}, and ${idsPath} beside it names ` +
        `${galaxiesMark(ids).text}, or in another order. One of them belongs to other galaxies`,
    );
  }
  return { path, rows, provenance, companion: { path: idsPath, ids } };
}

/** @throws UserError when the file is damaged, or of another shape or type, or repeats an id */
export async function readIds(path: string): Promise<number[]> {
  const { shape, data } = await readNpy(path);
  if (shape.length !== 1 || data instanceof Float32Array || data instanceof Float64Array) {
    throw new UserError(
      `${path} has shape (${shape.join(", ")}) of ${data.constructor.name}, expected one row of ` +
        "whole numbers, the GalaxyIDs",
    );
  }
  const ids = Array.from(data, Number);
  const wrong = ids.findIndex((id) => !Number.isSafeInteger(id) || id < 0);
  if (wrong >= 0) {
    throw new UserError(
      `${path} is damaged: row ${wrong + 1} is ${data[wrong]}, which is no GalaxyID`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new UserError(
      `${path} names ${ids.length - new Set(ids).size} of its ${ids.length} galaxies twice`,
    );
  }
  return ids;
}

async function locate(
  generation: Generation,
  { set, data, folder }: ParameterRequest,
): Promise<string> {
  const name = parameterFile(generation, set);
  const folders = folder === undefined ? [data, join(data, "..")] : [folder];
  for (const folder of folders) if (await isFile(join(folder, name))) return folder;
  throw new UserError(
    `${name} is missing: this model centres and rescales galaxies, and the file is not in ` +
      `${folders.join(" or ")}. Copy the original's there, make it with ` +
      `${
        commandLine(`extract:sextractor --generation ${generation.slice(-1)}`)
      }, or name its folder with ` +
      "--sextractor DIR",
  );
}

/** Which row belongs to the k-th id. */
function rowsById(
  file: ParameterFile,
  ids: readonly number[],
  set: SetName,
): (k: number) => number {
  const { path, rows, companion, provenance } = file;
  if (companion) return rowsOf(companion.ids, companion.path, path, ids);
  if (rows.length !== ids.length) {
    throw new UserError(
      `${path} has ${rows.length} rows for ${ids.length} galaxies. Make it again with ` +
        `${commandLine("extract:sextractor")}, or put ${
          idsFile(set)
        } beside it, the GalaxyIDs of its rows`,
    );
  }
  const sorted = ids.toSorted((a, b) => a - b);
  if (!provenance) {
    // The original's rows are in the order of Kaggle's labels, which is that of the ids.
    if (ids.every((id, k) => id === sorted[k])) return (k) => k;
    throw new UserError(
      `${path} does not say which galaxies its rows are of, and the galaxies here are not in the ` +
        `order of their ids. Put ${idsFile(set)} beside it, the GalaxyIDs of its rows`,
    );
  }
  // Measured in the order of the ids, or in that of the labels.
  for (const order of [sorted, ids]) {
    const { digest } = galaxiesMark(order);
    if (digest === provenance.marks.galaxies?.digest) return rowsOf(order, path, path, ids);
  }
  throw new UserError(
    `${path} was measured for other galaxies: ${provenance.marks.galaxies?.text} there, ` +
      `${galaxiesMark(sorted).text} here. Make it again with ${commandLine("extract:sextractor")}`,
  );
}

/** @param named the galaxies of the rows, and where they are named */
function rowsOf(
  named: readonly number[],
  where: string,
  path: string,
  ids: readonly number[],
): (k: number) => number {
  const places = new Map(named.map((id, row) => [id, row]));
  const lost = ids.filter((id) => !places.has(id));
  if (lost.length > 0) {
    throw new UserError(
      `${lost.length} of ${ids.length} galaxies have no row in ${path}, since they are not in ` +
        `${where}: ${few(lost, String).join(", ")}`,
    );
  }
  return (k) => places.get(ids[k])!;
}

/** The images must be those that were measured; of a part of them nobody can tell. */
async function checkImages(
  { path, rows, provenance }: ParameterFile,
  { ids, paths }: ParameterRequest,
  rowOf: (k: number) => number,
) {
  if (!provenance?.marks.images || rows.length !== ids.length) return;
  const inRows: string[] = [];
  paths.forEach((image, k) => inRows[rowOf(k)] = image);
  const images = await imagesAtHand(inRows);
  const advice = `Make it again with ${commandLine("extract:sextractor")}`;
  await requireSame(path, provenance, { images }, advice);
}

/** What is wrong with a row, if anything. NaN is how "not detected" is written, except in x and y. */
function problemOf(row: ParameterRow, columns: readonly string[]): string | undefined {
  for (const [column, name] of columns.entries()) {
    const value = row[column];
    if (name === "x" || name === "y") {
      // A row or column counted from 1, or half a pixel outside.
      if (!(value >= 0 && value <= IMAGE_SIZE + 1)) {
        return `${name} = ${value}, outside an image of ${IMAGE_SIZE} pixels`;
      }
    } else if (Math.abs(value) === Infinity) {
      return `${name} = ${value}`;
    } else if ((name === "a" || name === "petro_radius") && value < 0) {
      return `a negative ${name}, ${value}`;
    }
  }
}
