/** The page of an evaluation: figures, charts, and galaxies that the network is right and wrong about. */
import { MAX_IMAGE_BYTES } from "../data/images/check.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { readFile } from "../files/read.ts";
import { compared, type Figures } from "../galaxy/figures.ts";
import { cards } from "../report/card.ts";
import { figures as tiles, numbersTable } from "../report/figures.ts";
import { calibrationChart, questionsChart } from "../report/figures_charts.ts";
import { galaxyCard } from "../report/gallery.ts";
import { html, type Markup } from "../report/html.ts";
import { reportPage, settingsSection } from "../report/page.ts";
import { VERSION } from "../version.ts";
import { type Chosen, rightOnes, wrongOnes } from "./chosen.ts";
import type { Evaluation } from "./evaluate.ts";
import { calibrationRows, questionRows } from "./text.ts";

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
    html`
      <section aria-labelledby="right">
        <h2 id="right">Galaxies it is right about</h2>
        <p>The smallest errors, of all kinds that volunteers saw. Of the volunteers who get to a
          question, the <span class="key guess"></span> bar is the share that the network expects for
          an answer, the <span class="key fact"></span> mark the share that there was.</p>
        ${await gallery(evaluation, rightOnes(labels, best, SHOWN))}
      </section>
    `,
    html`
      <section aria-labelledby="wrong">
        <h2 id="wrong">Galaxies it is wrong about</h2>
        <p>The largest errors of all, the worst first.</p>
        ${await gallery(evaluation, wrongOnes(labels, best, SHOWN))}
      </section>
    `,
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

async function questionsSection(figures: Figures): Promise<Markup> {
  const [head, ...rows] = questionRows(figures);
  return html`
    <section aria-labelledby="questions">
      <h2 id="questions">Error by question</h2>
      <p>Over all answers of a question together. <em>The mean</em> predicts the same for every
        galaxy. Questions that few volunteers get to have small fractions, and so small errors
        whoever predicts.${figures.rmse.sixtyTransforms !== undefined &&
          " One look is a single prediction; sixty transforms are the mean over the galaxy turned, mirrored and scaled."}</p>
      ${await chart("RMSE of each question", (width) => questionsChart(figures, width), [620, 270])}
      <details>
        <summary>The figures</summary>
        ${numbersTable(head, rows)}
      </details>
    </section>
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
      ${await chart(label, (width) => calibrationChart(figures, width), [480, 250])}
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

/** A chart for wide pages, and the same for narrow ones. */
async function chart(
  label: string,
  draw: (width: number) => Promise<Markup>,
  [wide, narrow]: readonly [number, number],
): Promise<Markup> {
  return html`
    <figure class="curve" role="img" aria-label="${label}">
      <div class="wide">${await draw(wide)}</div>
      <div class="narrow">${await draw(narrow)}</div>
    </figure>
  `;
}

async function gallery({ ids, paths }: Evaluation, chosen: readonly Chosen[]): Promise<Markup> {
  const all = chosen.map(async ({ row, predicted, observed }) => {
    const jpeg = await readFile(paths[row], { limit: MAX_IMAGE_BYTES });
    return galaxyCard({ id: ids[row], jpeg, predicted, truth: observed });
  });
  return cards(await Promise.all(all));
}

const thousands = (count: number) => count.toLocaleString("en");
