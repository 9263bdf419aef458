/** The first layer's weights as pictures. */
import { html, type Markup } from "./html.ts";
import { filterUri } from "./images.ts";

export interface Filter {
  readonly size: number;
  /** (3, size, size) */
  readonly weights: Float32Array;
}

/** The filters of a tensor (filters, 3, size, size). */
export function filtersOf(
  { shape: [count, , size], data }: {
    readonly shape: readonly number[];
    readonly data: Float32Array;
  },
): Filter[] {
  const length = data.length / count;
  return Array.from({ length: count }, (_, at) => ({
    size,
    weights: data.slice(at * length, (at + 1) * length),
  }));
}

export function filtersSection(filters: readonly Filter[]): Markup {
  return html`
    <section aria-labelledby="filters">
      <h2 id="filters">What the first layer looks for</h2>
      <p>The first layer moves each of these ${filters.length} small windows over every part and
        notes where the image resembles it. Grey is a weight of zero; brighter or more of a colour
        counts for a match, darker or less against it. Each filter is scaled by its own largest weight.
        They start as random specks, which is what a short training mostly leaves; a long one
        shapes them into edges, spots and contrasts of colour.</p>
      <div class="filters">${filters.map(({ weights, size }, index) =>
        html`
          <img src="${filterUri(weights, size)}" width="56" height="56"
            alt="Filter ${index + 1} of the first layer">
        `
      )}</div>
    </section>
  `;
}
