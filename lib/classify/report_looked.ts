/** Which pictures a page looks into, of however many: these are kept until they are. */
import { FEW, type Kept, keptOf } from "./report_chosen.ts";
import type { Shown } from "./report_shown.ts";

/** Where nobody names any, the first of a few. */
const FIRST = 3;
/** Each takes a third of a megabyte of the page, and 160 looks. */
export const MOST_NAMED = 8;

/** A picture that is looked into. */
export interface Looked {
  readonly kept: Kept;
  /** 424 × 424 × 3 bytes */
  readonly pixels: Uint8Array;
  /** Whether its answers stand nowhere else on the page for sure. */
  readonly alone: boolean;
}

export class LookedInto {
  readonly #named: ReadonlySet<string> | undefined;
  readonly #pictures = new Map<string, { kept: Kept; pixels: Uint8Array }>();
  #count = 0;

  /** @param named ids; without them the first pictures, where there are only a few */
  constructor(named: readonly string[]) {
    this.#named = named.length > 0 ? new Set(named) : undefined;
  }

  add(shown: Shown, pixels: Uint8Array) {
    this.#count++;
    const { id } = shown;
    const wanted = this.#named ? this.#named.has(id) : this.#pictures.size < FIRST;
    // Of several pictures with one name, the first.
    if (!wanted || this.#pictures.has(id)) return;
    this.#pictures.set(id, { kept: keptOf(shown, pixels), pixels });
  }

  /** In the order of the pictures. */
  get pictures(): readonly Looked[] {
    const few = this.#count <= FEW;
    if (!few && !this.#named) return [];
    return [...this.#pictures.values()].map((one) => ({ ...one, alone: !few }));
  }
}
