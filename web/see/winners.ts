/** Of each pair of linear units, which one a maxout unit took. */
import { winnersRaster, winnersText } from "../../lib/inside/winners.ts";
import { html } from "../../lib/report/html.ts";
import { find, show } from "../dom.ts";
import { paint } from "../paint.ts";
import type { State } from "./state.ts";

export function showWinners({ traces: { winners } }: State) {
  show(
    find("winners"),
    html`<div class="layers">${
      winners.map((each, index) =>
        html`
          <figure>
            <figcaption><strong>${each.layer}</strong> ${winnersText(each)}</figcaption>
            <canvas id="winners${index}" class="pixels" role="img"
              aria-label="Winners of the ${each.pairs.length} pairs of ${each.layer}"></canvas>
          </figure>
        `
      )
    }</div>`,
  );
  winners.forEach((each, index) =>
    paint(find<HTMLCanvasElement>(`winners${index}`), winnersRaster(each))
  );
}
