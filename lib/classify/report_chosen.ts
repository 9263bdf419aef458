/** The pictures that a page shows: all of a few, of many those that are worth looking at. */
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { Shortlist } from "../report/choose.ts";
import { halved } from "../report/halved.ts";
import { kindOf, KINDS, ODD } from "../report/path.ts";
import type { Shown } from "./report_shown.ts";

/** One that is kept, with its picture. */
export interface Kept extends Shown {
  /** 212 × 212 × 3 bytes */
  readonly small: Uint8Array;
}

export const SMALL_SIZE = IMAGE_SIZE / 2;

/** @param pixels 424 × 424 × 3 bytes */
export function keptOf(shown: Shown, pixels: Uint8Array): Kept {
  return { ...shown, small: halved(pixels, IMAGE_SIZE) };
}

/** Pictures on a page. */
const MOST = 48;
/** So many are shown in detail. */
export const FEW = 8;
const EACH = 6;
/** Some of these may be shown elsewhere. */
const WITH_SPARES = 3 * EACH;

export interface Group {
  readonly heading: string;
  /** Why they are shown. */
  readonly why: string;
  readonly pictures: readonly Kept[];
}

export class Chosen {
  /** All, as long as they can all be shown. */
  #all: Kept[] | undefined = [];
  readonly #kinds = new Map(KINDS.map((kind) => [kind, new Shortlist<Kept>(WITH_SPARES)]));
  readonly #odd = new Shortlist<Kept>(WITH_SPARES);
  readonly #unsteady = new Shortlist<Kept>(WITH_SPARES);
  readonly #unlike = new Shortlist<Kept>(EACH);

  add(shown: Shown, pixels: Uint8Array) {
    let kept: Kept | undefined;
    const keep = () => kept ??= keptOf(shown, pixels);
    const offer = (list: Shortlist<Kept>, score: number) => {
      if (list.wants(score)) list.add(score, keep());
    };
    if (this.#all) this.#all = this.#all.length < MOST ? [...this.#all, keep()] : undefined;
    const { fractions, unusual, spread } = shown;
    if (spread > 0) offer(this.#unsteady, spread);
    if (unusual.length > 0) return offer(this.#unlike, unusual.length);
    // What the network says of a cat is no example of anything.
    const { kind, sureness } = kindOf(fractions);
    offer(this.#kinds.get(kind)!, sureness);
    if (fractions[ODD] >= 0.5) offer(this.#odd, fractions[ODD]);
  }

  /** All pictures in their order, when they are few. */
  get few(): readonly Kept[] | undefined {
    return this.#all && this.#all.length <= FEW ? this.#all : undefined;
  }

  /** None of them twice, none of them empty. */
  get groups(): readonly Group[] {
    return (this.#all ? allByKind(this.#all) : this.#worthLooking())
      .filter(({ pictures }) => pictures.length > 0);
  }

  /** Those with something special are left for their own groups. */
  #worthLooking(): Group[] {
    const seen = new Set<Kept>();
    const group = (heading: string, why: string, list: Shortlist<Kept>): Group => {
      const pictures = list.things.filter((kept) => !seen.has(kept)).slice(0, EACH);
      pictures.forEach((kept) => seen.add(kept));
      return { heading, why, pictures };
    };
    const unlike = group("Unlike the training pictures", "the most marks", this.#unlike);
    const unsteady = group("Least steady", "answers differ most between looks", this.#unsteady);
    const odd = group("Something odd", "the surest", this.#odd);
    const kinds = KINDS.map((kind) => group(kind, "the surest", this.#kinds.get(kind)!));
    return [...kinds, odd, unsteady, unlike];
  }
}

function allByKind(all: readonly Kept[]): Group[] {
  const like = all.filter(({ unusual }) => unusual.length === 0)
    .map((picture) => ({ picture, ...kindOf(picture.fractions) }))
    .toSorted((a, b) => b.sureness - a.sureness);
  const unlike = all.filter(({ unusual }) => unusual.length > 0);
  return [
    ...KINDS.map((heading) => ({
      heading,
      why: "",
      pictures: like.filter(({ kind }) => kind === heading).map(({ picture }) => picture),
    })),
    { heading: "Unlike the training pictures", why: "", pictures: unlike },
  ];
}
