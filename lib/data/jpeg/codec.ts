/** The one place that knows imagescript's WASM codec: its memory, its handles, its failures. */
// @ts-types="./module.d.ts"
import module from "./module.js";

/** What `imagescript/wasm/any/jpeg.wasm` exports. Pointers and sizes are bytes of its memory. */
interface Codec {
  memory: WebAssembly.Memory;
  /** Size of the byte array returned last. */
  wlen(): number;
  walloc(size: number): number;
  wfree(pointer: number, size: number): void;
  /** Takes the input over. Returns a handle, or 0 or 1 where it fails. Width and height 0: as is. */
  decode(pointer: number, size: number, width: number, height: number): number;
  decode_width(handle: number): number;
  decode_height(handle: number): number;
  /** 0 grey, 1 RGB, 2 CMYK */
  decode_format(handle: number): number;
  decode_buffer(handle: number): number;
  decode_free(handle: number): void;
  /** Takes RGBA pixels over and returns the file's bytes. */
  encode(pointer: number, width: number, height: number, quality: number): number;
}

const FORMATS = ["grey", "RGB", "CMYK"] as const;

export interface RawImage {
  width: number;
  height: number;
  format: typeof FORMATS[number];
  pixels: Uint8Array;
}

let instance: Codec | undefined;

/** Runs `work` on the codec; after a failure its memory is not trusted again. */
function withCodec<T>(work: (codec: Codec) => T): T {
  instance ??= new WebAssembly.Instance(module).exports as unknown as Codec;
  try {
    return work(instance);
  } catch (error) {
    instance = undefined;
    throw error;
  }
}

function store(codec: Codec, bytes: Uint8Array): number {
  const pointer = codec.walloc(bytes.length);
  new Uint8Array(codec.memory.buffer).set(bytes, pointer);
  return pointer;
}

/**
 * Decodes a JPEG file.
 * @throws Error when the codec cannot read it
 */
export function decodeRaw(bytes: Uint8Array): RawImage {
  return withCodec((codec) => {
    const handle = codec.decode(store(codec, bytes), bytes.length, 0, 0);
    if (handle === 0 || handle === 1) throw new Error("the codec cannot read it");
    const pointer = codec.decode_buffer(handle);
    const image = {
      width: codec.decode_width(handle),
      height: codec.decode_height(handle),
      format: FORMATS[codec.decode_format(handle)],
      pixels: new Uint8Array(codec.memory.buffer, pointer, codec.wlen()).slice(),
    };
    codec.decode_free(handle);
    return image;
  });
}

/** Encodes RGBA pixels, row by row, as a JPEG file of quality 1 … 100. */
export function encodeRaw(
  rgba: Uint8Array,
  width: number,
  height: number,
  quality: number,
): Uint8Array {
  return withCodec((codec) => {
    const pointer = codec.encode(store(codec, rgba), width, height, quality);
    const size = codec.wlen();
    const bytes = new Uint8Array(codec.memory.buffer, pointer, size).slice();
    codec.wfree(pointer, size);
    return bytes;
  });
}
