/** A chart on a page. */
import { html, type Markup } from "./html.ts";

/** A chart for wide pages, and the same for narrow ones. @param widths of the plot, in CSS pixels */
export async function chartFigure(
  label: string,
  draw: (width: number) => Promise<Markup>,
  [wide, narrow]: readonly [wide: number, narrow: number],
): Promise<Markup> {
  return html`
    <figure class="curve" role="img" aria-label="${label}">
      <div class="wide">${await draw(wide)}</div>
      <div class="narrow">${await draw(narrow)}</div>
    </figure>
  `;
}
