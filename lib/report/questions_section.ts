/** The error of each question. */
import { compared, type Figures } from "../galaxy/figures.ts";
import { chartFigure } from "./chart_figure.ts";
import { numbersTable } from "./figures.ts";
import { questionsChart } from "./figures_charts.ts";
import { html, type Markup } from "./html.ts";

/** The head and a row for each question. */
export function questionRows({ rmse, questions }: Figures): string[][] {
  return [
    ["question", ...compared(rmse).map(({ name }) => name)],
    ...questions.map(({ text, rmse }) => [
      text,
      ...compared(rmse).map(({ value }) => value.toFixed(4)),
    ]),
  ];
}

export async function questionsSection(figures: Figures): Promise<Markup> {
  const [head, ...rows] = questionRows(figures);
  return html`
    <section aria-labelledby="questions">
      <h2 id="questions">Error by question</h2>
      <p>Over all answers of a question together. <em>The mean</em> predicts the same for every
        galaxy. Questions that few volunteers get to have small fractions, and so small errors
        whoever predicts.${figures.rmse.sixtyTransforms !== undefined &&
          " One look is a single prediction; sixty transforms are the mean over the galaxy turned, mirrored and scaled."}</p>
      ${await chartFigure("RMSE of each question", (width) => questionsChart(figures, width), [
        620,
        270,
      ])}
      <details>
        <summary>The figures</summary>
        ${numbersTable(head, rows)}
      </details>
    </section>
  `;
}
