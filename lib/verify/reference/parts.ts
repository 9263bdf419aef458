/** The float64 reference of `kernels/galaxy/parts.wgsl`: the steps of docs/network.md §1 on small images. */
import { PART_SIZE, PARTS } from "../../galaxy/parts.ts";
import { CHANNELS, VIEW_SIZE } from "../../galaxy/transforms.ts";

/** Rows of pixels of one channel. */
type Picture = number[][];

/** NumPy's `rot90`: the last column becomes the first row. */
export function quarterTurn(picture: Picture): Picture {
  return picture[0].map((_, j) => picture.map((row) => row[row.length - 1 - j]));
}

function mirror(picture: Picture): Picture {
  return picture.map((row) => row.toReversed());
}

/** The sixteen parts of one channel of the upright and the 45° view, in order. */
export function sixteenParts(upright: Picture, diagonal: Picture): Picture[] {
  return [upright, mirror(upright), diagonal, mirror(diagonal)].flatMap((view) => {
    const corners: Picture[] = [];
    for (let k = 0; k < 4; k++) {
      corners.push(view.slice(0, PART_SIZE).map((row) => row.slice(0, PART_SIZE)));
      view = quarterTurn(view);
    }
    return corners;
  });
}

/** views (B, 2, 3, 69, 69) → y (3, 45, 45, 16·B), example b of part p at p·B + b. */
export function parts(views: ArrayLike<number>, B: number): Float64Array {
  const y = new Float64Array(CHANNELS * PART_SIZE * PART_SIZE * PARTS * B);
  for (let b = 0; b < B; b++) {
    for (let c = 0; c < CHANNELS; c++) {
      const view = (which: number): Picture => {
        const first = ((b * 2 + which) * CHANNELS + c) * VIEW_SIZE * VIEW_SIZE;
        const side = Array.from({ length: VIEW_SIZE }, (_, index) => index);
        return side.map((i) => side.map((j) => views[first + i * VIEW_SIZE + j]));
      };
      sixteenParts(view(0), view(1)).forEach((part, p) => {
        part.forEach((row, i) =>
          row.forEach((pixel, j) => {
            y[((c * PART_SIZE + i) * PART_SIZE + j) * PARTS * B + p * B + b] = pixel;
          })
        );
      });
    }
  }
  return y;
}
