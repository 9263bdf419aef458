/**
 * PNG files as people have them: any depth, grey, with a palette, alpha or interlaced. imagescript's
 * decoder knows neither fewer than 8 bits nor interlaced ones, sees no damage, and sets no limit to
 * what a file unpacks to.
 */
import { UserError } from "../errors.ts";
import { inflate, InflateProblem } from "./inflate.ts";
import { exifOrientation, turnUpright } from "./orientation.ts";
import { type Picture, requireSize } from "./picture.ts";
import { type PngChunks, readPngChunks } from "./png_chunks.ts";
import { SAMPLES, samplesOf, unpackedBytes } from "./png_rows.ts";

/**
 * Decodes a PNG file. Of an animated one, the picture that programs show which know no animation.
 * @param name what the file is called in an error
 * @throws UserError when it is damaged, cut off, or of another size than pictures have
 */
export async function decodePngPicture(bytes: Uint8Array, name: string): Promise<Picture> {
  const chunks = readPngChunks(bytes, name, ({ width, height }) => {
    requireSize(name, width, height);
  });
  const { header } = chunks;
  const samples = samplesOf(header, await unpacked(chunks, name));
  if (!samples) throw new UserError(`${name} is damaged: a row cannot be read. Fetch it again`);
  const { pixels, transparent } = toRgb(samples, chunks);
  const notes: string[] = [];
  if (header.colour.startsWith("grey")) notes.push("greyscale");
  if (header.depth === 16) notes.push("16 bits per colour reduced to 8");
  if (transparent > 0) {
    const share = (100 * transparent / (header.width * header.height)).toPrecision(2);
    notes.push(`transparent parts (${Number(share)} %) shown on black`);
  }
  if (chunks.animated) notes.push("animated: its first picture");
  const orientation = chunks.exif ? exifOrientation(chunks.exif) : 1;
  if (orientation !== 1) notes.push(`turned upright (EXIF orientation ${orientation})`);
  const { width, height } = header;
  return { ...turnUpright({ width, height, pixels }, orientation), kind: "PNG", notes };
}

async function unpacked({ header, data }: PngChunks, name: string): Promise<Uint8Array> {
  const expected = unpackedBytes(header);
  const packed = new Uint8Array(data.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of data) {
    packed.set(part, at);
    at += part.length;
  }
  try {
    const bytes = await inflate(packed, "deflate", expected);
    if (bytes.length === expected) return bytes;
  } catch (error) {
    if (!(error instanceof InflateProblem)) throw error;
    // Some encoders write more than there is; what is needed came first.
    if (error.reason === "too much") return error.bytes.subarray(0, expected);
  }
  throw new UserError(`${name} is damaged: its image data cannot be unpacked. Fetch it again`);
}

/** RGB on black, and the number of pixels that are not wholly opaque. */
function toRgb(
  samples: Uint8Array | Uint16Array,
  { header, palette, transparency }: PngChunks,
): { pixels: Uint8Array; transparent: number } {
  const { colour, depth } = header;
  const count = header.width * header.height;
  const pixels = new Uint8Array(3 * count);
  if (colour === "palette") return withPalette(samples, palette!, transparency, pixels);
  const scale = 255 / (2 ** depth - 1);
  const step = SAMPLES[colour];
  const coloured = step >= 3;
  const alpha = colour.endsWith("alpha") ? step - 1 : 0;
  const key = !alpha && transparency ? keyOf(transparency, coloured ? 3 : 1) : undefined;
  let transparent = 0;
  for (let pixel = 0, from = 0, to = 0; pixel < count; pixel++, from += step, to += 3) {
    let opacity = 1;
    if (alpha) opacity = samples[from + alpha] * scale / 255;
    else if (key?.every((value, k) => samples[from + k] === value)) opacity = 0;
    if (opacity < 1) transparent++;
    const factor = scale * opacity;
    pixels[to] = factor * samples[from] + 0.5;
    pixels[to + 1] = coloured ? factor * samples[from + 1] + 0.5 : pixels[to];
    pixels[to + 2] = coloured ? factor * samples[from + 2] + 0.5 : pixels[to];
  }
  return { pixels, transparent };
}

/** The one colour that is transparent: 16 bits for each sample. */
function keyOf(transparency: Uint8Array, samples: number): number[] | undefined {
  if (transparency.length !== 2 * samples) return undefined;
  return Array.from(
    { length: samples },
    (_, k) => transparency[2 * k] << 8 | transparency[2 * k + 1],
  );
}

function withPalette(
  samples: ArrayLike<number>,
  palette: Uint8Array,
  alpha: Uint8Array | undefined,
  pixels: Uint8Array,
) {
  let transparent = 0;
  for (let pixel = 0, to = 0; pixel < samples.length; pixel++, to += 3) {
    const entry = samples[pixel];
    const opacity = (alpha?.[entry] ?? 255) / 255;
    if (opacity < 1) transparent++;
    // Entries that are not there are black, as in other decoders.
    for (let k = 0; k < 3; k++) pixels[to + k] = opacity * (palette[3 * entry + k] ?? 0) + 0.5;
  }
  return { pixels, transparent };
}
