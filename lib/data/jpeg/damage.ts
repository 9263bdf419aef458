/**
 * Damage in a JPEG file. Decoders fill up what is missing, ours without a word, so this walks
 * through all codes, which takes a fraction of the time of decoding.
 */
import { BLOCK } from "./blocks.ts";
import type { JpegComponent, JpegHeader } from "./header.ts";
import { Bits, type HuffmanTable, huffmanTable } from "./huffman.ts";
import { damaged, isFrame, MARKER, readSegment, truncated, unsupported } from "./markers.ts";
import { blocksOf, type Scan, type ScanComponent, walkScan } from "./scan.ts";

/** Blocks that a unit of several components may have (T.81, B.2.3). */
const MOST_BLOCKS = 10;

const bits = new Bits();

/**
 * Walks through a JPEG file: every block of every scan must be there, in codes that exist, and
 * then the end marker. What comes after that does not matter.
 * @throws JpegProblem
 */
export function checkJpegData(bytes: Uint8Array, header: JpegHeader) {
  const walk = new FileWalk(header);
  let frames = 0;
  for (let at = 2; at < bytes.length;) {
    const { marker, content, end } = readSegment(bytes, at);
    at = end;
    if (marker === MARKER.EOI) return walk.finish();
    if (marker === MARKER.SOI) throw damaged("another file begins in it");
    else if (marker === MARKER.DNL) throw unsupported("has its height behind its lines (DNL)");
    else if (isFrame(marker) && ++frames > 1) throw damaged("it has two frame headers");
    else if (marker === MARKER.DQT) walk.quantisation(content);
    else if (marker === MARKER.DHT) walk.codes(content);
    else if (marker === MARKER.DRI) walk.restarts(content);
    else if (marker === MARKER.SOS) at = walkScan(bytes, end, header, walk.scan(content), bits);
  }
  throw truncated(bytes);
}

/** What is known of a component while its file is walked through. */
interface State extends JpegComponent {
  /** By coefficient: the low bits that are still to come; −1 where nothing has come yet. */
  missing: Int8Array;
  set: Uint8Array;
}

class FileWalk {
  readonly #progressive: boolean;
  readonly #states: State[];
  /** The first number of each table of quantisation. */
  readonly #steps = new Map<number, number>();
  readonly #means = new Map<number, HuffmanTable>();
  readonly #others = new Map<number, HuffmanTable>();
  #interval = 0;

  constructor(header: JpegHeader) {
    this.#progressive = header.coding === "progressive";
    this.#states = header.components.map((component) => {
      const { columns, rows } = blocksOf(header, component);
      return {
        ...component,
        missing: new Int8Array(BLOCK).fill(-1),
        set: new Uint8Array(this.#progressive ? BLOCK * columns * rows : 0),
      };
    });
  }

  quantisation(content: Uint8Array) {
    for (let at = 0; at < content.length;) {
      const wide = content[at] >> 4;
      const id = content[at] & 15;
      if (wide > 1 || id > 3 || at + 1 + BLOCK * (1 + wide) > content.length) {
        throw damaged("a table of quantisation cannot be read");
      }
      const steps = Array.from(
        { length: BLOCK },
        (_, k) =>
          wide ? content[at + 1 + 2 * k] << 8 | content[at + 2 + 2 * k] : content[at + 1 + k],
      );
      // The codec refuses that.
      if (steps.includes(0)) throw damaged("a table of quantisation has a zero");
      this.#steps.set(id, steps[0]);
      at += 1 + BLOCK * (1 + wide);
    }
  }

  codes(content: Uint8Array) {
    for (let at = 0; at < content.length;) {
      const kind = content[at] >> 4;
      const id = content[at] & 15;
      const counts = content.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const symbols = content.subarray(at + 17, at + 17 + total);
      at += 17 + total;
      const largest = kind === 0 ? 15 : 255;
      if (kind > 1 || id > 3 || at > content.length || symbols.some((one) => one > largest)) {
        throw damaged("a table of Huffman codes cannot be read");
      }
      (kind === 0 ? this.#means : this.#others).set(id, huffmanTable(counts, symbols));
    }
  }

  restarts(content: Uint8Array) {
    if (content.length !== 2) throw damaged("its header cannot be read");
    this.#interval = content[0] << 8 | content[1];
  }

  /** Reads the header of a scan, and notes what it brings. */
  scan(content: Uint8Array): Scan {
    const count = content[0];
    if (!(count >= 1 && count <= 4) || content.length !== 4 + 2 * count) {
      throw damaged("the header of a scan cannot be read");
    }
    const [first, last, precision] = content.subarray(1 + 2 * count);
    const high = precision >> 4;
    const low = precision & 15;
    const fits = this.#progressive
      ? isProgression({ first, last, high, low, count })
      : first === 0 && last === BLOCK - 1 && precision === 0;
    if (!fits) throw damaged("the header of a scan cannot be read");
    const components = Array.from({ length: count }, (_, k) => {
      const [id, tables] = content.subarray(1 + 2 * k);
      const state = this.#states.find((state) => state.id === id);
      if (!state) throw damaged("a scan is of no component");
      if (tables >> 4 > 3 || (tables & 15) > 3) {
        throw damaged("the header of a scan cannot be read");
      }
      this.#bring(state, first, last, high, low);
      return this.#component(state, tables, first, high);
    });
    const blocks = components.reduce((sum, c) => sum + c.horizontal * c.vertical, 0);
    if (count > 1 && blocks > MOST_BLOCKS) throw damaged("its units have too many blocks");
    return { components, first, last, refines: high > 0, low, interval: this.#interval };
  }

  #component(state: State, tables: number, first: number, high: number): ScanComponent {
    const step = this.#steps.get(state.table);
    if (step === undefined) throw damaged("a table of quantisation is missing");
    const means = first === 0 && high === 0;
    const others = !this.#progressive || first > 0;
    const component = {
      ...state,
      step,
      means: means ? this.#means.get(tables >> 4) : undefined,
      others: others ? this.#others.get(tables & 15) : undefined,
    };
    if ((means && !component.means) || (others && !component.others)) {
      throw damaged("a table of Huffman codes is missing");
    }
    return component;
  }

  /** Coefficients come once, and in progressive files bit after bit, the mean first. */
  #bring({ missing }: State, first: number, last: number, high: number, low: number) {
    const early = first > 0 && missing[0] < 0;
    for (let k = first; k <= last; k++) {
      const before = missing[k];
      const fits = high === 0 ? before < 0 : before === high;
      if (early || !fits) throw damaged("its scans do not fit together");
      missing[k] = low;
    }
  }

  /** @throws JpegProblem when something is missing at the end */
  finish() {
    if (this.#states.some(({ missing }) => missing.some((low) => low !== 0))) {
      throw damaged("some of its scans are missing");
    }
  }
}

/** What a scan of a progressive file may bring (T.81, G.1.1.1). */
function isProgression(
  { first, last, high, low, count }: Record<"first" | "last" | "high" | "low" | "count", number>,
): boolean {
  const range = first === 0 ? last === 0 : first <= last && last < BLOCK && count === 1;
  return range && low <= 13 && (high === 0 || high === low + 1);
}
