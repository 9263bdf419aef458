/** Decoded images from a byte cache on disk, which `deno task cache` makes (see `build.ts`). */
import { basename, parse } from "node:path";
import { commandLine } from "../../called.ts";
import { UserError } from "../../errors.ts";
import { fileError } from "../../files/explain.ts";
import { infoOf, openFileSync } from "../../files/read.ts";
import type { ImageState } from "../../marks.ts";
import { cacheFolderOf, defaultCacheFolder } from "./folder.ts";
import { cacheFiles, checksumOf, type ImageSetName, readIndex } from "./index_file.ts";
import { lockForReading } from "./lock.ts";
import { few } from "../few.ts";
import { fileStates, sameState } from "../file_states.ts";
import { IMAGE_BYTES } from "../views/warp.ts";

/** Where the pixels of a list of images lie; plain data, for workers. */
export interface CachedImages {
  /** The file of pixels. */
  pixels: string;
  /** The record of each image. */
  places: Uint32Array;
  checksums: Uint32Array;
}

/** A cache that holds a list of images as their JPEGs are now. */
export interface OpenedCache extends CachedImages {
  /** The JPEG of each image, as it was when it was decoded. */
  states: ImageState[];
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
): Promise<OpenedCache | undefined> {
  const folder = await cacheFolderOf(data);
  const files = cacheFiles(folder, set);
  const index = await readIndex(files.index);
  if (!index) {
    if (folder !== defaultCacheFolder(data)) {
      warn(`note: ${data}/cache.json names ${folder}, which holds no cache of ${set} images`);
    }
    return undefined;
  }
  const size = (await infoOf(files.pixels))?.size ?? 0;
  const places = new Map(index.records.map((record, place) => [record?.id, place]));
  const states = await fileStates(paths);
  const problems = { missing: [] as string[], stale: [] as string[], cut: [] as string[] };
  const found = {
    places: new Uint32Array(paths.length),
    checksums: new Uint32Array(paths.length),
    states: new Array<ImageState>(paths.length),
  };
  paths.forEach((path, k) => {
    const place = places.get(galaxyOf(path));
    const record = place === undefined ? undefined : index.records[place];
    if (place === undefined || !record) return problems.missing.push(path);
    if (!sameState(record, states[k])) return problems.stale.push(path);
    if ((place + 1) * IMAGE_BYTES > size) return problems.cut.push(path);
    found.places[k] = place;
    found.checksums[k] = record.checksum;
    found.states[k] = { bytes: record.bytes, modified: record.modified, sha256: record.sha256 };
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
      `${reasons.join("\n  ")}\nBring it up to date with ` +
      `${commandLine(`cache --data ${data}`)}, or do ` +
      `without it: ${commandLine(`cache --data ${data} --remove`)}`,
  );
}

function galaxyOf(path: string): number {
  return Number(parse(path).name);
}

/**
 * What is done with pixels whose memory the next image will take: it has to be done at once. The type
 * does not let an async function pass, which could go on when other pixels are there.
 */
export type PixelWork = (pixels: Uint8Array) => undefined;

/** Reads the records of a cache; opens the file at the first. */
export class CacheReader {
  readonly #images: CachedImages;
  #file: Deno.FsFile | undefined;
  readonly #record = new Uint8Array(IMAGE_BYTES);

  constructor(images: CachedImages) {
    this.#images = images;
  }

  /**
   * Hands the pixels of an image, 424 × 424 × 3 bytes, row by row, to `work`.
   * @throws UserError when the cache cannot be read, is being written or has been damaged
   */
  use(index: number, work: PixelWork) {
    const { pixels, places, checksums } = this.#images;
    const filled = this.#fill(places[index] * IMAGE_BYTES);
    if (filled < IMAGE_BYTES || checksumOf(this.#record) !== checksums[index]) {
      throw new UserError(
        `the cache ${pixels} is damaged: record ${places[index]} is not what was written. Remove ` +
          `it with ${commandLine("cache --remove")}, then make it again`,
      );
    }
    work(this.#record);
  }

  /** Reads as much of a record as there is. */
  #fill(offset: number): number {
    const { pixels } = this.#images;
    const file = this.#file ??= open(pixels);
    try {
      file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < IMAGE_BYTES) {
        const count = file.readSync(this.#record.subarray(filled));
        if (!count) break;
        filled += count;
      }
      return filled;
    } catch (error) {
      throw fileError(error, pixels, "read");
    }
  }

  /** Lets others rewrite the cache. */
  close() {
    this.#file?.close();
    this.#file = undefined;
  }
}

function open(path: string): Deno.FsFile {
  const { file } = openFileSync(path, { limit: Infinity });
  try {
    lockForReading(file, path);
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}
