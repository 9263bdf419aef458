/** What a JPEG file says of itself before its first scan, and what of that we cannot use. */
import {
  damaged,
  isFrame,
  JpegProblem,
  MARKER,
  readSegment,
  truncated,
  unsupported,
} from "./markers.ts";

export interface JpegComponent {
  id: number;
  /** Samples of it for every `horizontal` × `vertical` of the largest component, 1 … 4. */
  horizontal: number;
  vertical: number;
  /** Number of its quantisation table. */
  table: number;
}

export interface JpegHeader {
  coding: "sequential" | "progressive";
  width: number;
  height: number;
  components: JpegComponent[];
  /** How libjpeg, and so nearly everybody, reads three components. */
  colours: "RGB" | "YCbCr";
  /** Where the transform bytes of Adobe's markers stand in the file. */
  adobe: number[];
}

/** Frames that are neither sequential nor progressive with Huffman codes. */
const OTHER_FRAMES: Readonly<Record<number, string>> = {
  0xc3: "is coded without loss",
  0xc5: "is coded in several resolutions",
  0xc6: "is coded in several resolutions",
  0xc7: "is coded in several resolutions",
  0xc9: "is coded arithmetically",
  0xca: "is coded arithmetically",
  0xcb: "is coded arithmetically",
  0xcd: "is coded arithmetically",
  0xce: "is coded arithmetically",
  0xcf: "is coded arithmetically",
  0xde: "is coded in several resolutions", // DHP
  0xf7: "is a JPEG-LS", // SOF55
};

/** How files begin that are often called .jpg and are none. */
const OTHER_FILES: readonly [start: string, kind: string][] = [
  ["\x89PNG", "a PNG"],
  ["GIF8", "a GIF"],
  ["RIFF", "a WebP or another RIFF file"],
  ["II*\0", "a TIFF"],
  ["MM\0*", "a TIFF"],
  ["BM", "a BMP"],
  ["SIMPLE  =", "a FITS file"],
  ["\x1f\x8b", "packed with gzip"],
  ["PK\x03\x04", "a zip archive"],
  ["version https://git-lfs", "a pointer of Git LFS, not the file"],
  ["<", "a web page or XML"],
];

/**
 * Reads the header of a JPEG file, up to the first scan. Costs nothing, whatever size it claims.
 * @throws JpegProblem when it is no JPEG, is damaged, or of a kind that we cannot decode
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  if (bytes.length === 0) throw new JpegProblem("is empty. Fetch it again");
  if (bytes[0] !== 0xff || bytes[1] !== MARKER.SOI) throw noJpeg(bytes);
  let frame: Omit<JpegHeader, "colours" | "adobe"> | undefined;
  let jfif = false;
  const adobe: number[] = [];
  for (let at = 2;;) {
    const { marker, content, end } = readSegment(bytes, at);
    if (isFrame(marker) || marker in OTHER_FRAMES) {
      if (frame) throw damaged("it has two frame headers");
      frame = readFrame(marker, content);
    } else if (marker === MARKER.APP0) {
      jfif ||= content.length >= 14 && startsWith(content, "JFIF\0");
    } else if (marker === MARKER.APP14) {
      if (content.length >= 12 && startsWith(content, "Adobe")) {
        adobe.push(content.byteOffset - bytes.byteOffset + 11);
      }
    } else if (marker === MARKER.SOS || marker === MARKER.EOI) {
      if (!frame) throw damaged("it has no frame header");
      if (marker === MARKER.EOI) throw damaged("it has no image data");
      const transform = adobe.length ? bytes[adobe.at(-1)!] : undefined;
      return { ...frame, colours: coloursOf(frame.components, jfif, transform), adobe };
    }
    at = end;
    if (at >= bytes.length) throw truncated(bytes);
  }
}

function readFrame(marker: number, content: Uint8Array) {
  const other = OTHER_FRAMES[marker];
  if (other) throw unsupported(other);
  const [precision, high, low, wide, narrow, count] = content;
  if (content.length < 9 || content.length !== 6 + 3 * count) {
    throw damaged("its frame header cannot be read");
  }
  if (precision !== 8) throw unsupported(`has ${precision} bits per colour instead of 8`);
  const components = Array.from({ length: count }, (_, k): JpegComponent => {
    const [id, sampling, table] = content.subarray(6 + 3 * k);
    return { id, horizontal: sampling >> 4, vertical: sampling & 15, table };
  });
  if (components.some((c) => !isSampling(c.horizontal) || !isSampling(c.vertical))) {
    throw damaged("its frame header cannot be read");
  }
  if (new Set(components.map(({ id }) => id)).size < count) {
    throw unsupported("has two components of one name");
  }
  return {
    coding: marker === 0xc2 ? "progressive" as const : "sequential" as const,
    width: wide << 8 | narrow,
    height: high << 8 | low,
    components,
  };
}

function isSampling(factor: number): boolean {
  return factor >= 1 && factor <= 4;
}

/** The rule of libjpeg (`default_decompress_parms`), which Pillow and browsers share. */
function coloursOf(components: readonly JpegComponent[], jfif: boolean, transform?: number) {
  if (jfif) return "YCbCr";
  if (transform !== undefined) return transform === 0 ? "RGB" : "YCbCr";
  return String.fromCharCode(...components.map(({ id }) => id)) === "RGB" ? "RGB" : "YCbCr";
}

/**
 * What is wrong with an image of that header, as the end of a sentence, before anything is decoded.
 * @param size its width and height in pixels; any where it is left out
 */
export function headerProblem(header: JpegHeader, size?: number): string | undefined {
  const { width, height, components: { length: channels } } = header;
  if (size === undefined ? width * height === 0 : width !== size || height !== size) {
    return `is ${width}×${height} pixels` +
      (size === undefined ? "" : `, expected ${size}×${size}`);
  }
  if (channels === 3) return undefined;
  const kind = channels === 1 ? " (grey)" : channels === 4 ? " (CMYK)" : "";
  const channel = channels === 1 ? "channel" : "channels";
  return `has ${channels} colour ${channel}${kind}, expected 3. Save it in colour, as RGB`;
}

function noJpeg(bytes: Uint8Array): JpegProblem {
  const kind = OTHER_FILES.find(([start]) => startsWith(bytes, start))?.[1];
  return new JpegProblem(kind ? `is not a JPEG, but ${kind}` : "is not a JPEG");
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length &&
    Array.from(text).every((character, k) => character.charCodeAt(0) === bytes[k]);
}
