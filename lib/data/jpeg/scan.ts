/** Walks through the codes of one scan of a JPEG file, from restart marker to restart marker. */
import { BlockError, meanDifference, ProgressiveBlocks, sequentialBlock } from "./blocks.ts";
import type { JpegComponent, JpegHeader } from "./header.ts";
import type { Bits, HuffmanTable } from "./huffman.ts";
import { damaged, type JpegProblem, MARKER, readSegment, truncated } from "./markers.ts";

/** A component in a scan. */
export interface ScanComponent extends JpegComponent {
  /** Codes of the means, where this scan needs them. */
  means: HuffmanTable | undefined;
  /** Codes of the other coefficients, where this scan needs them. */
  others: HuffmanTable | undefined;
  /** What a mean of 1 stands for, in eighths of a grey level. */
  step: number;
  /** Of each of the 64 coefficients of each block in progressive files: 1 where it is not zero. */
  set: Uint8Array;
}

/** What a scan's header says. */
export interface Scan {
  components: ScanComponent[];
  /** Coefficients, 0 … 63. */
  first: number;
  last: number;
  /** Whether their more significant bits came in earlier scans. */
  refines: boolean;
  /** Low bits that are left to later scans. */
  low: number;
  /** Units between two restart markers; 0: there are no such markers. */
  interval: number;
}

/** No mean of an 8-bit image is above 1024, in eighths; twice that forgives clumsy encoders. */
const LARGEST_MEAN = 2048;

/**
 * Walks through a scan: every block must be there, and nothing else.
 * @param at where its codes begin
 * @param bits to read them with
 * @returns where the marker after it begins
 * @throws JpegProblem
 */
export function walkScan(
  bytes: Uint8Array,
  at: number,
  header: JpegHeader,
  scan: Scan,
  bits: Bits,
): number {
  const { columns, rows, blocks } = unitsOf(header, scan.components);
  const count = columns * rows;
  const interval = scan.interval || count;
  const walk = new BlockWalk(header.coding === "progressive", scan, bits);
  for (let unit = 0, restarts = 0;; restarts++) {
    const next = bits.load(bytes, at);
    const problem = (reason: string): JpegProblem => {
      const row = Math.floor(Math.floor(unit / columns) * header.height / rows);
      if (bits.left >= 0) return damaged(`${reason}, at row ${row} of ${header.height}`);
      if (next === bytes.length) return truncated(bytes);
      return damaged(`its data end at row ${row} of ${header.height}`);
    };
    walk.restart();
    try {
      for (const end = Math.min(count, unit + interval); unit < end; unit++) {
        for (const component of blocks) {
          walk.block(component, unit);
          if (bits.left < 0) throw problem("");
        }
      }
    } catch (error) {
      throw error instanceof BlockError ? problem(error.message) : error;
    }
    if (!bits.atEnd || !walk.complete) throw problem("there are more data than blocks");
    if (unit === count) return next;
    const { marker, end } = readSegment(bytes, next);
    if (marker !== MARKER.RST0 + restarts % 8) throw problem("a restart marker is missing");
    at = end;
  }
}

/** What a scan is made of: blocks of one component, or units with blocks of all its components. */
function unitsOf(header: JpegHeader, components: readonly JpegComponent[]) {
  if (components.length === 1) return { ...blocksOf(header, components[0]), blocks: [0] };
  const { horizontal, vertical } = largest(header);
  return {
    columns: Math.ceil(header.width / (8 * horizontal)),
    rows: Math.ceil(header.height / (8 * vertical)),
    blocks: components.flatMap((c, k) => new Array<number>(c.horizontal * c.vertical).fill(k)),
  };
}

/** The blocks of a component that hold a part of the image. */
export function blocksOf(header: JpegHeader, { horizontal, vertical }: JpegComponent) {
  const most = largest(header);
  return {
    columns: Math.ceil(Math.ceil(header.width * horizontal / most.horizontal) / 8),
    rows: Math.ceil(Math.ceil(header.height * vertical / most.vertical) / 8),
  };
}

function largest({ components }: JpegHeader) {
  return {
    horizontal: Math.max(...components.map(({ horizontal }) => horizontal)),
    vertical: Math.max(...components.map(({ vertical }) => vertical)),
  };
}

/** Walks through the blocks of a scan in their order. */
class BlockWalk {
  readonly #means: Int32Array;
  readonly #progressive: ProgressiveBlocks | undefined;

  constructor(progressive: boolean, readonly scan: Scan, readonly bits: Bits) {
    this.#means = new Int32Array(scan.components.length);
    if (progressive && scan.first > 0) {
      const [{ others }] = scan.components;
      this.#progressive = new ProgressiveBlocks(bits, others!, scan.first, scan.last);
    }
  }

  /** What a restart marker does. */
  restart() {
    this.#means.fill(0);
  }

  /** Whether a restart or the end of the scan may come now. */
  get complete(): boolean {
    return this.#progressive?.complete ?? true;
  }

  /** @param index of the block, where there is but one component */
  block(component: number, index: number) {
    const { components, refines } = this.scan;
    const { others, set } = components[component];
    if (this.#progressive) {
      if (refines) this.#progressive.refine(set, 64 * index);
      else this.#progressive.begin(set, 64 * index);
    } else if (refines) {
      this.bits.skip(1);
    } else {
      this.#mean(component);
      if (others) sequentialBlock(this.bits, others);
    }
  }

  #mean(component: number) {
    const { means, step } = this.scan.components[component];
    const mean = this.#means[component] += meanDifference(this.bits, means!);
    if (Math.abs(mean << this.scan.low) * step > LARGEST_MEAN + step) {
      throw new BlockError("a block is brighter than can be");
    }
  }
}
