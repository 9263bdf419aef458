/**
 * The slow reference of `lib/galaxy/transforms.ts` and `lib/data/views/warp.ts`: positions straight
 * from the formula of docs/augmentation.md §4, one step after the other, and indices outside the
 * image folded back border by border.
 */
import type { Augmentation, Preparation } from "../../galaxy/transforms.ts";

const SIZE = 424;
const VIEW = 69;

function turn([x, y]: [number, number], degrees: number): [number, number] {
  const angle = degrees * Math.PI / 180;
  return [
    Math.cos(angle) * x - Math.sin(angle) * y,
    Math.sin(angle) * x + Math.cos(angle) * y,
  ];
}

/** Where the pixel (x, y) of a view (0: upright, 1: turned by 45°) lies in the image. */
export function referencePosition(
  view: number,
  look: Augmentation,
  x: number,
  y: number,
  preparation?: Preparation,
): [number, number] {
  let p = turn([x - 34, y - 34], view * 45);
  if (look.flip) p = [-p[0], p[1]];
  p = turn(p, look.rotation);
  p = [3 / look.zoom * p[0] + look.shiftX, 3 / look.zoom * p[1] + look.shiftY];
  if (!preparation) return [211.5 + p[0], 211.5 + p[1]];
  return [preparation.x + p[0] / preparation.scale, preparation.y + p[1] / preparation.scale];
}

/** Folds an index back at the first and the last pixel until it is inside. */
function reflect(index: number): number {
  while (index < 0 || index >= SIZE) index = index < 0 ? -index : 2 * (SIZE - 1) - index;
  return index;
}

/** The two views of an image, (2, 3, 69, 69). */
export function referenceViews(
  rgb: Uint8Array,
  look: Augmentation,
  { preparation, colour }: { preparation?: Preparation; colour?: readonly number[] } = {},
): Float64Array {
  const views = new Float64Array(2 * 3 * VIEW * VIEW);
  let to = 0;
  for (let view = 0; view < 2; view++) {
    for (let channel = 0; channel < 3; channel++) {
      const pixel = (row: number, column: number) =>
        rgb[3 * (reflect(row) * SIZE + reflect(column)) + channel] / 255;
      for (let row = 0; row < VIEW; row++) {
        for (let column = 0; column < VIEW; column++) {
          const [x, y] = referencePosition(view, look, column, row, preparation);
          const [left, top] = [Math.floor(x), Math.floor(y)];
          const [right, bottom] = [Math.ceil(x), Math.ceil(y)];
          const upper = pixel(top, left) * (1 - (x - left)) + pixel(top, right) * (x - left);
          const lower = pixel(bottom, left) * (1 - (x - left)) + pixel(bottom, right) * (x - left);
          const value = upper * (1 - (y - top)) + lower * (y - top);
          views[to++] = colour ? Math.min(1, Math.max(0, value + colour[channel])) : value;
        }
      }
    }
  }
  return views;
}
