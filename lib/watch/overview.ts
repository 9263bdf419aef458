/** The page of several runs: their curves over each other, and how far each one is. */
import { formatDuration } from "../cli/progress.ts";
import { CROWD, runColour } from "../report/chart.ts";
import { curvesFigure, PAPER_TEXT } from "../report/curve_section.ts";
import type { Levels } from "../report/curve_data.ts";
import { html, type Markup } from "../report/html.ts";
import { levelsOf } from "../report/run/levels.ts";
import { paceOf, type Status, statusOf } from "../report/run/pace.ts";
import type { BoardPart } from "./board.ts";
import type { FollowedRun } from "./runs.ts";

/** Reads what is new of the runs, and says what their page consists of. */
export async function overviewParts(
  runs: readonly FollowedRun[],
  where: string,
): Promise<BoardPart[]> {
  for (const { look } of runs) {
    await look.refresh();
    await look.snapshot.refresh();
  }
  const states = runs.map(({ look }) => statusOf(look, Date.now()));
  const files = runs.flatMap(({ look: { history, description, snapshot } }) => [
    history.value,
    description.value,
    snapshot.value,
  ]);
  const problems = runs.flatMap(({ look }) => look.problems);
  return [
    { id: "part-curves", of: files, make: () => curvesOf(runs) },
    {
      id: "part-runs",
      of: [...files, ...states, ...problems],
      make: () => cardsOf(runs, states, where),
    },
  ];
}

async function curvesOf(runs: readonly FollowedRun[]): Promise<Markup | undefined> {
  const begun = runs.filter(({ look }) => look.entries.length > 0);
  if (begun.length === 0) return undefined;
  // Every run keeps its colour when another one begins.
  const curves = runs.map(({ key, look }) => ({ name: key, history: look.entries }));
  const levels = commonLevels(begun);
  return html`
    <section aria-labelledby="curves">
      <h2 id="curves">How they learn</h2>
      <p>The root of the mean squared error (RMSE) over all 37 answers, on validation galaxies; where
        there are no more than ${CROWD} runs, fainter the error while they learn, on the training
        galaxies.${levels.paper !== undefined && ` ${PAPER_TEXT}`} Point at it for the figures.</p>
      ${await curvesFigure(curves, levels, `Learning curves of ${begun.length} runs`)}
    </section>
  `;
}

/** Where runs have other galaxies, none of their means is that of all. */
function commonLevels(runs: readonly FollowedRun[]): Levels {
  const all = runs.map(({ look }) => levelsOf(look));
  const common = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined);
    return known.every((value) => Math.abs(value - known[0]) < 1e-6) ? known[0] : undefined;
  };
  return {
    mean: common(all.map(({ mean }) => mean)),
    paper: all.find(({ paper }) => paper !== undefined)?.paper,
  };
}

function cardsOf(runs: readonly FollowedRun[], states: readonly Status[], where: string): Markup {
  if (runs.length === 0) {
    return html`<p>No run is in ${where} yet. As soon as one begins, it appears here.</p>`;
  }
  return html`
    <section aria-labelledby="runs">
      <h2 id="runs">Runs</h2>
      <div class="runs">${runs.map((run, at) => card(run, states[at], at))}</div>
    </section>
  `;
}

const WORDS: Readonly<Record<Status, string>> = {
  "finished": "finished",
  "under way": "training",
  "silent": "no news for a while: stopped, or very slow",
};

function card({ key, look }: FollowedRun, status: Status, index: number): Markup {
  const { entries, description: { value } } = look;
  const chunks = value?.settings.chunks;
  const last = entries.at(-1);
  const { imagesPerSecond, taken, left } = paceOf(entries, chunks);
  const validated = entries.findLast(({ validRmse }) => validRmse !== undefined);
  const rows: (readonly [string, string] | false | undefined)[] = [
    last && [
      "Chunk",
      `${count(last.chunk)}${chunks === undefined ? "" : ` of ${count(chunks)}`}`,
    ],
    last && ["Images seen", count(last.images)],
    last && ["Training RMSE", last.trainRmse.toFixed(5)],
    validated && ["Validation RMSE", validated.validRmse!.toFixed(5)],
    imagesPerSecond !== undefined && ["Images per second", imagesPerSecond.toFixed(1)],
    last && ["Time taken", formatDuration(taken)],
    !!left && ["Time left", formatDuration(left)],
  ];
  const state = look.there ? WORDS[status] : "not there yet";
  return html`
    <article class="run" style="--own: ${runColour(index)}">
      <h3><a href="/run/${encodeURIComponent(key)}">${key}</a></h3>
      <p>${value && value.model.name !== key ? `${value.model.name}, ` : ""}${state}</p>
      ${look.problems.map((problem) => html`<p class="problem">${problem}</p>`)}
      ${chunks !== undefined && html`
        <progress max="${chunks}" value="${last?.chunk ?? 0}" aria-label="Chunks"></progress>
      `}
      <dl>${rows.map((row) =>
        row && html`
          <dt>${row[0]}</dt>
          <dd>${row[1]}</dd>
        `
      )}</dl>
    </article>
  `;
}

const count = (value: number) => value.toLocaleString("en");
