/** Histograms of shares from 0 to 1, small enough for a row of a table. */
import { html, type Markup } from "./html.ts";

export const BINS = 20;

/** How many values there are in each of twenty equal bins, and their mean. */
export class Histogram {
  readonly bins: number[] = new Array(BINS).fill(0);
  count = 0;
  #sum = 0;

  /** @param share 0 … 1; what lies beyond is counted at the edge */
  add(share: number) {
    const bin = Math.floor(share * BINS);
    this.bins[Math.min(BINS - 1, Math.max(0, bin))]++;
    this.count++;
    this.#sum += share;
  }

  /** NaN of nothing. */
  get mean(): number {
    return this.#sum / this.count;
  }
}

const HEIGHT = 20;

/** As wide as its place; the highest bar fills the height. */
export function histogramSvg({ bins, count }: Histogram, what: string): Markup {
  const most = Math.max(1, ...bins);
  const bars = bins.map((value, bin) => {
    const height = HEIGHT * value / most;
    // What is there is seen.
    return value > 0 &&
      `M${bin + 0.06} ${HEIGHT}v${-Math.max(0.8, height).toFixed(1)}h0.88V${HEIGHT}Z`;
  }).filter(Boolean).join("");
  return html`
    <svg class="strip" viewBox="0 0 ${BINS} ${HEIGHT}" preserveAspectRatio="none" role="img"
      aria-label="${what}: histogram of ${count}">
      <path d="${bars}" />
    </svg>
  `;
}
