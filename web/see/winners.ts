/** Of each pair of linear units, which one a maxout unit took. */
import type { Winners } from "../../lib/inside/winners.ts";
import { html } from "../../lib/report/html.ts";
import { type Colour, lightOf } from "../colours.ts";
import { find, show } from "../dom.ts";
import { paint } from "../paint.ts";
import type { State } from "./state.ts";

/** What lost, and what is between pairs. */
const LOST: Colour = [52, 56, 70];

export function showWinners({ traces: { winners } }: State) {
  show(
    find("winners"),
    html`<div class="layers">${
      winners.map(({ layer, pairs }, index) => {
        const first = pairs.filter(([one, other]) => one >= other).length;
        return html`
          <figure>
            <figcaption><strong>${layer}</strong> ${pairs
              .length} pairs; the first unit is the larger one in
              ${first}, the second in ${pairs.length - first}</figcaption>
            <canvas id="winners${index}" class="pixels" role="img"
              aria-label="Winners of the ${pairs.length} pairs of ${layer}"></canvas>
          </figure>
        `;
      })
    }</div>`,
  );
  winners.forEach((layer, index) => paintPairs(find<HTMLCanvasElement>(`winners${index}`), layer));
}

/** Each pair is two pixels side by side, of which the winner is as bright as what it says is large. */
function paintPairs(canvas: HTMLCanvasElement, { pairs }: Winners) {
  const columns = 2 ** Math.ceil(Math.log2(Math.sqrt(pairs.length)));
  const rows = Math.ceil(pairs.length / columns);
  const values = pairs.map(([one, other]) => Math.max(one, other));
  const [least, most] = [Math.min(...values), Math.max(...values)];
  paint(canvas, 3 * columns - 1, 2 * rows - 1, (x, y) => {
    const unit = Math.floor(y / 2) * columns + Math.floor(x / 3);
    if (x % 3 === 2 || y % 2 === 1 || unit >= pairs.length) return undefined;
    const [one, other] = pairs[unit];
    if (x % 3 === (one >= other ? 1 : 0)) return LOST;
    return lightOf(0.25 + 0.75 * (values[unit] - least) / (most - least || 1));
  });
}
