/**
 * `snapshot.safetensors`: what a training saw and answered at its last validation, so that its report
 * can be made from its files alone. No training depends on it.
 */
import { UserError } from "../errors.ts";
import { FieldError, Fields } from "../files/fields.ts";
import {
  contentDigest,
  type NamedTensor,
  type Tensor,
  writeSafetensors,
} from "../formats/safetensors.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { CHANNELS, VIEW_SIZE } from "../galaxy/transforms.ts";
import { provenanceText } from "../provenance.ts";
import { VERSION } from "../version.ts";
import { IN_RUN_FOLDER } from "./folder.ts";
import { readTensors } from "./tensor_files.ts";

/** A validation galaxy with its picture. */
export interface SnapshotPicture {
  /** Its place among the validation galaxies. */
  readonly row: number;
  readonly id: number;
  /** A JPEG file. */
  readonly jpeg: Uint8Array;
}

export interface Snapshot {
  /** Chunks that had been trained. */
  readonly chunk: number;
  /** Galaxies shown so far. */
  readonly images: number;
  /** (validation galaxies, 37), no dropout, no augmentation. */
  readonly predicted: Float32Array;
  /** (validation galaxies, 37) */
  readonly labels: Float32Array;
  /** Mean labels of the training galaxies: (37). */
  readonly mean: Float32Array;
  /** The upright views of some augmented inputs of the chunk: (n, 3, 69, 69). */
  readonly augmented: Uint8Array;
  /** Those with the smallest and the largest errors. */
  readonly pictures: readonly SnapshotPicture[];
}

/** Numbers of one of the augmented inputs. */
export const INPUT_PIXELS = CHANNELS * VIEW_SIZE * VIEW_SIZE;

const PICTURE = /^picture\.(\d+)\.(\d+)$/;
/** Bytes; the competition's 6,158 validation galaxies take 2.4 MB. */
const LIMIT = 2 ** 29;

/** Writes a snapshot, atomically. */
export async function writeSnapshot(path: string, snapshot: Snapshot) {
  const { chunk, images, predicted, labels, mean, augmented, pictures } = snapshot;
  const galaxies = labels.length / ANSWER_COUNT;
  const tensors: NamedTensor[] = [
    { name: "predicted", shape: [galaxies, ANSWER_COUNT], data: predicted },
    { name: "labels", shape: [galaxies, ANSWER_COUNT], data: labels },
    { name: "mean", shape: [ANSWER_COUNT], data: mean },
    {
      name: "augmented",
      shape: [augmented.length / INPUT_PIXELS, CHANNELS, VIEW_SIZE, VIEW_SIZE],
      data: augmented,
    },
    ...pictures.map(({ row, id, jpeg }) => ({
      name: `picture.${row}.${id}`,
      shape: [jpeg.length],
      data: jpeg,
    })),
  ];
  const facts = { chunk, images, version: VERSION };
  const content = contentDigest(tensors);
  await writeSafetensors(path, tensors, {
    provenance: provenanceText({ kind: "snapshot", content, marks: {}, facts }),
  }, IN_RUN_FOLDER);
}

/**
 * Reads a snapshot.
 * @throws UserError when it is missing, damaged, or none
 */
export async function readSnapshot(path: string): Promise<Snapshot> {
  const { tensors, provenance } = await readTensors(path, "snapshot", { limit: LIMIT });
  try {
    const fields = new Fields(provenance?.facts);
    const labels = numbers(tensors, "labels");
    const galaxies = labels.length / ANSWER_COUNT;
    const augmented = bytes(tensors, "augmented");
    if (!Number.isInteger(galaxies) || augmented.length % INPUT_PIXELS !== 0) {
      throw new FieldError("labels or augmented have a wrong size");
    }
    return {
      chunk: fields.integer("chunk", 1),
      images: fields.integer("images", 1),
      predicted: numbers(tensors, "predicted", labels.length),
      labels,
      mean: numbers(tensors, "mean", ANSWER_COUNT),
      augmented,
      pictures: [...tensors.keys()].flatMap((name) => pictureOf(tensors, name, galaxies)),
    };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} is no snapshot of a training: ${error.message}`);
  }
}

function pictureOf(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  galaxies: number,
): SnapshotPicture[] {
  const [, row, id] = PICTURE.exec(name) ?? [];
  if (row === undefined) return [];
  if (Number(row) >= galaxies) throw new FieldError(`${name} is of no galaxy`);
  return [{ row: Number(row), id: Number(id), jpeg: bytes(tensors, name) }];
}

function numbers(tensors: ReadonlyMap<string, Tensor>, name: string, length?: number) {
  const data = tensors.get(name)?.data;
  if (data instanceof Float32Array && (length === undefined || data.length === length)) return data;
  throw new FieldError(`${name} is missing, or of another size or type`);
}

function bytes(tensors: ReadonlyMap<string, Tensor>, name: string): Uint8Array {
  const data = tensors.get(name)?.data;
  if (data instanceof Uint8Array) return data;
  throw new FieldError(`${name} is missing, or of another type`);
}
