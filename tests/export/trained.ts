/** Networks with parameters that are worth comparing, in files as training leaves them. */
import { exportModel, type ExportOptions } from "../../lib/export/export.ts";
import { parameterShapes } from "../../lib/galaxy/walk.ts";
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { contentDigest, writeSafetensors } from "../../lib/formats/safetensors.ts";
import type { Model } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { elements } from "../../lib/nn/layer.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { labelsMark, modelMark } from "../../lib/marks.ts";
import { type Provenance, provenanceText } from "../../lib/provenance.ts";
import { Random } from "../../lib/random.ts";
import {
  IMAGE_FLOATS,
  IMAGE_SIZE,
  NO_AUGMENTATION,
  viewMaps,
} from "../../lib/galaxy/transforms.ts";
import { warpViews } from "../../lib/data/views/warp.ts";
import { loadParameters } from "../../lib/runs/parameter_files.ts";
import { sharedPath } from "../shared.ts";

/** Provenance as a training of one chunk leaves it. */
export function trainedMarks(model: Model): Pick<Provenance, "marks" | "facts"> {
  const labels = labelsMark(new Float32Array(20 * ANSWER_COUNT));
  return { marks: { model: modelMark(model), labels }, facts: { chunk: 1, chunks: 1 } };
}

/**
 * Writes random parameters of a model, wide enough to make a difference; no question is dead.
 * @param origin what they say they were made from; nothing by default
 */
export async function writeRandomParameters(
  path: string,
  model: Model,
  origin?: Pick<Provenance, "marks" | "facts">,
) {
  const shapes = parameterShapes(model);
  const random = new Random(5, "test");
  const tensors = shapes.map(({ name, shape }) => {
    const mean = name.endsWith("weight") ? 0 : name === "output.bias" ? 0.8 : 0.1;
    const deviation = name.endsWith("weight") ? Math.sqrt(2 / elements(shape.slice(1))) : 0.02;
    const data = Float32Array.from(
      { length: elements(shape) },
      () => random.normal(mean, deviation),
    );
    return { name, shape, data };
  });
  const content = contentDigest(tensors);
  const provenance = origin && provenanceText({ kind: "parameters", content, ...origin });
  await writeSafetensors(path, tensors, {
    model: model.name,
    ...(provenance === undefined ? {} : { provenance }),
  });
}

/** Exports parameters that do not say what they are of. @returns what was said */
export async function exportQuietly(
  model: Model,
  options: Partial<ExportOptions> & Pick<ExportOptions, "format" | "params" | "out">,
): Promise<string[]> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  await exportModel(model, {
    dtype: "float32",
    acceptUnmarked: true,
    say,
    warn: () => {},
    ...options,
  });
  return lines;
}

/** What our own network makes of views (batch, 2, 3, 69, 69), with the parameters of a file. */
export async function ownPredictions(
  gpu: Gpu,
  model: Model,
  params: string,
  views: Float32Array,
  batch: number,
): Promise<Float32Array> {
  const network = await GalaxyNetwork.build(gpu, model, { batch, trainable: false, slots: 1 });
  try {
    await loadParameters(params, network, { acceptUnmarked: true, warn: () => {} });
    network.load(views);
    network.run("predict", 1);
    return (await network.answers(batch)).slice();
  } finally {
    network.destroy();
  }
}

/** Beside the repository. */
export const REAL = "galaxy-zoo/raw/images_test_rev1";

/** Pictures of real galaxies where they are at hand, else noise. */
export async function galaxies(count: number): Promise<Uint8Array[]> {
  if (await Deno.stat(sharedPath(REAL)).then(() => true, () => false)) {
    return await realPictures(REAL, count);
  }
  console.warn(`NOT REAL GALAXIES, shared/${REAL} is not beside the repository`);
  const random = new Random(1, "test");
  const length = 3 * IMAGE_SIZE * IMAGE_SIZE;
  return Array.from(
    { length: count },
    () => Uint8Array.from({ length }, () => random.uniform(0, 256)),
  );
}

/** The first pictures of a folder beside the repository, decoded: 424 × 424 × 3 bytes each. */
export async function realPictures(folder: string, count: number): Promise<Uint8Array[]> {
  const names = [...Deno.readDirSync(sharedPath(folder))].map(({ name }) => name);
  const pictures: Uint8Array[] = [];
  for (const name of names.filter((name) => name.endsWith(".jpg")).sort().slice(0, count)) {
    const bytes = await Deno.readFile(sharedPath(`${folder}/${name}`));
    pictures.push((await decodeJpeg(bytes, name, { size: IMAGE_SIZE })).rgb);
  }
  return pictures;
}

/** Their views without augmentation, (pictures, 2, 3, 69, 69). */
export function viewsOf(pictures: readonly Uint8Array[]) {
  const views = new Float32Array(pictures.length * IMAGE_FLOATS);
  const maps = viewMaps(NO_AUGMENTATION);
  pictures.forEach((rgb, at) => warpViews(rgb, maps, views, at * IMAGE_FLOATS));
  return views;
}

/** The middle `size` × `size` pixels of pictures, as (pictures, 3, size, size) from 0 to 1. */
export function middles(pictures: readonly Uint8Array[], size: number) {
  const first = Math.floor((IMAGE_SIZE - size) / 2);
  const pixels = new Float32Array(pictures.length * 3 * size * size);
  let to = 0;
  for (const rgb of pictures) {
    for (let channel = 0; channel < 3; channel++) {
      for (let row = 0; row < size; row++) {
        for (let column = 0; column < size; column++) {
          const pixel = (row + first) * IMAGE_SIZE + column + first;
          pixels[to++] = rgb[3 * pixel + channel] / 255;
        }
      }
    }
  }
  return pixels;
}

/** A picture of which only the middle is left; around it, what is in the middle is mirrored. */
export function onlyMiddle(rgb: Uint8Array, size: number): Uint8Array {
  const first = Math.floor((IMAGE_SIZE - size) / 2), last = first + size - 1;
  const inside = (at: number): number => {
    while (at < first || at > last) at = at < first ? 2 * first - at : 2 * last - at;
    return at;
  };
  return rgb.map((_, at) => {
    const pixel = Math.floor(at / 3);
    const row = inside(Math.floor(pixel / IMAGE_SIZE)), column = inside(pixel % IMAGE_SIZE);
    return rgb[3 * (row * IMAGE_SIZE + column) + at % 3];
  });
}
