/** Which regions of the picture matter for an answer, and which of the sixteen parts. */
import { ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import { IMAGE_CENTRE, IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { COVER_STEP, COVERS, fallsOf, type Occlusion } from "../../lib/inside/occlusion.ts";
import { html } from "../../lib/report/html.ts";
import { likeliest, likelyPath } from "../../lib/report/path.ts";
import { AGAINST, FOR } from "../colours.ts";
import { find, onChange, show } from "../dom.ts";
import { paint, paintPicture } from "../paint.ts";
import { nameOfPart, VIEWS } from "./parts.ts";
import { SHOWN, SHOWN_FROM, type State } from "./state.ts";

/** What was found out by covering. */
export interface Covered {
  readonly regions: Occlusion;
  /** The answers (16, 37) without each part. */
  readonly parts: Float32Array;
}

/** A fall of so much is shown at full strength, if none is larger. */
const LEAST_FULL = 0.05;
/** A fall of less is none. */
const LEAST_TOLD = 0.005;
/** What of 255 covers the picture there. */
const STRONGEST = 190;

/** What has been done of it, while it is under way. */
export function showCovering(done: number) {
  const bar = document.querySelector<HTMLProgressElement>("#regions progress");
  if (bar) bar.value = done;
  else {
    show(
      find("regions"),
      html`<p><progress max="1" value="${done}" aria-label="Covering one region after the other"></progress></p>`,
    );
  }
}

export function showRegions(state: State, covered: Covered) {
  const { answers } = state.traces;
  // Of the likely answers, the one for which regions matter most.
  const strength = (answer: number) => Math.max(...fallsOf(covered.regions, answers, answer));
  const first = likelyPath(answers).map((question) => likeliest(answers, question))
    .reduce((one, other) => strength(other) > strength(one) ? other : one);
  show(
    find("regions"),
    html`
      <p><label>Answer <select id="answer">${QUESTIONS.map((question) =>
        html`
          <optgroup label="${question.text}">${question.answers.map((answer, index) =>
            html`
              <option value="${question.first + index}" ${question.first + index === first && html`
                selected
              `}>${answer}</option>
            `
          )}</optgroup>
        `
      )}</select></label></p>
      <div class="beside">
        <figure class="sky">
          <canvas id="under" aria-hidden="true"></canvas>
          <canvas id="heat" role="img"></canvas>
        </figure>
        <div>
          <p id="matters"></p>
          <p class="legend"><span class="key for"></span> speaks for it: covered, its share falls<br>
            <span class="key against"></span> speaks against it: covered, its share rises</p>
          <table class="parts16">
            <caption>Without one of the sixteen parts, in points</caption>
            <tbody id="without"></tbody>
          </table>
        </div>
      </div>
    `,
  );
  paintPicture(find<HTMLCanvasElement>("under"), state.picture.pixels, {
    side: IMAGE_SIZE,
    from: SHOWN_FROM,
    shown: SHOWN,
  });
  showAnswer(state, covered, first);
  onChange(find("answer"), ({ value }) => showAnswer(state, covered, Number(value)));
}

function showAnswer({ traces: { answers } }: State, { regions, parts }: Covered, answer: number) {
  const falls = fallsOf(regions, answers, answer);
  const most = Math.max(...falls.map(Math.abs));
  const canvas = find<HTMLCanvasElement>("heat");
  paintHeat(canvas, falls, Math.max(most, LEAST_FULL));
  const question = QUESTIONS.findLast(({ first }) => first <= answer)!;
  const name = question.answers[answer - question.first];
  const strongest = Math.max(...falls);
  const text = `“${question.text}” Of all volunteers, ${percent(answers[answer])} would say ` +
    `“${name}”. ` +
    (strongest > LEAST_TOLD
      ? `With the region covered that matters most for it, ${
        percent(answers[answer] - strongest)
      } would.`
      : "No region speaks for it: whatever is covered, its share hardly falls.");
  find("matters").textContent = text;
  canvas.setAttribute("aria-label", `What matters for “${name}”. ${text}`);
  const without = Array.from(
    { length: 16 },
    (_, part) => parts[part * ANSWER_COUNT + answer] - answers[answer],
  );
  show(
    find("without"),
    html`${
      VIEWS.map((view, row) =>
        html`<tr><th scope="row">${view}</th>${
          [0, 1, 2, 3].map((corner) => cell(without[4 * row + corner], 4 * row + corner))
        }</tr>`
      )
    }`,
  );
}

function cell(change: number, part: number) {
  const points = Math.round(1000 * change) / 10;
  const text = points === 0 ? "0" : `${points < 0 ? "−" : "+"}${Math.abs(points)}`;
  const share = Math.min(1, Math.abs(change) / LEAST_FULL) * 55;
  const colour = change < 0 ? "--for" : "--against";
  return html`
    <td title="${nameOfPart(part)}"
      style="background:color-mix(in srgb, var(${colour}) ${share.toFixed(
        0,
      )}%, transparent)">${text}</td>
  `;
}

/** The falls over the picture, smoothly from cover to cover. */
function paintHeat(canvas: HTMLCanvasElement, falls: Float32Array, full: number) {
  const last = COVERS - 1;
  const placeOf = (pixel: number) =>
    Math.min(last, Math.max(0, (pixel + SHOWN_FROM - IMAGE_CENTRE) / COVER_STEP + last / 2));
  const at = (row: number, column: number) => falls[row * COVERS + column];
  paint(canvas, SHOWN, SHOWN, (x, y) => {
    const [column, row] = [placeOf(x), placeOf(y)];
    const left = Math.min(last - 1, Math.floor(column)), top = Math.min(last - 1, Math.floor(row));
    const right = column - left, below = row - top;
    const upper = (1 - right) * at(top, left) + right * at(top, left + 1);
    const lower = (1 - right) * at(top + 1, left) + right * at(top + 1, left + 1);
    const fall = (1 - below) * upper + below * lower;
    return [...(fall > 0 ? FOR : AGAINST), STRONGEST * Math.min(1, Math.abs(fall) / full)];
  });
}

const percent = (share: number) => `${Math.round(100 * share)} %`;
