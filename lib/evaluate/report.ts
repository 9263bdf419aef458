/** The page of an evaluation: figures, charts, and galaxies that the network is right and wrong about. */
import { MAX_IMAGE_BYTES } from "../data/images/check.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { readFile } from "../files/read.ts";
import { compared, type Figures } from "../galaxy/figures.ts";
import type { Card } from "../report/card.ts";
import { chartFigure } from "../report/chart_figure.ts";
import { rightSection, wrongSection } from "../report/chosen_section.ts";
import { figures as tiles, numbersTable } from "../report/figures.ts";
import { calibrationChart } from "../report/figures_charts.ts";
import { galaxyCard } from "../report/gallery.ts";
import { html, type Markup } from "../report/html.ts";
import { reportPage, settingsSection } from "../report/page.ts";
import { questionsSection } from "../report/questions_section.ts";
import { VERSION } from "../version.ts";
import { type Chosen, rightOnes, wrongOnes } from "../report/chosen.ts";
import type { Evaluation } from "./evaluate.ts";
import { calibrationRows } from "./text.ts";

/** Galaxies in each gallery. */
const SHOWN = 12;

/** Writes the page; the file is replaced whole. */
export async function writeEvaluationReport(path: string, evaluation: Evaluation) {
  await writeFileAtomic(path, new TextEncoder().encode(await evaluationHtml(evaluation)));
}

/** The report as one HTML page: no script, nothing fetched, light and dark. */
export async function evaluationHtml(evaluation: Evaluation): Promise<string> {
  const { model, params, digest, trainedOn, data, adapter, figures, labels } = evaluation;
  const best = evaluation.predicted.sixtyTransforms ?? evaluation.predicted.oneLook;
  return reportPage(`How right ${model} is`, summary(evaluation), [
    await questionsSection(figures),
    await calibrationSection(figures),
    rightSection(await gallery(evaluation, rightOnes(labels, best, SHOWN))),
    wrongSection(await gallery(evaluation, wrongOnes(labels, best, SHOWN))),
    settingsSection([
      ["Parameters", `${params}, SHA-256 of the values ${digest}`],
      ["Trained on", trainedOn ?? "unknown"],
      ["Galaxies", `${thousands(figures.galaxies)} of ${data}, ${evaluation.told}`],
      ["Adapter", adapter],
      ["Version", VERSION],
    ]),
  ]);
}

function summary({ model, told, figures: { rmse, galaxies } }: Evaluation): Markup {
  const best = rmse.sixtyTransforms ?? rmse.oneLook;
  return html`
    <p class="lead">The network <em>${model}</em> was shown ${thousands(
      galaxies,
    )} galaxies, ${told}.
      Volunteers of Galaxy Zoo had answered up to eleven questions about each of them. The error is the
      root of the mean squared difference (RMSE) between their fractions and what the network expects,
      over all 37 answers.</p>
    ${tiles([
      ...compared(rmse).map(({ name, value }) => [`RMSE of ${name}`, value.toFixed(5)] as const),
      [
        `${best <= rmse.mean ? "Smaller" : "Larger"} error than by the mean`,
        `${Math.round(100 * Math.abs(1 - best / rmse.mean))} %`,
      ],
    ])}
  `;
}

async function calibrationSection(figures: Figures): Promise<Markup> {
  const [head, ...rows] = calibrationRows(figures);
  const answers = figures.answers.map(({ column, answer, predicted, observed, rmse }) => [
    `${column.replace("Class", "")} ${answer}`,
    predicted.toFixed(4),
    observed.toFixed(4),
    rmse.toFixed(4),
  ]);
  const label = "Predicted against observed fractions";
  return html`
    <section aria-labelledby="calibration">
      <h2 id="calibration">Are the fractions right on average?</h2>
      <p>All predictions, in ten groups by their size: how large they are on average, and how large the
        volunteers’ fractions were. On the dashed line both are the same. Below, how many predictions
        there are of each size.</p>
      ${await chartFigure(label, (width) => calibrationChart(figures, width), [480, 250])}
      <details>
        <summary>The figures</summary>
        ${numbersTable(head, rows)}
      </details>
      <details>
        <summary>Each answer on average</summary>
        ${numbersTable(["answer", "mean prediction", "observed", "RMSE"], answers)}
      </details>
    </section>
  `;
}

async function gallery({ ids, paths }: Evaluation, chosen: readonly Chosen[]): Promise<Card[]> {
  const all = chosen.map(async ({ row, predicted, observed }) => {
    const jpeg = await readFile(paths[row], { limit: MAX_IMAGE_BYTES });
    return galaxyCard({ id: ids[row], jpeg, predicted, truth: observed });
  });
  return await Promise.all(all);
}

const thousands = (count: number) => count.toLocaleString("en");
