/**
 * Where a view's pixel comes from: affine maps from a position in the 69 × 69 view to a position in
 * the 424 × 424 image (docs/augmentation.md §2–4, §10). A position is (x, y) = (column, row), pixel
 * centres lie on whole numbers from 0, y grows downwards.
 */

/** (a, b, c, d, e, f): (x, y) → (a·x + b·y + c, d·x + e·y + f) */
export type Affine = readonly [number, number, number, number, number, number];

/** Rows and columns of a source image. */
export const IMAGE_SIZE = 424;
/** Rows and columns of a view. */
export const VIEW_SIZE = 69;
/** One upright, one turned by 45°; the network mirrors each of them itself. */
export const VIEW_COUNT = 2;
/** Red, green and blue. */
export const CHANNELS = 3;
/** Numbers of one image's views: (view, channel, row, column) = (2, 3, 69, 69). */
export const IMAGE_FLOATS = VIEW_COUNT * CHANNELS * VIEW_SIZE * VIEW_SIZE;

/** Column and row of an image's centre. */
export const IMAGE_CENTRE = (IMAGE_SIZE - 1) / 2;
const REDUCTION = 3;

/** The map that applies `first`, then `second`. */
export function compose(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [A, B, C, D, E, F] = second;
  return [
    A * a + B * d,
    A * b + B * e,
    A * c + B * f + C,
    D * a + E * d,
    D * b + E * e,
    D * c + E * f + F,
  ];
}

/** A linear map about the centre of the image, then a shift: q → centre + L·(q − centre) + shift. */
function aboutCentre(
  [a, b, d, e]: readonly [number, number, number, number],
  shiftX = 0,
  shiftY = 0,
): Affine {
  const centre = IMAGE_CENTRE;
  return [a, b, centre - (a + b) * centre + shiftX, d, e, centre - (d + e) * centre + shiftY];
}

/** D: every third pixel of the middle of the image, without a low-pass filter (§3.1). */
export const DOWNSAMPLE: Affine = (() => {
  const offset = IMAGE_CENTRE - REDUCTION * (VIEW_SIZE - 1) / 2;
  return [REDUCTION, 0, offset, 0, REDUCTION, offset];
})();

/** How a galaxy is looked at, about the centre of the image; applied in the order of the fields. */
export interface Augmentation {
  /** Mirrors the columns. */
  flip: boolean;
  /** Turns the sampling positions clockwise, the picture counter-clockwise; degrees. */
  rotation: number;
  /** Above 1 enlarges the galaxy. */
  zoom: number;
  /** Added last, in pixels of the image, neither scaled nor turned. */
  shiftX: number;
  shiftY: number;
}

export const NO_AUGMENTATION: Augmentation = {
  flip: false,
  rotation: 0,
  zoom: 1,
  shiftX: 0,
  shiftY: 0,
};

/** A: q → centre + R(rotation)·mirror·(q − centre) / zoom + shift (§3.2). */
export function augment({ flip, rotation, zoom, shiftX, shiftY }: Augmentation): Affine {
  const cosine = Math.cos(rotation * Math.PI / 180) / zoom;
  const sine = Math.sin(rotation * Math.PI / 180) / zoom;
  const mirror = flip ? -1 : 1;
  return aboutCentre([mirror * cosine, -sine, mirror * sine, cosine], shiftX, shiftY);
}

/** Where a galaxy is and by how much to enlarge it, as measured beforehand. */
export interface Preparation {
  /** Column of its centre, from 0. */
  x: number;
  /** Row of its centre, from 0. */
  y: number;
  /** Above 1 enlarges it. */
  scale: number;
}

/** C: p → (x, y) + (p − centre of the image) / scale (§3.4). */
export function prepare({ x, y, scale }: Preparation): Affine {
  const step = 1 / scale;
  return aboutCentre([step, 0, 0, step], x - IMAGE_CENTRE, y - IMAGE_CENTRE);
}

/** D, then the turn of each view: 0° and 45° (§3.3). */
const BASES: readonly Affine[] = [0, 45].map((rotation) =>
  compose(DOWNSAMPLE, augment({ ...NO_AUGMENTATION, rotation }))
);

/**
 * The maps of the two views of one image: D, the view's turn, A, then C where it is given (§4).
 * Both views share the augmentation, so they stay exact 45° partners.
 */
export function viewMaps(augmentation: Augmentation, preparation?: Preparation): Affine[] {
  const whole = preparation
    ? compose(augment(augmentation), prepare(preparation))
    : augment(augmentation);
  return BASES.map((base) => compose(base, whole));
}

/**
 * The sixty augmentations that a prediction averages over; index = 20 · zoom + 2 · rotation + flip
 * (§10).
 */
export const FIXED_AUGMENTATIONS: readonly Augmentation[] = [1 / 1.2, 1, 1.2].flatMap((zoom) =>
  Array.from({ length: 10 }, (_, tenth) => 36 * tenth).flatMap((rotation) =>
    [false, true].map((flip) => ({ ...NO_AUGMENTATION, zoom, rotation, flip }))
  )
);
