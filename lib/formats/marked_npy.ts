/** `.npy.gz` files that say what they were made from, in the comment of their gzip header. */
import { UserError } from "../errors.ts";
import { sha256 } from "../files/digest.ts";
import { type Kind, parseProvenance, type Provenance, provenanceText } from "../provenance.ts";
import { type NpyArray, readNpy, writeNpy } from "./npy.ts";

export interface MarkedArray extends NpyArray {
  /** What it was made from; `undefined` where the file does not say. */
  provenance: Provenance | undefined;
  /** `arrayDigest` of it. */
  digest: string;
}

/** SHA-256 of an array with its type and shape. */
export function arrayDigest({ shape, data }: NpyArray): string {
  return sha256(`${data.constructor.name} ${shape.join(" ")} `, data);
}

/**
 * Reads an array and what it was made from.
 * @throws UserError when the file is damaged, or of none of the kinds
 */
export async function readMarkedNpy(path: string, kinds: readonly Kind[]): Promise<MarkedArray> {
  const { comment, ...array } = await readNpy(path);
  const provenance = parseProvenance(comment, path, kinds);
  const digest = arrayDigest(array);
  if (provenance && provenance.content !== digest) {
    throw new UserError(
      `${path} is damaged: its values are not those that were written (their SHA-256 begins with ` +
        `${digest.slice(0, 8)}, expected ${provenance.content.slice(0, 8)})`,
    );
  }
  return { ...array, provenance, digest };
}

/** Writes an array and what it was made from, atomically. */
export async function writeMarkedNpy(
  path: string,
  array: NpyArray,
  origin: Omit<Provenance, "content">,
) {
  await writeNpy(path, array, provenanceText({ ...origin, content: arrayDigest(array) }));
}
