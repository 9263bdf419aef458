/** Decodes images and writes them to their places in a cache: the work of one worker of `fillCache`. */
import { messageOf, UserError } from "../../errors.ts";
import { sha256 } from "../../files/digest.ts";
import { fileError, isFull } from "../../files/explain.ts";
import { readFileSync } from "../../files/read.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";
import type { ImageState } from "../../marks.ts";
import { checksumOf } from "./index_file.ts";
import { imageProblem, MAX_IMAGE_BYTES } from "../images/check.ts";
import { decodeJpeg } from "../jpeg/decode.ts";
import { stateOf } from "../file_states.ts";
import { IMAGE_BYTES } from "../views/warp.ts";

/** Images to decode into the cache. */
export interface CacheBatch {
  /** The cache's file of pixels. */
  pixels: string;
  images: { path: string; place: number }[];
}

/** An image that is in the cache now. */
export interface Stored extends ImageState {
  place: number;
  checksum: number;
}

/** A worker's reply to a batch. */
export interface CacheReply {
  stored: Stored[];
  /** What is wrong with the images that cannot be used. */
  unusable: string[];
  /** Why nothing more can be stored. */
  failure?: { message: string; full: boolean };
}

/** Keeps the file of pixels open from the first batch on. */
export class CacheWriter {
  #file: Deno.FsFile | undefined;

  /** Decodes a batch; what goes wrong is in the reply. */
  async store({ pixels, images }: CacheBatch): Promise<CacheReply> {
    const reply: CacheReply = { stored: [], unusable: [] };
    for (const { path, place } of images) {
      let decoded;
      try {
        decoded = await decode(path);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        reply.unusable.push(error.message);
        continue;
      }
      const { rgb, ...state } = decoded;
      try {
        this.#file ??= Deno.openSync(pixels, { write: true });
        write(this.#file, rgb, place);
      } catch (error) {
        const message = messageOf(fileError(error, pixels, "written"));
        reply.failure = { message, full: isFull(error) };
        return reply;
      }
      reply.stored.push({ place, ...state, checksum: checksumOf(rgb) });
    }
    return reply;
  }

  close() {
    this.#file?.close();
    this.#file = undefined;
  }
}

async function decode(path: string): Promise<ImageState & { rgb: Uint8Array }> {
  // The state first: what changes from here on shows as a change.
  let state;
  try {
    state = stateOf(Deno.statSync(path));
  } catch (error) {
    throw fileError(error, path, "read");
  }
  const bytes = readFileSync(path, { limit: MAX_IMAGE_BYTES });
  const problem = imageProblem(bytes, IMAGE_SIZE);
  if (problem) throw new UserError(`${path} ${problem}`);
  const { rgb } = await decodeJpeg(bytes, path);
  return { ...state, sha256: sha256(bytes), rgb };
}

function write(file: Deno.FsFile, rgb: Uint8Array, place: number) {
  file.seekSync(place * IMAGE_BYTES, Deno.SeekMode.Start);
  for (let written = 0; written < IMAGE_BYTES;) {
    written += file.writeSync(rgb.subarray(written));
  }
}
