/** The chunks of a PNG file (PNG specification, third edition, chapters 5 and 11): header, data, damage. */
import { UserError } from "../errors.ts";

/** What a PNG says of itself. */
export interface PngHeader {
  width: number;
  height: number;
  /** Bits per sample: 1, 2, 4, 8 or 16. */
  depth: number;
  colour: "grey" | "RGB" | "palette" | "grey with alpha" | "RGB with alpha";
  interlaced: boolean;
}

export interface PngChunks {
  header: PngHeader;
  /** Zlib data of the picture, or of the first where there are several. */
  data: Uint8Array[];
  /** RGB, 3 bytes each. */
  palette: Uint8Array | undefined;
  /** Alpha of palette entries, or the colour that is transparent, as tRNS stores them. */
  transparency: Uint8Array | undefined;
  animated: boolean;
  exif: Uint8Array | undefined;
}

const SIGNATURE = 8;

/** Colour types, and the depths that each may have. */
const COLOURS: Readonly<Record<number, readonly [PngHeader["colour"], readonly number[]]>> = {
  0: ["grey", [1, 2, 4, 8, 16]],
  2: ["RGB", [8, 16]],
  3: ["palette", [1, 2, 4, 8]],
  4: ["grey with alpha", [8, 16]],
  6: ["RGB with alpha", [8, 16]],
};

/**
 * The chunks that matter, each compared with its checksum. Nothing is unpacked.
 * @param accept is shown the header before anything else is looked at, and may throw
 * @throws UserError when the file is damaged or cut off
 */
export function readPngChunks(
  bytes: Uint8Array,
  name: string,
  accept: (header: PngHeader) => void,
): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (reason: string) =>
    new UserError(`${name} is damaged: ${reason}. Fetch it again`);
  const cut = () =>
    new UserError(`${name} is truncated after ${bytes.length} bytes. Fetch it again`);
  const chunks: Omit<PngChunks, "header"> = {
    data: [],
    palette: undefined,
    transparency: undefined,
    animated: false,
    exif: undefined,
  };
  let header: PngHeader | undefined;
  for (let at = SIGNATURE;;) {
    if (at + 12 > bytes.length) throw cut();
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged("it has a chunk without a name");
    const end = at + 12 + length;
    if (end > bytes.length) throw cut();
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== view.getUint32(end - 4)) {
      throw damaged(`its chunk ${type} does not agree with its checksum`);
    }
    if (!header) {
      if (type === "CgBI") {
        throw new UserError(
          `${name} is a PNG in Apple's own form for phones. Save it again as an ordinary PNG`,
        );
      }
      if (type !== "IHDR") throw damaged("it does not begin with a header");
      header = readHeader(content, damaged);
      accept(header);
    } else if (type === "IEND") {
      if (chunks.data.length === 0) throw damaged("it has no image data");
      if (header.colour === "palette" && !chunks.palette) throw damaged("its palette is missing");
      return { header, ...chunks };
    } else if (type === "IDAT") chunks.data.push(content);
    else if (type === "PLTE") chunks.palette = content;
    else if (type === "tRNS") chunks.transparency = content;
    else if (type === "acTL") chunks.animated = true;
    else if (type === "eXIf") chunks.exif = content;
    at = end;
  }
}

function readHeader(content: Uint8Array, damaged: (reason: string) => UserError): PngHeader {
  if (content.length !== 13) throw damaged("its header cannot be read");
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const [depth, type, compression, filter, interlace] = content.subarray(8);
  const known = COLOURS[type];
  if (!known?.[1].includes(depth) || compression || filter || interlace > 1) {
    throw damaged("its header cannot be read");
  }
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  return { width, height, depth, colour: known[0], interlaced: interlace === 1 };
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (let k = 0; k < bytes.length; k++) crc = TABLE[(crc ^ bytes[k]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}
