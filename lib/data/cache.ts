/** Decoded images from a byte cache on disk, which `deno task cache` makes (see `cache_build.ts`). */
import { basename } from "node:path";
import { messageOf, UserError } from "../errors.ts";
import { cacheFolderOf, defaultCacheFolder } from "./cache_folder.ts";
import { cacheFiles, checksumOf, type ImageSetName, readIndex } from "./cache_index.ts";
import { lockForReading } from "./cache_lock.ts";
import { few } from "./few.ts";
import { fileStates, sameState } from "./file_states.ts";
import { IMAGE_BYTES } from "./warp.ts";

/** Where the pixels of a list of images lie; plain data, for workers. */
export interface CachedImages {
  /** The file of pixels. */
  pixels: string;
  /** The record of each image. */
  places: Uint32Array;
  checksums: Uint32Array;
}

/**
 * The cache of images of one set, checked against the sizes and dates of their JPEGs; `undefined`
 * where no cache was made.
 * @param data the data folder
 * @param paths the images wanted, `…/<GalaxyID>.jpg`; others in the cache may be stale
 * @throws UserError when an image is missing in the cache, has changed since, or when the cache is
 * truncated or damaged
 */
export async function openCache(
  data: string,
  set: ImageSetName,
  paths: readonly string[],
  warn: (text: string) => void = console.warn,
): Promise<CachedImages | undefined> {
  const folder = await cacheFolderOf(data);
  const files = cacheFiles(folder, set);
  const index = await readIndex(files.index);
  if (!index) {
    if (folder !== defaultCacheFolder(data)) {
      warn(`note: ${data}/cache.json names ${folder}, which holds no cache of ${set} images`);
    }
    return undefined;
  }
  const size = await Deno.stat(files.pixels).then(({ size }) => size, () => 0);
  const places = new Map(index.records.map((record, place) => [record?.id, place]));
  const states = await fileStates(paths);
  const problems = { missing: [] as string[], stale: [] as string[], cut: [] as string[] };
  const found = { places: new Uint32Array(paths.length), checksums: new Uint32Array(paths.length) };
  paths.forEach((path, k) => {
    const place = places.get(galaxyOf(path));
    const record = place === undefined ? undefined : index.records[place];
    if (place === undefined || !record) return problems.missing.push(path);
    if (!sameState(record, states[k])) return problems.stale.push(path);
    if ((place + 1) * IMAGE_BYTES > size) return problems.cut.push(path);
    found.places[k] = place;
    found.checksums[k] = record.checksum;
  });
  const listed = (list: string[]) => few(list, (path) => basename(path)).join(", ");
  const { missing, stale, cut } = problems;
  const reasons = [
    missing.length && `${missing.length} are not in it yet: ${listed(missing)}`,
    stale.length && `${stale.length} have changed since: ${listed(stale)}`,
    cut.length && `${cut.length} are cut off, since it has only ${size} bytes: ${listed(cut)}`,
  ].filter((reason) => reason);
  if (reasons.length === 0) return { pixels: files.pixels, ...found };
  throw new UserError(
    `the cache ${files.pixels} does not fit the ${paths.length} ${set} images:\n  ` +
      `${reasons.join("\n  ")}\nBring it up to date with deno task cache --data ${data}, or do ` +
      `without it: deno task cache --data ${data} --remove`,
  );
}

function galaxyOf(path: string): number {
  return Number(basename(path, ".jpg"));
}

/** Reads the records of a cache; opens the file at the first. */
export class CacheReader {
  readonly #images: CachedImages;
  #file: Deno.FsFile | undefined;
  readonly #record = new Uint8Array(IMAGE_BYTES);

  constructor(images: CachedImages) {
    this.#images = images;
  }

  /**
   * The pixels of an image, 424 × 424 × 3 bytes, row by row, until the next one is read.
   * @throws UserError when the cache cannot be read, is being written or has been damaged
   */
  read(index: number): Uint8Array {
    const { pixels, places, checksums } = this.#images;
    const file = this.#file ??= open(pixels);
    file.seekSync(places[index] * IMAGE_BYTES, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < IMAGE_BYTES) {
      const count = file.readSync(this.#record.subarray(filled));
      if (!count) break;
      filled += count;
    }
    if (filled < IMAGE_BYTES || checksumOf(this.#record) !== checksums[index]) {
      throw new UserError(
        `the cache ${pixels} is damaged: record ${places[index]} is not what was written. Remove ` +
          `it with deno task cache --remove, then make it again`,
      );
    }
    return this.#record;
  }

  /** Lets others rewrite the cache. */
  close() {
    this.#file?.close();
    this.#file = undefined;
  }
}

function open(path: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    throw new UserError(`the cache ${path} cannot be read: ${messageOf(error)}`);
  }
  lockForReading(file, path);
  return file;
}
