/** Huffman codes of JPEG files and the bits they are read from (ITU T.81, annexes C and F). */
import { damaged } from "./markers.ts";

/** Codes up to this length are looked up at once. */
const QUICK = 9;
const LONGEST = 16;
/** Bytes that a block may read past the end before that is noticed: 64 codes with 16 bits each. */
const MARGIN = 64 * 4 + 8;

/** A table of codes. */
export interface HuffmanTable {
  /** By the next nine bits: length << 8 | symbol; 0 where the code is longer or there is none. */
  quick: Uint16Array;
  /** By length: one more than the last code, 0 where there is none. */
  limits: Int32Array;
  /** By length: what leads from a code to the place of its symbol. */
  offsets: Int32Array;
  symbols: Uint8Array;
}

/**
 * A table from the file's sixteen counts of codes by length, and the symbols.
 * @throws JpegProblem when there are more codes than fit
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const quick = new Uint16Array(1 << QUICK);
  const limits = new Int32Array(LONGEST + 1);
  const offsets = new Int32Array(LONGEST + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= LONGEST; length++) {
    offsets[length] = place - code;
    for (let left = counts[length - 1]; left > 0; left--, code++, place++) {
      if (length > QUICK) continue;
      const first = code << (QUICK - length);
      quick.fill(length << 8 | symbols[place], first, first + (1 << (QUICK - length)));
    }
    // No code may be all ones, since that is what the last byte is filled up with.
    if (counts[length - 1] > 0 && code >= 1 << length) {
      throw damaged("a table of Huffman codes is impossible");
    }
    limits[length] = counts[length - 1] > 0 ? code : 0;
    code <<= 1;
  }
  return { quick, limits, offsets, symbols };
}

/** The bits between two markers. */
export class Bits {
  #data = new Uint8Array(0);
  #end = 0;
  #position = 0;

  /**
   * Takes the bits from `at` to the next marker; stuffed bytes are removed.
   * @returns where the marker begins, or the end of the file
   */
  load(bytes: Uint8Array, at: number): number {
    if (this.#data.length < bytes.length - at + MARGIN) {
      this.#data = new Uint8Array(bytes.length - at + MARGIN);
    }
    const data = this.#data;
    let count = 0;
    while (at < bytes.length) {
      const byte = bytes[at];
      if (byte === 0xff) {
        let next = at + 1;
        while (bytes[next] === 0xff) next++; // fill bytes
        if (bytes[next] !== 0) break;
        at = next;
      }
      data[count++] = byte;
      at++;
    }
    // What is read past the end must not depend on the file before.
    data.fill(0, count, count + MARGIN);
    this.#position = 0;
    this.#end = 8 * count;
    return at;
  }

  /** How many bits are left; negative where more were read than there are. */
  get left(): number {
    return this.#end - this.#position;
  }

  /**
   * Whether nothing is left but what fills up the last byte, whatever bits those are, or one byte
   * more that is all ones, which some encoders add.
   */
  get atEnd(): boolean {
    const { left } = this;
    if (left < 8) return left >= 0;
    return left < 16 && this.#window() >> (16 - left) === (1 << left) - 1;
  }

  /** The next `count` bits, 0 … 16, as a number. */
  take(count: number): number {
    const window = this.#window();
    this.#position += count;
    return window >> (16 - count);
  }

  skip(count: number) {
    this.#position += count;
  }

  /** The symbol of the next code; −1 where there is no such code. */
  symbol(table: HuffmanTable): number {
    const window = this.#window();
    const entry = table.quick[window >> (16 - QUICK)];
    if (entry !== 0) {
      this.#position += entry >> 8;
      return entry & 255;
    }
    for (let length = QUICK + 1; length <= LONGEST; length++) {
      const code = window >> (16 - length);
      if (code < table.limits[length]) {
        this.#position += length;
        return table.symbols[code + table.offsets[length]];
      }
    }
    return -1;
  }

  #window(): number {
    const data = this.#data;
    const byte = this.#position >> 3;
    const three = data[byte] << 16 | data[byte + 1] << 8 | data[byte + 2];
    return three >> (8 - (this.#position & 7)) & 0xffff;
  }
}
