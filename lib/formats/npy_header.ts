/**
 * The header of .npy files, versions 1 to 3 (NumPy's `lib.format`): a Python literal that gives type,
 * order and shape of the values behind it.
 */
import { quoted, UserError } from "../errors.ts";

/** The types of values that are read and written, little endian. */
export const NPY_TYPES = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "<i8": BigInt64Array,
  "<i4": Int32Array,
  "|u1": Uint8Array,
} as const;
export type NpyType = keyof typeof NPY_TYPES;

export interface NpyHeader {
  type: NpyType;
  shape: number[];
  /** Where the values begin. */
  start: number;
  /** Where they end. */
  end: number;
}

const MAGIC = "\x93NUMPY";
/** A header longer than this is taken for damage: NumPy itself refuses more than 10,000. */
export const MOST_HEADER_BYTES = 65_536;
/** NumPy 1 had no arrays of more. */
const MOST_DIMENSIONS = 32;

/** The header of an array, so long that the values begin at a multiple of 64 bytes. */
export function encodeNpyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const shapeText = shape.join(", ") + (shape.length === 1 ? "," : "");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shapeText}), }`;
  // 11 bytes are the magic, version, length and line end.
  const start = Math.ceil((text.length + 11) / 64) * 64;
  const header = new Uint8Array(start);
  for (let i = 0; i < MAGIC.length; i++) header[i] = MAGIC.charCodeAt(i);
  header[6] = 1;
  new DataView(header.buffer).setUint16(8, start - 10, true);
  header.set(new TextEncoder().encode(text.padEnd(start - 11) + "\n"), 10);
  return header;
}

/**
 * Reads the header of an .npy file.
 * @param bytes the file, or as much of its beginning as `MOST_HEADER_BYTES`
 * @param name what the file is called in an error
 * @throws UserError when it is damaged, or of a type or order that is not supported
 */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  if (MAGIC.split("").some((character, i) => bytes[i] !== character.charCodeAt(0))) {
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    throw new UserError(
      `${name} is not an .npy file: it does not begin with \\x93NUMPY` +
        (packed ? ". It is compressed by gzip: name it .npy.gz" : ""),
    );
  }
  const version = bytes[6];
  if (!(version >= 1 && version <= 3)) {
    throw new UserError(`${name} has .npy version ${version ?? "none"}, expected 1, 2 or 3`);
  }
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) throw damaged(name, "its header is cut off");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = prefix + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > MOST_HEADER_BYTES) {
    throw damaged(name, `its header is said to have ${start} bytes`);
  }
  if (start > bytes.length) throw damaged(name, "its header is cut off");
  const text = new TextDecoder().decode(bytes.subarray(prefix, start));
  const { descr, fortran_order: fortran, shape } = readDictionary(text, name);
  const type = checkType(descr, name);
  if (typeof fortran !== "boolean" || !Array.isArray(shape)) throw unreadable(name, text);
  if (fortran && shape.length > 1) {
    throw new UserError(
      `${name} is stored column by column (fortran_order), expected rows. ` +
        "Save numpy.ascontiguousarray(…) instead",
    );
  }
  return {
    type,
    shape,
    start,
    end: start + count(shape, name) * NPY_TYPES[type].BYTES_PER_ELEMENT,
  };
}

function checkType(descr: Value, name: string): NpyType {
  if (typeof descr === "string" && Object.hasOwn(NPY_TYPES, descr)) return descr as NpyType;
  const known = Object.keys(NPY_TYPES).join(", ");
  if (typeof descr === "string" && descr.startsWith(">")) {
    throw new UserError(
      `${name} holds values of type ${quoted(descr)}, big endian, expected one of ${known}. ` +
        "Save array.astype(array.dtype.newbyteorder('<')) instead",
    );
  }
  throw new UserError(
    `${name} holds values of type ${quoted(String(descr))}, expected one of ${known}. ` +
      "Save array.astype(…) with one of them instead",
  );
}

function count(shape: readonly number[], name: string): number {
  if (shape.length > MOST_DIMENSIONS) {
    throw damaged(name, `its shape has ${shape.length} dimensions`);
  }
  if (shape.includes(0)) return 0;
  return shape.reduce((product, size) => product * size, 1);
}

type Value = string | boolean | number[] | undefined;
interface Dictionary {
  descr?: Value;
  fortran_order?: Value;
  shape?: Value;
}

/** One entry of the dictionary: key, then a text, a truth value, a list of fields, or sizes. */
const ENTRY = new RegExp(
  String.raw`\s*[ub]?(['"])(\w*)\1\s*:\s*(?:` +
    String.raw`[ub]?(['"])([^'"\\\n]*)\3|(True|False)|(\[[^\n]*\])|` +
    // Python 2 writes an L behind long integers.
    String.raw`\(\s*((?:\d+L?\s*,\s*)*(?:\d+L?)?)\s*\))\s*(,|(?=\}))`,
  "y",
);

/** Python dictionaries with the entries that NumPy writes, in any order, with any spaces. */
function readDictionary(text: string, name: string): Dictionary {
  const found = new Map<string, Value>();
  const opening = /^\s*\{/.exec(text);
  if (!opening) throw unreadable(name, text);
  let at = opening[0].length;
  for (;;) {
    const closing = /^\s*\}\s*$/.test(text.slice(at));
    if (closing) break;
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    if (!entry) throw unreadable(name, text);
    const [whole, , key, , string, truth, list, sizes] = entry;
    if (found.has(key)) throw damaged(name, `its header has two entries ${quoted(key)}`);
    if (string !== undefined) found.set(key, string);
    else if (truth !== undefined) found.set(key, truth === "True");
    else if (list !== undefined) found.set(key, list);
    else found.set(key, readSizes(sizes, name, text));
    at += whole.length;
  }
  const keys = [...found.keys()].sort().join();
  if (keys !== "descr,fortran_order,shape") throw unreadable(name, text);
  return Object.fromEntries(found);
}

function readSizes(text: string, name: string, header: string): number[] {
  // One number in brackets without a comma is a number, not a tuple.
  if (/^\d+L?\s*$/.test(text)) throw unreadable(name, header);
  const sizes = text.split(",").filter((size) => size.trim()).map((size) => parseInt(size));
  const wrong = sizes.find((size) => !Number.isSafeInteger(size));
  if (wrong !== undefined) throw damaged(name, `its shape has a size of ${wrong}`);
  return sizes;
}

function damaged(name: string, reason: string): UserError {
  return new UserError(`${name} is damaged: ${reason}`);
}

function unreadable(name: string, header: string): UserError {
  return damaged(name, `its header cannot be read: ${quoted(header.trim())}`);
}
