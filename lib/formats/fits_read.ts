/**
 * Reading FITS files: which images they hold, and the pixels of one (FITS standard 4.0, sections 3.3,
 * 4.4 and 7.1). Tables, random groups and the sky's coordinates are not read.
 */
import { UserError, visible } from "../errors.ts";

/** Header and data are padded to multiples of this. */
const BLOCK = 2880;
const CARD = 80;
/** Bytes of a number by BITPIX. */
const BYTES: Readonly<Record<number, number>> = { 8: 1, 16: 2, 32: 4, 64: 8, [-32]: 4, [-64]: 8 };
/** More axes than this have no use here, and the standard ends at 999. */
const MOST_AXES = 999;

/** A header and data unit. */
export interface Hdu {
  /** 0 is the first of the file. */
  index: number;
  kind: "image" | "compressed image" | "table" | "empty";
  /** EXTNAME, where it has one. */
  name: string | undefined;
  cards: ReadonlyMap<string, FitsValue>;
  bitpix: number;
  /** NAXIS1 (columns), NAXIS2 (rows), …; for a compressed image, those of the image. */
  axes: readonly number[];
  /** Where its data begin in the file, and how many bytes of the file they are said to have. */
  at: number;
  bytes: number;
}

export type FitsValue = string | number | boolean;

/**
 * The units of a FITS file, as their headers tell; data are not looked at, and may be cut off.
 * @param name what the file is called in an error
 * @throws UserError when a header is damaged or cut off
 */
export function readHdus(bytes: Uint8Array, name: string): Hdu[] {
  const hdus: Hdu[] = [];
  for (let at = 0; at < bytes.length;) {
    // Something else may follow the last unit (3.5).
    if (at > 0 && !startsWith(bytes, at, "XTENSION=")) break;
    const header = readHeader(bytes, at, name);
    const hdu = describe(header.cards, hdus.length, header.end, name);
    hdus.push(hdu);
    at = header.end + BLOCK * Math.ceil(hdu.bytes / BLOCK);
  }
  return hdus;
}

/**
 * Planes of pixels of an image, each `axes[0]` × `axes[1]` numbers, the bottom row first. What has no
 * value (BLANK, NaN, infinite) is NaN.
 * @param plane of the third axis, from 0
 * @throws UserError when the file ends before
 */
export function readPlane(bytes: Uint8Array, hdu: Hdu, plane: number, name: string): Float32Array {
  const { bitpix, axes: [width, height], at, cards } = hdu;
  const size = BYTES[bitpix];
  const count = width * height;
  const start = at + plane * count * size;
  if (start + count * size > bytes.length) {
    throw new UserError(
      `${name} is truncated after ${bytes.length} bytes: its image ends at ${at + hdu.bytes}. ` +
        "Fetch it again",
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, count * size);
  const pixels = numbers(view, bitpix, count, numberOf(cards, "BLANK"));
  const scale = numberOf(cards, "BSCALE") ?? 1;
  const zero = numberOf(cards, "BZERO") ?? 0;
  const target = new Float32Array(count);
  for (let k = 0; k < count; k++) {
    const value = zero + scale * pixels(k);
    target[k] = Number.isFinite(value) ? value : NaN;
  }
  return target;
}

/** The stored number of each pixel; NaN where it is BLANK. */
function numbers(view: DataView, bitpix: number, count: number, blank: number | undefined) {
  if (bitpix === -32) return (k: number) => view.getFloat32(4 * k);
  if (bitpix === -64) return (k: number) => view.getFloat64(8 * k);
  const integer = {
    8: (k: number) => view.getUint8(k),
    16: (k: number) => view.getInt16(2 * k),
    32: (k: number) => view.getInt32(4 * k),
    64: (k: number) => Number(view.getBigInt64(8 * k)),
  }[bitpix]!;
  if (blank === undefined || count === 0) return integer;
  return (k: number) => {
    const value = integer(k);
    return value === blank ? NaN : value;
  };
}

function readHeader(bytes: Uint8Array, at: number, name: string) {
  const cards = new Map<string, FitsValue>();
  const text = new TextDecoder("latin1");
  for (let card = at;; card += CARD) {
    if (card + CARD > bytes.length) {
      throw new UserError(
        `${name} is truncated after ${bytes.length} bytes, in a header. Fetch it again`,
      );
    }
    const line = text.decode(bytes.subarray(card, card + CARD));
    if (!/^[\x20-\x7e]*$/.test(line)) throw damaged(name, "a header is not text");
    const key = line.slice(0, 8).trimEnd();
    if (key === "END") return { cards, end: at + BLOCK * Math.ceil((card + CARD - at) / BLOCK) };
    // The first one counts, where a keyword stands twice.
    if (line.slice(8, 10) !== "= " || cards.has(key)) continue;
    const value = parseValue(line.slice(10));
    if (value !== undefined) cards.set(key, value);
  }
}

/** A text in quotes, T or F, or a number; a comment may follow behind a slash. */
function parseValue(field: string): FitsValue | undefined {
  const quoted = /^\s*'((?:[^']|'')*)'/.exec(field);
  if (quoted) return quoted[1].replaceAll("''", "'").trimEnd();
  const word = field.split("/")[0].trim();
  if (word === "T" || word === "F") return word === "T";
  const number = Number(word.replace(/[dD]/, "E"));
  return word === "" || Number.isNaN(number) ? undefined : number;
}

