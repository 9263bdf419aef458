/** gzip files (RFC 1952): written with one member, read with any number of them. */
import { constants, crc32, deflateRawSync, gunzipSync } from "node:zlib";
import { messageOf, UserError } from "../errors.ts";
import { codeOf } from "../files/explain.ts";

/** Bits of the header's flags. */
const HEADER_CRC = 2;
const EXTRA = 4;
const NAME = 8;
const COMMENT = 16;
const RESERVED = 0xe0;
const FIXED_BYTES = 10;
/** Deflate makes no more than this from a byte. */
export const MOST_PER_BYTE = 1032;

/**
 * Compresses bytes as a .gz file, the same for the same bytes at any time.
 * @param comment ASCII for the header, where programs that do not know it skip it
 */
export function gzip(bytes: Uint8Array, comment?: string): Uint8Array<ArrayBuffer> {
  const header = encodeHeader(comment);
  const body = deflateRawSync(bytes);
  const file = new Uint8Array(header.length + body.length + 8);
  file.set(header);
  file.set(body, header.length);
  const trailer = new DataView(file.buffer, header.length + body.length);
  trailer.setUint32(0, crc32(bytes), true);
  trailer.setUint32(4, bytes.length % 2 ** 32, true);
  return file;
}

function encodeHeader(comment: string | undefined): Uint8Array {
  // Deflate, no date, and no word of the operating system: 255.
  const fixed = [
    0x1f,
    0x8b,
    8,
    comment === undefined ? 0 : COMMENT | HEADER_CRC,
    0,
    0,
    0,
    0,
    0,
    255,
  ];
  if (comment === undefined) return Uint8Array.from(fixed);
  if (!/^[\x20-\x7e]*$/.test(comment)) throw new RangeError("a gzip comment has to be ASCII");
  const header = new Uint8Array(FIXED_BYTES + comment.length + 3);
  header.set(fixed);
  header.set(new TextEncoder().encode(comment), FIXED_BYTES);
  new DataView(header.buffer).setUint16(header.length - 2, headerCrc(header.subarray(0, -2)), true);
  return header;
}

const headerCrc = (header: Uint8Array) => crc32(header) & 0xffff;

export interface Unzipped {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the first member's header. */
  comment: string | undefined;
}

/**
 * The content of a .gz file: of all its members, one after another; zeros after them are skipped.
 * @param name what the file is called in an error
 * @param options `limit`: bytes that may come out, so that a bomb does not fill the memory
 * @throws UserError when it is damaged, cut off, or holds more
 */
export function gunzip(bytes: Uint8Array, name: string, { limit }: { limit: number }): Unzipped {
  const { comment } = readHeader(bytes, name);
  const content = inflate(bytes, name, limit);
  if (content.length > limit) throw tooLong(name, limit);
  return { bytes: content, comment };
}

/** A comment longer than this is taken for damage. */
const MOST_COMMENT = 2 ** 20;
/** What the beginning of a file may unpack to; 4 kB of it cannot make so much. */
const MOST_START = 2 ** 26;

/**
 * The first bytes of a .gz file's content: at least `count`, unless it is shorter.
 * @throws UserError as `gunzip` does, where the beginning is damaged
 */
export function gunzipStart(bytes: Uint8Array, name: string, count: number): Uint8Array {
  const { length } = readHeader(bytes, name);
  const finishFlush = constants.Z_SYNC_FLUSH;
  for (let compressed = 4096;; compressed *= 2) {
    const start = bytes.subarray(0, length + compressed);
    const whole = start.length === bytes.length;
    // Where it is all there is, its end is looked at, too.
    const content = inflate(start, name, MOST_START, whole ? {} : { finishFlush });
    if (content.length >= count || whole) return content;
  }
}

function inflate(
  bytes: Uint8Array,
  name: string,
  limit: number,
  options: { finishFlush?: number } = {},
): Uint8Array<ArrayBuffer> {
  try {
    const { buffer, byteOffset, byteLength } = gunzipSync(bytes, {
      chunkSize: 2 ** 16,
      maxOutputLength: Math.max(1, limit), // zlib does not allow none at all
      ...options,
    });
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  } catch (error) {
    if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw tooLong(name, limit);
    if (!codeOf(error)?.startsWith("Z_")) throw error;
    throw broken(name, REASONS[messageOf(error)] ?? messageOf(error));
  }
}

/** What zlib says, in words. */
const REASONS: Readonly<Record<string, string>> = {
  "unexpected end of file": "it ends early",
  "incorrect header check": "what follows its first part is no gzip",
  "incorrect data check": "its content does not agree with its checksum",
  "incorrect length check": "its content has another length than it says",
};

function readHeader(
  bytes: Uint8Array,
  name: string,
): { length: number; comment?: string | undefined } {
  if (bytes.length < FIXED_BYTES) throw broken(name, `it has only ${bytes.length} bytes`);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw broken(name, "it does not begin as gzip does (1f 8b). Is it compressed at all?");
  }
  if (bytes[2] !== 8) throw broken(name, `it is compressed by method ${bytes[2]}, expected 8`);
  const flags = bytes[3];
  if (flags & RESERVED) throw broken(name, `its header has unknown flags (${flags})`);
  let at = FIXED_BYTES;
  if (flags & EXTRA) at += 2 + bytes[at] + 256 * bytes[at + 1];
  if (flags & NAME) at = afterZero(at);
  const start = at;
  if (flags & COMMENT) at = afterZero(at);
  if (at - start > MOST_COMMENT) throw broken(name, `it has a comment of ${at - start} bytes`);
  const comment = flags & COMMENT
    ? new TextDecoder("latin1").decode(bytes.subarray(start, at - 1))
    : undefined;
  const end = at + (flags & HEADER_CRC ? 2 : 0);
  // Also where a byte beyond the end made it NaN.
  if (!(end <= bytes.length)) throw broken(name, "its header is cut off");
  if (flags & HEADER_CRC) {
    const stored = bytes[at] + 256 * bytes[at + 1];
    if (stored !== headerCrc(bytes.subarray(0, at))) {
      throw broken(name, "its header does not agree with its checksum");
    }
  }
  return { length: end, comment };

  function afterZero(from: number): number {
    const zero = bytes.indexOf(0, from);
    if (zero < 0 || !(from < bytes.length)) throw broken(name, "its header is cut off");
    return zero + 1;
  }
}

function broken(name: string, reason: string): UserError {
  return new UserError(`${name} is not a whole gzip file: ${reason}`);
}

function tooLong(name: string, limit: number): UserError {
  return new UserError(
    `${name} cannot be read: it unpacks to more than the ${
      limit.toLocaleString("en")
    } bytes that ` +
      "are expected. Is it the right file?",
  );
}
