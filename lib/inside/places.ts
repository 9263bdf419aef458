/** Where the sixteen parts of a look lie in its picture (docs/network.md §1). */
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import {
  type Affine,
  type Augmentation,
  NO_AUGMENTATION,
  VIEW_SIZE,
  viewMaps,
} from "../galaxy/transforms.ts";

/** The middle of the 424 pixels that the views show, and a little more: where it begins, and its side. */
export const SHOWN_FROM = 60;
export const SHOWN = 304;

/** The four views, as `PartPlace` numbers them. */
export const VIEWS = ["Upright", "Upright, mirrored", "Turned by 45°", "Turned by 45°, mirrored"];
const CORNERS = ["top left", "top right", "bottom right", "bottom left"];

/** Column and row in the picture, from the centre of its first pixel. */
export type Point = readonly [x: number, y: number];

/** A part, and the square of the picture that it shows. */
export interface PartPlace {
  /** 0 … 15, as the network numbers them. */
  readonly part: number;
  /** 0 upright, 1 upright with its columns reversed, 2 turned by 45°, 3 turned and reversed. */
  readonly view: number;
  /** Which corner of its view: 0 top left, then clockwise. */
  readonly corner: number;
  /** What the picture shows at the part's own top left, top right, bottom right and bottom left. */
  readonly outline: readonly [Point, Point, Point, Point];
}

/** The view that a part is taken from, as `PartPlace` numbers them. */
export const viewOfPart = (part: number): number => part >> 2;

/** As `Turned by 45°, top left`. */
export function nameOfPart(part: number): string {
  return `${VIEWS[viewOfPart(part)]}, ${CORNERS[part % 4]}`;
}

/**
 * Which part of the same view, but for mirroring, shows the same square of the picture: 0 … 3, where 0 is
 * the top left one before the view is turned, then clockwise.
 */
export function squareOf(part: number): number {
  return viewOfPart(part) % 2 === 1 ? (part % 4) ^ 1 : part % 4;
}

/** Row and column of a view that row i and column j of a part show, as kernels/galaxy/parts.wgsl has it. */
function inView(part: number, i: number, j: number): readonly [row: number, column: number] {
  const last = VIEW_SIZE - 1;
  const [row, column] = ([[i, j], [j, last - i], [last - i, last - j], [last - j, i]] as const)[
    part % 4
  ];
  return viewOfPart(part) % 2 === 1 ? [row, last - column] : [row, column];
}

/** What the picture shows at row i and column j of a part; both may lie between pixels. */
export function inPicture(
  part: number,
  i: number,
  j: number,
  look: Augmentation = NO_AUGMENTATION,
): Point {
  return throughMap(viewMaps(look)[part >> 3], part, i, j);
}

function throughMap([a, b, c, d, e, f]: Affine, part: number, i: number, j: number): Point {
  const [row, column] = inView(part, i, j);
  return [a * column + b * row + c, d * column + e * row + f];
}

/** All sixteen, for a look at a picture that is neither shifted nor zoomed by default. */
export function partPlaces(look: Augmentation = NO_AUGMENTATION): PartPlace[] {
  const maps = viewMaps(look);
  // The outline runs along the edges of pixels, not through their centres.
  const [near, far] = [-0.5, PART_SIZE - 0.5];
  return Array.from({ length: PARTS }, (_, part) => {
    const at = (i: number, j: number) => throughMap(maps[part >> 3], part, i, j);
    return {
      part,
      view: viewOfPart(part),
      corner: part % 4,
      outline: [at(near, near), at(near, far), at(far, far), at(far, near)],
    };
  });
}
