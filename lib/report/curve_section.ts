/** How a network learned: the curve of one training, and its figures. */
import { chartFigure } from "./chart_figure.ts";
import { learningCurves } from "./chart.ts";
import { type Curve, type HistoryPoint, type Levels, PAPER_RMSE, rateDrops } from "./curve_data.ts";
import { numbersTable } from "./figures.ts";
import { html, type Markup } from "./html.ts";

/** Chunks of a table; of longer runs only those that were validated are listed. */
const LISTED = 40;

/** Widths of the plot on wide and on narrow pages, in CSS pixels. */
const WIDTHS = [960, 280] as const;

/** What the paper's error is of. */
export const PAPER_TEXT =
  `The paper’s best single model came to ${PAPER_RMSE} on the competition’s ` +
  "public leaderboard, averaged over sixty looks at each galaxy: on other galaxies than these.";

/** Curves, and constant errors. */
export function curvesFigure(
  curves: readonly Curve[],
  levels: Levels,
  label: string,
): Promise<Markup> {
  return chartFigure(label, (width) => learningCurves(curves, levels, width), WIDTHS);
}

export async function curveSection(
  history: readonly HistoryPoint[],
  levels: Levels,
): Promise<Markup> {
  const label = `Learning curve: RMSE over images seen, ${history.length} chunks`;
  const rows = history.length > LISTED
    ? history.filter(({ validRmse }) => validRmse !== undefined)
    : history;
  return html`
    <section aria-labelledby="curve">
      <h2 id="curve">How it learned</h2>
      <p>The error is the root of the mean squared difference (RMSE) between predicted and true
        answers, over all 37 answers: 0 would be perfect. The <em>training</em> error is measured
        while learning, on turned and zoomed images and while the network still changes; the
        <em>validation</em> error is measured on other galaxies, as they are.${levelsText(
          levels,
        )}${history.some(({ warmUp }) => warmUp)
          ? ` In the shaded warm-up the answers do not go through the decision tree yet.`
          : ""}${rateDrops(history).length > 0
          ? " At the dotted lines the learning rate drops."
          : ""}</p>
      ${await curvesFigure([{ name: "", history }], levels, label)}
      <details>
        <summary>The figures</summary>
        ${numbersTable(
          ["Chunk", "Images seen", "Training RMSE", "Validation RMSE"],
          rows.map(({ chunk, images, trainRmse, validRmse, warmUp }) => [
            `${chunk}${warmUp ? " (warm-up)" : ""}`,
            images.toLocaleString("en"),
            trainRmse.toFixed(5),
            validRmse?.toFixed(5) ?? "–",
          ]),
        )}
      </details>
    </section>
  `;
}

function levelsText({ mean, paper }: Levels): string {
  return (mean === undefined
    ? ""
    : " The dashed line is what always answering the mean would give.") +
    (paper === undefined ? "" : ` ${PAPER_TEXT}`);
}
