/** From pixels to views. */
import { IMAGE_BYTES, warpViews } from "../data/views/warp.ts";
import { UserError } from "../errors.ts";
import type { Model } from "../galaxy/model.ts";
import type { ORDERS } from "../galaxy/parts.ts";
import {
  type Augmentation,
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  type Preparation,
  viewMaps,
} from "../galaxy/transforms.ts";
import { seenTransforms } from "../predict/averaging.ts";

export { IMAGE_BYTES };

/** How an image is looked at. */
export interface Look extends Augmentation {
  /** Added to red, green and blue. */
  readonly colour?: readonly [number, number, number];
}

/** Orders of its parts in which a network sees each look: a flip and half a turn only change the order. */
export function ordersOf(transforms: 60 | 1): 1 | typeof ORDERS {
  // Its type holds the number: a worker that makes views needs no kernels.
  return transforms === 60 ? 4 : 1;
}

/** The looks whose views a network is given: those of the sixty that are not another order of one's parts. */
export function looksOf(transforms: 60 | 1): readonly Look[] {
  if (transforms === 1) return [NO_AUGMENTATION];
  return Array.from(seenTransforms(ordersOf(transforms)), (index) => FIXED_AUGMENTATIONS[index]);
}

/**
 * Number of images in `pixels`.
 * @throws RangeError when these are no whole images; UserError when the model centres galaxies and there
 * is not one preparation for each image
 */
export function imagesIn(
  pixels: Uint8Array,
  { name, preparation }: Model,
  preparations: readonly Preparation[] | undefined,
): number {
  const images = pixels.length / IMAGE_BYTES;
  if (images < 1 || !Number.isInteger(images)) {
    throw new RangeError(
      `${pixels.length} bytes of pixels; an image has 424 × 424 × 3 = ${IMAGE_BYTES}`,
    );
  }
  const given = preparations?.length ?? 0;
  if (given !== (preparation ? images : 0)) {
    const rule = preparation
      ? `centres galaxies (${preparation}), and needs centre and scale of each`
      : "does not centre galaxies";
    throw new UserError(`${name} ${rule}: ${given} are given for ${images} images`);
  }
  return images;
}

/** Views (looks, 2, 3, 69, 69) of one image. */
export function viewsOf(
  pixels: Uint8Array,
  looks: readonly Look[],
  preparation: Preparation | undefined,
): Float32Array {
  const views = new Float32Array(looks.length * IMAGE_FLOATS);
  looks.forEach((look, row) =>
    warpViews(pixels, viewMaps(look, preparation), views, row * IMAGE_FLOATS, look.colour)
  );
  return views;
}

/** The pixels of one image among several. */
export function imageAt(pixels: Uint8Array, image: number): Uint8Array {
  return pixels.subarray(image * IMAGE_BYTES, (image + 1) * IMAGE_BYTES);
}
