/** A result as a page sees it. */
import { likeliest, likelyPath } from "../report/path.ts";
import type { Result } from "./result.ts";

export interface Shown extends Result {
  /** 37 shares of all volunteers. */
  readonly fractions: Float32Array;
  /** That of the least steady of its likely answers, 0 … 1. */
  readonly spread: number;
}

export function shownOf(result: Result): Shown {
  const { prediction } = result;
  const fractions = Float32Array.from(prediction, ({ fraction }) => fraction);
  const spreads = likelyPath(fractions).map((question) =>
    // Of an answer that nobody gives there is none.
    prediction[likeliest(fractions, question)].spread || 0
  );
  return { ...result, fractions, spread: Math.max(...spreads) };
}
