/** A worker of `fillCache`: decodes images and writes them to their places. */
import { messageOf, UserError } from "../errors.ts";
import { checksumOf } from "./cache_index.ts";
import { type FileState, stateOf } from "./file_states.ts";
import { decodeImage } from "./image_source.ts";
import { IMAGE_BYTES } from "./warp.ts";

/** Images to decode into the cache. */
export interface CacheBatch {
  /** The cache's file of pixels. */
  pixels: string;
  images: { path: string; place: number }[];
}

/** An image that is in the cache now. */
export interface Stored extends FileState {
  place: number;
  checksum: number;
}

/** The answer to a batch. */
export interface CacheAnswer {
  stored: Stored[];
  /** What is wrong with the images that cannot be used. */
  unusable: string[];
  /** Why nothing more can be stored. */
  failure?: string;
}

const port = self as unknown as {
  onmessage: (event: MessageEvent<CacheBatch>) => void;
  postMessage(answer: CacheAnswer): void;
};

let file: Deno.FsFile | undefined;

async function store({ pixels, images }: CacheBatch): Promise<CacheAnswer> {
  const answer: CacheAnswer = { stored: [], unusable: [] };
  try {
    file ??= Deno.openSync(pixels, { write: true });
    for (const { path, place } of images) {
      let state: FileState;
      let rgb: Uint8Array;
      try {
        // The state first: what changes from here on shows as a change.
        state = stateOf(Deno.statSync(path));
        rgb = await decodeImage(path);
      } catch (error) {
        if (!(error instanceof UserError || error instanceof Deno.errors.NotFound)) throw error;
        answer.unusable.push(messageOf(error));
        continue;
      }
      write(file, rgb, place);
      answer.stored.push({ place, ...state, checksum: checksumOf(rgb) });
    }
  } catch (error) {
    answer.failure = messageOf(error);
  }
  return answer;
}

function write(file: Deno.FsFile, rgb: Uint8Array, place: number) {
  file.seekSync(place * IMAGE_BYTES, Deno.SeekMode.Start);
  for (let written = 0; written < IMAGE_BYTES;) {
    written += file.writeSync(rgb.subarray(written));
  }
}

port.onmessage = async ({ data }) => port.postMessage(await store(data));
