/** Which regions of the picture matter for an answer, and which of the sixteen parts. */
import { QUESTIONS } from "../../lib/galaxy/questions.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { partsTable } from "../../lib/inside/parts_table.ts";
import { SHOWN, SHOWN_FROM } from "../../lib/inside/places.ts";
import {
  answerWords,
  changesWithoutParts,
  type Covered,
  heatRaster,
  mattersText,
  tellingAnswers,
} from "../../lib/inside/regions.ts";
import { html } from "../../lib/report/html.ts";
import { find, onChange, show } from "../dom.ts";
import { paint, paintPicture } from "../paint.ts";
import type { State } from "./state.ts";

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

export function showRegions({ picture }: State, covered: Covered) {
  const [first] = tellingAnswers(covered);
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
          <div id="without"></div>
        </div>
      </div>
    `,
  );
  paintPicture(find<HTMLCanvasElement>("under"), picture.pixels, {
    side: IMAGE_SIZE,
    from: SHOWN_FROM,
    shown: SHOWN,
  });
  showAnswer(covered, first);
  onChange(find("answer"), ({ value }) => showAnswer(covered, Number(value)));
}

function showAnswer(covered: Covered, answer: number) {
  const canvas = find<HTMLCanvasElement>("heat");
  paint(canvas, heatRaster(covered, answer));
  const text = mattersText(covered, answer);
  find("matters").textContent = text;
  canvas.setAttribute("aria-label", `What matters for “${answerWords(answer).name}”. ${text}`);
  show(find("without"), partsTable(changesWithoutParts(covered, answer)));
}
