/**
 * Decoded images by index: from memory that all workers share where they fit, else from the cache
 * on disk where there is one, else from their JPEGs.
 */
import { readFileSync } from "../../files/read.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";
import { type CachedImages, CacheReader, type PixelWork } from "../cache/cached_images.ts";
import { MAX_IMAGE_BYTES } from "./check.ts";
import { decodeJpeg } from "../jpeg/decode.ts";
import { IMAGE_BYTES } from "../views/warp.ts";

/** Memory for decoded images, passed to every worker. */
export interface ImageCache {
  /** One image after another, 424 × 424 × 3 bytes each. */
  pixels: SharedArrayBuffer;
  /** One state per image. */
  states: Uint8Array;
}

const EMPTY = 0;
const BEING_WRITTEN = 1;
const READY = 2;

/** Memory for `count` images, or nothing where that is more than `limit` bytes or cannot be had. */
export function allocateCache(count: number, limit: number): ImageCache | undefined {
  if (count * IMAGE_BYTES > limit) return undefined;
  try {
    return {
      pixels: new SharedArrayBuffer(count * IMAGE_BYTES),
      states: new Uint8Array(new SharedArrayBuffer(count)),
    };
  } catch {
    // The cache only saves time: without memory for it, images are decoded every time.
    return undefined;
  }
}

/** Reads images of one list of files. */
export class ImageSource {
  readonly #paths: readonly string[];
  readonly #cache: ImageCache | undefined;
  readonly #reader: CacheReader | undefined;

  /**
   * @param cache memory for the images
   * @param stored where they lie decoded on disk
   */
  constructor(paths: readonly string[], cache?: ImageCache, stored?: CachedImages) {
    this.#paths = paths;
    this.#cache = cache;
    this.#reader = stored && new CacheReader(stored);
  }

  /**
   * Hands the pixels of an image, 424 × 424 × 3 bytes, row by row, to `work`.
   * @throws UserError when the file cannot be read or is not such an image
   */
  async use(index: number, work: PixelWork): Promise<void> {
    const cache = this.#cache;
    const kept = cache && new Uint8Array(cache.pixels, index * IMAGE_BYTES, IMAGE_BYTES);
    if (kept && Atomics.load(cache.states, index) === READY) return work(kept);
    if (this.#reader) return this.#reader.use(index, work);
    const pixels = await decodeImage(this.#paths[index]);
    // Whoever comes second uses its own copy instead of waiting for the first to finish writing.
    if (kept && Atomics.compareExchange(cache.states, index, EMPTY, BEING_WRITTEN) === EMPTY) {
      kept.set(pixels);
      Atomics.store(cache.states, index, READY);
    }
    work(pixels);
  }
}

/**
 * The pixels of a JPEG file, 424 × 424 × 3 bytes, row by row. Its header decides before anything is
 * decoded.
 * @throws UserError when the file cannot be read or is not such an image
 */
export async function decodeImage(path: string): Promise<Uint8Array> {
  const bytes = readFileSync(path, { limit: MAX_IMAGE_BYTES });
  return (await decodeJpeg(bytes, path, { size: IMAGE_SIZE })).rgb;
}
