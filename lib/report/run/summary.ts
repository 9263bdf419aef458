/** What a run is, how far it is, and how good. */
import { formatDuration } from "../../cli/progress.ts";
import type { RunLook } from "../../runs/look.ts";
import { figures } from "../figures.ts";
import { html, type Markup } from "../html.ts";
import { levelsOf } from "./levels.ts";
import { paceOf } from "./pace.ts";

export function runSummary(look: RunLook): Markup {
  return html`
    <p class="lead">${lead(look)}</p>
    ${look.problems.map((problem) => html`<p class="problem">${problem}.</p>`)}
    <div class="progress">${figures(tiles(look))}</div>
  `;
}

function lead({ description: { value }, entries, folder }: RunLook): Markup {
  const images = entries.at(-1)?.images ?? 0;
  if (!value) {
    return entries.length > 0
      ? html`A training in ${folder.path}, which has no description: it saw ${
        count(images)
      } images.`
      : html`Nothing of a training is in ${folder.path} yet.`;
  }
  const { model, training, validation, finished } = value;
  const narrow = model.width === undefined ? "" : `, ${model.width} of its width`;
  const seen = entries.length === 0
    ? "It has not come to the end of its first chunk yet"
    : `It ${finished ? "saw" : "has seen"} ${count(images)} images of them`;
  return html`A training of <em>${model.name}</em>${narrow} on ${
    count(training)
  } galaxies. ${seen}; ${count(validation)} other galaxies are for validation.`;
}

function tiles(look: RunLook): readonly (readonly [string, string] | undefined)[] {
  const { description: { value }, entries } = look;
  const last = entries.at(-1);
  if (!last) return [];
  const chunks = value?.settings.chunks;
  const validated = entries.findLast(({ validRmse }) => validRmse !== undefined);
  const { mean } = levelsOf(look);
  const { imagesPerSecond, taken, left } = paceOf(entries, chunks);
  const rmse = (name: string, value: number | undefined) =>
    value === undefined ? undefined : [name, value.toFixed(5)] as const;
  const speed = imagesPerSecond === undefined
    ? undefined
    : imagesPerSecond >= 10
    ? count(Math.round(imagesPerSecond))
    : imagesPerSecond.toFixed(1);
  return [
    [chunks === undefined ? "Chunks" : `Chunks, of ${count(chunks)}`, count(last.chunk)],
    rmse("Training RMSE", last.trainRmse),
    rmse(`Validation RMSE, after chunk ${validated?.chunk}`, validated?.validRmse),
    rmse("RMSE of always answering the mean", mean),
    speed === undefined ? undefined : ["Images per second", speed],
    ["Time taken", formatDuration(taken)],
    left === undefined || left === 0 ? undefined : ["Time left", formatDuration(left)],
    ["Learning rate", String(Number(last.learningRate.toPrecision(3)))],
  ];
}

const count = (value: number) => value.toLocaleString("en");
