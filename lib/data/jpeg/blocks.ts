/**
 * Walks through the codes of one block after the other without computing a coefficient (ITU T.81,
 * annexes F and G), to see whether they can be what an encoder has written.
 */
import type { Bits, HuffmanTable } from "./huffman.ts";

/** Coefficients of a block, of which the first is the mean. */
export const BLOCK = 64;

/** What is wrong with a block, as the end of "is damaged: …". */
export class BlockError extends Error {
  override name = "BlockError";
}

/** The difference to the mean of the block before: a code for its size, then its bits. */
export function meanDifference(bits: Bits, table: HuffmanTable): number {
  const size = symbolOf(bits, table);
  const value = bits.take(size);
  return size === 0 || value >> (size - 1) ? value : value - (1 << size) + 1;
}

/** The other coefficients in a sequential scan. */
export function sequentialBlock(bits: Bits, table: HuffmanTable) {
  for (let k = 1; k < BLOCK; k++) {
    const symbol = symbolOf(bits, table);
    const size = symbol & 15;
    const run = symbol >> 4;
    if (symbol === 0) return; // the rest are zeros
    // Decoders differ in what they make of that; ours refuses it.
    if (size === 0 && run < 15) throw unknownCode();
    k += run;
    if (k >= BLOCK) throw beyond();
    bits.skip(size);
  }
}

/**
 * The coefficients `first` … `last` of the blocks of a progressive scan, which may end many blocks
 * at once.
 */
export class ProgressiveBlocks {
  /** Blocks that have nothing more in this scan, the present one among them. */
  #ended = 0;

  constructor(
    readonly bits: Bits,
    readonly table: HuffmanTable,
    readonly first: number,
    readonly last: number,
  ) {}

  /** Whether a restart or the end of the scan may come now. */
  get complete(): boolean {
    return this.#ended === 0;
  }

  /**
   * The coefficients' first bits.
   * @param set from `at` on, for each of 64 coefficients, 1 where it is not zero so far; changed
   */
  begin(set: Uint8Array, at: number) {
    for (let k = this.first; this.#ended === 0 && k <= this.last; k++) {
      const symbol = symbolOf(this.bits, this.table);
      const size = symbol & 15;
      const run = symbol >> 4;
      if (size === 0 && run < 15) {
        this.#end(run);
        break;
      }
      k += run;
      if (k > this.last) throw beyond();
      if (size === 0) continue;
      this.bits.skip(size);
      set[at + k] = 1;
    }
    if (this.#ended > 0) this.#ended--;
  }

  /** One bit more of each coefficient, and those that were zero up to now. */
  refine(set: Uint8Array, at: number) {
    const { bits, last } = this;
    let k = this.first;
    for (; this.#ended === 0 && k <= last; k++) {
      const symbol = symbolOf(bits, this.table);
      const size = symbol & 15;
      let run = symbol >> 4;
      if (size === 0 && run < 15) {
        this.#end(run);
        break;
      }
      if (size > 1) throw unknownCode();
      bits.skip(size); // the sign
      // Zeros are counted, the others have a bit each.
      for (; k <= last; k++) {
        if (set[at + k]) bits.skip(1);
        else if (--run < 0) break;
      }
      if (size === 0) continue;
      if (k > last) throw beyond();
      set[at + k] = 1;
    }
    if (this.#ended === 0) return;
    for (; k <= last; k++) bits.skip(set[at + k]);
    this.#ended--;
  }

  #end(run: number) {
    this.#ended = (1 << run) + this.bits.take(run);
  }
}

function symbolOf(bits: Bits, table: HuffmanTable): number {
  const symbol = bits.symbol(table);
  if (symbol < 0) throw unknownCode();
  return symbol;
}

function unknownCode(): BlockError {
  return new BlockError("it has a code that does not exist");
}

function beyond(): BlockError {
  return new BlockError("a block has more than 64 coefficients");
}
