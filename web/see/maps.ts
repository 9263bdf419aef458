/** The feature maps that a part leaves in every layer before the merging. */
import { html } from "../../lib/report/html.ts";
import { lightOf } from "../colours.ts";
import { find, show } from "../dom.ts";
import { paintMaps } from "../paint.ts";
import { nameOfPart } from "./parts.ts";
import type { State } from "./state.ts";

export function showMaps({ probe, traces }: State, part: number) {
  const layers = probe.mapped.slice(1).map((layer, index) => ({
    ...layer,
    id: `maps${index + 1}`,
    found: probe.mapsOf(traces, index + 1, part),
  }));
  show(
    find("maps"),
    html`
      <p class="which">Part: ${nameOfPart(part)}</p>
      <div class="layers">${layers.map(({ label, maps, side, found, id }) => {
        const silent = found.maps.filter((map) => map.every((value) => value <= 0)).length;
        return html`
          <figure>
            <figcaption><strong>${label}</strong> ${maps} maps of ${side}×${side}${silent > 0 &&
              `, ${silent} of them silent`}</figcaption>
            <canvas id="${id}" class="pixels" role="img"
              aria-label="Feature maps of ${label}"></canvas>
          </figure>
        `;
      })}</div>
    `,
  );
  for (const { id, maps, found } of layers) {
    const columns = columnsFor(maps);
    const scale = found.most || 1;
    paintMaps(find<HTMLCanvasElement>(id), found.maps, columns, (value) => lightOf(value / scale));
  }
}

/** Of a block about twice as wide as high. */
function columnsFor(maps: number): number {
  return Math.min(maps, 2 ** Math.ceil(Math.log2(Math.sqrt(2 * maps))));
}
