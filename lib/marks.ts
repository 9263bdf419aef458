/** Marks of the things that files are made from: see `provenance.ts`. */
import { sha256 } from "./files/digest.ts";
import { describe } from "./galaxy/describe.ts";
import { type LayerSpec, typeOf } from "./galaxy/layers/all.ts";
import type { Model } from "./galaxy/model.ts";
import { ANSWER_COUNT } from "./galaxy/questions.ts";
import { dataMark, type Mark, type SlowMark } from "./provenance.ts";

/**
 * The architecture of a model and how it centres galaxies, whatever its parameters began with: what
 * decides the answers to a galaxy, given the parameters.
 */
export function modelMark(model: Model): Mark {
  const { name, layers, preparation, width } = model;
  const count = describe(model).parameters.toLocaleString("en");
  const narrow = width === undefined ? "" : ` at width ${width}`;
  const centred = preparation ? `, centring galaxies (${preparation})` : "";
  return dataMark(
    { name, layers: layers.map(architecture), preparation },
    `${name}${narrow} with ${count} parameters${centred}`,
  );
}

function architecture(layer: LayerSpec): unknown[] {
  return [layer.type, ...typeOf(layer).architecture.map((entry) => layer[entry])];
}

/** Galaxies in their order, named by their ids. */
export function galaxiesMark(ids: readonly number[]): Mark {
  const count = `${ids.length.toLocaleString("en")} ${ids.length === 1 ? "galaxy" : "galaxies"}`;
  const range = ids.length > 1 ? ` from ${ids[0]} to ${ids[ids.length - 1]}` : "";
  return { digest: sha256(Float64Array.from(ids)), text: count + range };
}

/** Labels (galaxies, 37) in the order of the galaxies. */
export function labelsMark(labels: Float32Array): Mark {
  const count = (labels.length / ANSWER_COUNT).toLocaleString("en");
  return { digest: sha256(labels), text: `labels of ${count}` };
}

/** Centre and scale of each galaxy, (galaxies, 3). */
export function centringMark(preparations: Float64Array | undefined): Mark | undefined {
  if (!preparations) return undefined;
  const count = (preparations.length / 3).toLocaleString("en");
  return { digest: sha256(preparations), text: `centres and scales of ${count}` };
}

/** An image file as it was when it was looked at. */
export interface ImageState {
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** SHA-256 of the file's content. */
  readonly sha256: string;
}

/** Images in their order, by their content; quickly by their sizes and dates. */
export function imagesMark(states: readonly ImageState[]): Mark {
  return {
    digest: sha256(states.map((state) => state.sha256).join("\n")),
    text: `${states.length.toLocaleString("en")} images`,
    quick: quickDigest(states),
  };
}

/** The same of images whose content is read only if their sizes and dates do not decide. */
export function slowImagesMark(
  states: readonly Omit<ImageState, "sha256">[],
  read: () => Promise<readonly ImageState[]>,
): SlowMark {
  return {
    text: `${states.length.toLocaleString("en")} images`,
    quick: quickDigest(states),
    digest: async () => imagesMark(await read()).digest,
  };
}

function quickDigest(states: readonly Omit<ImageState, "sha256">[]): string {
  return sha256(Float64Array.from(states.flatMap(({ bytes, modified }) => [bytes, modified])));
}
