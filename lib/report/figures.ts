/** Numbers that stand out, and tables of numbers. */
import { html, type Markup } from "./html.ts";

/** Tiles with a number and what it is. */
export function figures(
  all: readonly (readonly [label: string, value: string] | false | undefined)[],
): Markup {
  return html`
    <dl class="figures">${all.map((figure) =>
      figure && html`
        <div>
          <dt>${figure[0]}</dt>
          <dd>${figure[1]}</dd>
        </div>
      `
    )}</dl>
  `;
}

/** A table of numbers; the first cell of a row says what they are of. */
export function numbersTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Markup {
  return html`
    <div class="scroll" tabindex="0" role="group" aria-label="${head.join(", ")}">
      <table class="numbers">
        <thead>
          <tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr>
        </thead>
        <tbody>${rows.map(([name, ...cells]) =>
          html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`
        )}</tbody>
      </table>
    </div>
  `;
}
