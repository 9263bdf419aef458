/** The synthetic galaxy that the documents show, and how the network sees it. */
import { warpViews } from "../data/views/warp.ts";
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import {
  type Augmentation,
  CHANNELS,
  IMAGE_FLOATS,
  IMAGE_SIZE,
  NO_AUGMENTATION,
  VIEW_SIZE,
  viewMaps,
} from "../galaxy/transforms.ts";
import { galaxyAt, galaxyRandom } from "../synthetic/catalogue.ts";
import { renderPicture } from "../synthetic/render.ts";
import { sixteenParts } from "../verify/reference/parts.ts";
import type { Planes } from "./picture.ts";

/** A spiral whose arms show how a view is turned and mirrored. */
const SEED = 1;
const INDEX = 76;

/** Its picture: 424 × 424 × 3 bytes, row by row. */
export function examplePixels(): Uint8Array {
  return renderPicture(galaxyAt(SEED, INDEX), galaxyRandom(SEED, INDEX, "sky"), SEED);
}

/** The middle `size` × `size` pixels of a picture, `step` of them in each direction made one. */
export function middleOf(pixels: Uint8Array, size: number, step: number): Planes {
  const first = Math.floor((IMAGE_SIZE - size) / 2);
  const side = size / step;
  const values = new Float32Array(CHANNELS * side * side);
  for (let y = 0; y < side * step; y++) {
    for (let x = 0; x < side * step; x++) {
      for (let band = 0; band < CHANNELS; band++) {
        const to = (band * side + Math.floor(y / step)) * side + Math.floor(x / step);
        const from = CHANNELS * ((first + y) * IMAGE_SIZE + first + x) + band;
        values[to] += pixels[from] / (255 * step * step);
      }
    }
  }
  return { size: side, values };
}

/** The upright and the 45° view, as workers make them. */
export function viewsOf(
  pixels: Uint8Array,
  augmentation: Augmentation = NO_AUGMENTATION,
  colour?: readonly [number, number, number],
): [Planes, Planes] {
  const views = new Float32Array(IMAGE_FLOATS);
  warpViews(pixels, viewMaps(augmentation), views, 0, colour);
  const half = IMAGE_FLOATS / 2;
  return [
    { size: VIEW_SIZE, values: views.slice(0, half) },
    { size: VIEW_SIZE, values: views.slice(half) },
  ];
}

/** Both views as they are and with their columns reversed: the four views of docs/network.md §1. */
export function fourViews([upright, turned]: readonly [Planes, Planes]): Planes[] {
  return [upright, mirrored(upright), turned, mirrored(turned)];
}

/** The sixteen parts of docs/network.md §1, by the reference that the kernel is compared with. */
export function partsOf([upright, turned]: readonly [Planes, Planes]): Planes[] {
  const bands = Array.from(
    { length: CHANNELS },
    (_, band) => sixteenParts(rowsOf(upright, band), rowsOf(turned, band)),
  );
  return Array.from({ length: PARTS }, (_, part) => ({
    size: PART_SIZE,
    values: Float32Array.from(bands.flatMap((parts) => parts[part].flat())),
  }));
}

function rowsOf({ size, values }: Planes, band: number): number[][] {
  return Array.from({ length: size }, (_, row) => {
    const first = (band * size + row) * size;
    return [...values.subarray(first, first + size)];
  });
}

function mirrored({ size, values }: Planes): Planes {
  return {
    size,
    values: values.map((_, at) => values[at - at % size + size - 1 - at % size]),
  };
}
