/**
 * Decoded images by index: from memory that all workers share where they fit, else from the cache
 * on disk where there is one, else from their JPEGs.
 */
import { messageOf, UserError } from "../errors.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { type CachedImages, CacheReader } from "./cache.ts";
import { decodeJpeg } from "./decode.ts";
import { IMAGE_BYTES } from "./warp.ts";

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
   * The pixels of an image, 424 × 424 × 3 bytes, row by row. They are only valid until the next
   * image is read.
   * @throws UserError when the file cannot be read or is not such an image
   */
  async read(index: number): Promise<Uint8Array> {
    const cache = this.#cache;
    if (!cache) return await this.#load(index);
    const kept = new Uint8Array(cache.pixels, index * IMAGE_BYTES, IMAGE_BYTES);
    if (Atomics.load(cache.states, index) === READY) return kept;
    const pixels = await this.#load(index);
    // Whoever comes second uses its own copy instead of waiting for the first to finish writing.
    if (Atomics.compareExchange(cache.states, index, EMPTY, BEING_WRITTEN) === EMPTY) {
      kept.set(pixels);
      Atomics.store(cache.states, index, READY);
    }
    return pixels;
  }

  async #load(index: number): Promise<Uint8Array> {
    return this.#reader?.read(index) ?? await decodeImage(this.#paths[index]);
  }
}

/**
 * The pixels of a JPEG file, 424 × 424 × 3 bytes, row by row.
 * @throws UserError when the file cannot be read or is not such an image
 */
export async function decodeImage(path: string): Promise<Uint8Array> {
  const { width, height, rgb } = await decodeJpeg(readFile(path), path);
  if (width !== IMAGE_SIZE || height !== IMAGE_SIZE) {
    throw new UserError(
      `${path} is ${width}×${height} pixels, expected ${IMAGE_SIZE}×${IMAGE_SIZE}`,
    );
  }
  return rgb;
}

function readFile(path: string): Uint8Array {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${messageOf(error)}`);
  }
}