function describe(
  cards: ReadonlyMap<string, FitsValue>,
  index: number,
  at: number,
  name: string,
): Hdu {
  const integer = (key: string, least: number, most: number, missing?: number): number => {
    const value = cards.get(key) ?? missing;
    if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) {
      return value as number;
    }
    throw damaged(name, `${key} is ${visible(String(value ?? "missing"))} in a header`);
  };
  const axesOf = (prefix: string) =>
    Array.from(
      { length: integer(prefix, 0, MOST_AXES) },
      (_, k) => integer(`${prefix}${k + 1}`, 0, Number.MAX_SAFE_INTEGER),
    );
  const axes = axesOf("NAXIS");
  const bitpix = integer("BITPIX", -64, 64);
  if (!(bitpix in BYTES)) throw damaged(name, `BITPIX is ${bitpix} in a header`);
  // Random groups say 0 columns, and mean the others.
  const groups = cards.get("GROUPS") === true && axes[0] === 0;
  const elements = axes.length === 0 ? 0 : axes.slice(groups ? 1 : 0).reduce((a, b) => a * b, 1);
  const [parameters, count] = [
    integer("PCOUNT", 0, Number.MAX_SAFE_INTEGER, 0),
    integer("GCOUNT", 1, Number.MAX_SAFE_INTEGER, 1),
  ];
  const extension = cards.get("XTENSION") ?? "IMAGE";
  const label = cards.get("EXTNAME");
  const hdu = {
    index,
    name: typeof label === "string" && label ? label : undefined,
    cards,
    bitpix,
    axes,
    at,
    bytes: BYTES[bitpix] * count * (parameters + elements),
  };
  if (cards.get("ZIMAGE") === true) {
    return { ...hdu, kind: "compressed image", axes: axesOf("ZNAXIS") };
  }
  if (extension !== "IMAGE" && extension !== "IUEIMAGE") return { ...hdu, kind: "table" };
  return { ...hdu, kind: elements === 0 || groups || axes.length < 2 ? "empty" : "image" };
}

function numberOf(cards: ReadonlyMap<string, FitsValue>, key: string): number | undefined {
  const value = cards.get(key);
  return typeof value === "number" ? value : undefined;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  return Array.from(text).every((character, k) => bytes[at + k] === character.charCodeAt(0));
}

function damaged(name: string, reason: string): UserError {
  return new UserError(`${name} is damaged: ${reason}. Fetch it again`);
}
