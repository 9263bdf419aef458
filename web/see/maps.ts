/** The feature maps that a part leaves in every layer before the merging. */
import { mapsRaster, silentOf } from "../../lib/inside/maps.ts";
import { nameOfPart } from "../../lib/inside/places.ts";
import { html } from "../../lib/report/html.ts";
import { find, show } from "../dom.ts";
import { paint } from "../paint.ts";
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
        const silent = silentOf(found);
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
  for (const { id, found } of layers) paint(find<HTMLCanvasElement>(id), mapsRaster(found));
}
