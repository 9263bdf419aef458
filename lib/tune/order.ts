/** In which order candidates are tried: those first that the model on paper expects to be the fastest. */
import type { Card } from "../expect/cards.ts";
import { countOf } from "../expect/count.ts";
import { expectation } from "../expect/expect.ts";
import type { Dispatch } from "../gpu/kernel.ts";

/** Seconds that dispatches are expected to take, one after the other. */
export function expectedSeconds(dispatches: readonly Dispatch[], card: Card): number {
  return dispatches.reduce(
    (sum, dispatch) => sum + expectation(countOf(dispatch), card).seconds,
    0,
  );
}

/**
 * The same, the fastest on paper first.
 * @param enough asked before each is counted, which takes a tenth of a second or more: what is not
 * counted comes last, in the order that it had
 */
export function fastestFirst<T extends { readonly dispatches: readonly Dispatch[] }>(
  candidates: readonly T[],
  card: Card,
  enough: () => boolean = () => false,
): T[] {
  const expected = candidates.map((candidate) => ({
    candidate,
    seconds: enough() ? Infinity : expectedSeconds(candidate.dispatches, card),
  }));
  // Infinity less Infinity is no number.
  return expected.sort((a, b) => a.seconds === b.seconds ? 0 : a.seconds - b.seconds)
    .map(({ candidate }) => candidate);
}
