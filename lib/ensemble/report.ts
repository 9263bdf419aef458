/** The report of `deno task ensemble`: models, blends and weights on one page. */
import { writeFileAtomic } from "../files/atomic.ts";
import { ANSWER_COLUMNS, QUESTIONS } from "../galaxy/questions.ts";
import { BLENDS } from "./blend.ts";
import { type Comparison, signed } from "./blend_comparison.ts";
import {
  answerWeightsChart,
  BLEND_TITLES,
  changesChart,
  rmseChart,
  weightsChart,
} from "./charts.ts";
import { figures, numbersTable } from "../report/figures.ts";
import { html, type Markup } from "../report/html.ts";
import { reportPage, settingsSection } from "../report/page.ts";
import { VERSION } from "../version.ts";

/** Writes the report; the file is replaced whole. */
export async function writeEnsembleReport(path: string, ensemble: Comparison) {
  await writeFileAtomic(path, new TextEncoder().encode(await ensembleHtml(ensemble)));
}

/** The report as one HTML page: no script, nothing fetched, light and dark. */
export async function ensembleHtml(ensemble: Comparison): Promise<string> {
  const { models, galaxies, folds, seed } = ensemble;
  return reportPage(`An ensemble of ${count(models.length, "network")}`, summary(ensemble), [
    await scoresSection(ensemble),
    await modelsSection(ensemble),
    await answersSection(ensemble),
    settingsSection([
      ["Models", models.map(({ name }) => name).join(", ")],
      ["Validation galaxies", galaxies.valid.toLocaleString("en")],
      ["Test galaxies", galaxies.test.toLocaleString("en")],
      ["Folds", String(folds)],
      ["Seed", String(seed)],
      ["Version", VERSION],
    ]),
  ]);
}

function summary({ models, blends, baselineRmse, galaxies }: Comparison): Markup {
  const best = models.reduce((a, b) => b.rmse < a.rmse ? b : a);
  return html`
    <p class="lead">Networks that err in different ways correct each other when their predictions are
      averaged. Here are ${count(models.length, "network")}, each averaged over its transformed
      views, and three ways to blend them, compared on ${galaxies.valid.toLocaleString("en")}
      validation galaxies that no network was trained on.</p>
    ${figures([
      [`RMSE of the best network, ${best.name}`, best.rmse.toFixed(5)],
      ...blends.map(({ name, crossValidatedRmse }) =>
        [
          `RMSE of the ${BLEND_TITLES[name]}${fitted(name) ? ", cross-validated" : ""}`,
          crossValidatedRmse.toFixed(5),
        ] as const
      ),
      ["RMSE of always answering the mean", baselineRmse.toFixed(5)],
    ])}
  `;
}

async function scoresSection(ensemble: Comparison): Promise<Markup> {
  const { blends, folds } = ensemble;
  return html`
    <section aria-labelledby="scores">
      <h2 id="scores">Networks and blends</h2>
      <p>The <em>uniform</em> blend takes the plain mean. The <em>weighted</em> blend gives each
        network a weight, the blend <em>per answer</em> one for each network and each of the 37 answers;
        both choose the weights that make the error on the validation galaxies least. Scored on those
        same galaxies, they look better than they are, so their scores are also taken by
        cross-validation: galaxies are divided into ${folds} folds, and each is scored
        with weights that were fitted to the others. The networks themselves stay the same. Below, <span class="key score"></span> is a blend on galaxies that its weights have not
        seen, <span class="key fit"></span> on those that they were fitted to, and
        <span class="key alone"></span> a network alone.</p>
      ${await drawn("RMSE of each network and blend", rmseChart, ensemble, 620, 190)}
      ${numbersTable(
        ["Blend", "RMSE, cross-validated", "RMSE where it was fitted"],
        blends.map(({ name, rmse, crossValidatedRmse }) => [
          BLEND_TITLES[name],
          crossValidatedRmse.toFixed(5),
          fitted(name) ? rmse.toFixed(5) : "–",
        ]),
      )}
    </section>
  `;
}

async function modelsSection(ensemble: Comparison): Promise<Markup> {
  const { models, blends } = ensemble;
  const weights = blends[BLENDS.indexOf("weighted")].weights[0];
  return html`
    <section aria-labelledby="models">
      <h2 id="models">What each network adds</h2>
      <p>The first picture shows the weight that the weighted blend gives to each network; at the dashed
        line it would count as much as in the uniform blend. The second shows how the RMSE of the uniform
        blend changes when the network is left out: where it rises, the network is worth keeping; where
        it falls, the others do better without. The author of the paper looked at fitted weights to
        find the networks to drop, and submitted the uniform blend of the others.</p>
      <div class="pair">
        ${await drawn("Weight of each network", weightsChart, ensemble, 300, 190)}
        ${models.length > 1 &&
          await drawn("Change without each network", changesChart, ensemble, 300, 190)}
      </div>
      <details>
        <summary>The figures</summary>
        ${numbersTable(
          ["Network", "RMSE", "Weight", "Uniform blend without it"],
          models.map(({ name, rmse, change }, model) => [
            name,
            rmse.toFixed(5),
            weights[model].toFixed(4),
            change === undefined ? "–" : signed(change),
          ]),
        )}
      </details>
    </section>
  `;
}

async function answersSection(ensemble: Comparison): Promise<Markup> {
  const { models, blends } = ensemble;
  const weights = blends[BLENDS.indexOf("per answer")].weights;
  const most = Math.max(...weights.flatMap((row) => [...row]));
  const label = "Weight of each network for each answer";
  const [wide, narrow] = [
    await answerWeightsChart(ensemble, { tall: false, width: 800 }),
    await answerWeightsChart(ensemble, { tall: true, width: 280 }),
  ];
  return html`
    <section aria-labelledby="answers">
      <h2 id="answers">Weights per answer</h2>
      <p>The stronger the colour, the more a network counts for an answer: from nothing to
        ${most.toFixed(2)}, the largest weight of all. 8.3 is the third answer to question 8.
        The paper calls these weights “per question”, but its program fits them per answer, as is done
        here. A galaxy’s answers to one question need not sum to what they should in this blend,
        because they are weighted differently; in the two others they do.</p>
      <figure class="curve" role="img" aria-label="${label}">
        <div class="wide">${wide}</div>
        <div class="narrow">${narrow}</div>
      </figure>
      <details>
        <summary>The figures</summary>
        ${numbersTable(
          ["Answer", ...models.map(({ name }) => name)],
          QUESTIONS.flatMap(({ answers, first }) =>
            answers.map((text, k) => [
              `${ANSWER_COLUMNS[first + k].replace("Class", "")} ${text}`,
              ...Array.from(weights[first + k], (weight) => weight.toFixed(4)),
            ])
          ),
        )}
      </details>
    </section>
  `;
}

async function drawn(
  label: string,
  chart: (ensemble: Comparison, width: number) => Promise<Markup>,
  ensemble: Comparison,
  wide: number,
  narrow: number,
): Promise<Markup> {
  return html`
    <figure class="curve" role="img" aria-label="${label}">
      <div class="wide">${await chart(ensemble, wide)}</div>
      <div class="narrow">${await chart(ensemble, narrow)}</div>
    </figure>
  `;
}

const fitted = (blend: string) => blend !== "uniform";
const count = (number: number, what: string) => `${number} ${what}${number === 1 ? "" : "s"}`;
