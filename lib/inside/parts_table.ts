/** How the share of an answer changes without each of the sixteen parts, in points. */
import { html, type Markup } from "../report/html.ts";
import { nameOfPart, VIEWS } from "./places.ts";
import { LEAST_FULL } from "./regions.ts";

/** A row for each view. @param changes of the sixteen parts */
export function partsTable(changes: readonly number[]): Markup {
  return html`
    <table class="parts16">
      <caption>Without one of the sixteen parts, in points</caption>
      <tbody>${VIEWS.map((view, row) =>
        html`
          <tr>
            <th scope="row">${view}</th>
            ${[0, 1, 2, 3].map((corner) => cell(changes[4 * row + corner], 4 * row + corner))}
          </tr>
        `
      )}</tbody>
    </table>
  `;
}

function cell(change: number, part: number): Markup {
  const share = Math.min(1, Math.abs(change) / LEAST_FULL) * 55;
  const colour = change < 0 ? "--for" : "--against";
  return html`
    <td title="${nameOfPart(part)}"
      style="background:color-mix(in srgb, var(${colour}) ${share.toFixed(
        0,
      )}%, transparent)">${points(change)}</td>
  `;
}

/** As `−3.2`. @param change of a share */
function points(change: number): string {
  const value = Math.round(1000 * change) / 10;
  return value === 0 ? "0" : `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(1)}`;
}
