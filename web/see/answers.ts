/** What the network expects volunteers to answer: in words, as a tree, as numbers, as a file. */
import { inWords } from "../../lib/classify/words.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { answersTable } from "../../lib/report/answers.ts";
import { flow, LEAST_ASKED } from "../../lib/report/flow.ts";
import { flowRows } from "../../lib/report/flow_rows.ts";
import { html } from "../../lib/report/html.ts";
import { find, show } from "../dom.ts";
import { paintPicture } from "../paint.ts";
import { fractionsOf, type State } from "./state.ts";

export function showAnswers(state: State) {
  const { picture, prediction, looks } = state;
  const fractions = fractionsOf(prediction);
  const questions = flowRows(fractions, LEAST_ASKED).map(({ question }) => question);
  const spread = looks === 1 ? undefined : prediction.map((answer) => answer.spread);
  const words = inWords(prediction);
  show(
    find("answers"),
    html`
      <article class="card">
        <header>
          <canvas id="whole" role="img" aria-label="${picture.name}"></canvas>
          <div>
            <p class="words" id="words">${sentence(words)}</p>
            <p><bdi>${picture.name}</bdi></p>
            <p>${sentence(picture.told)}</p>
            <p><a id="save" download="answers.json" href="${jsonOf(
              state,
              words,
            )}">Save the answers</a></p>
          </div>
        </header>
        ${picture.unusual.length > 0 && html`
          <p class="marks"><strong>Unlike the training pictures:</strong> ${picture.unusual.join(
            "; ",
          )}</p>
        `}
        ${flow(fractions, { what: `What volunteers would answer about ${picture.name}` })}
        ${answersTable({ predicted: fractions, spread }, questions)}
      </article>
    `,
  );
  paintPicture(find<HTMLCanvasElement>("whole"), picture.pixels, { side: IMAGE_SIZE });
}

/** All numbers, for programs. */
function jsonOf({ picture, prediction, looks, probe }: State, words: string): string {
  const { name: model, width } = probe.network.model;
  const facts = { picture: picture.name, model, width, looks, words, told: picture.told };
  const text = JSON.stringify({ ...facts, unusual: picture.unusual, answers: prediction }, null, 2);
  return `data:application/json;charset=utf-8,${encodeURIComponent(text)}`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
