/** Galaxies with the network's prediction beside the volunteers' answers, on the likeliest path. */
import { type Question, QUESTIONS } from "../galaxy/questions.ts";
import { html, type Markup } from "./html.ts";
import { jpegUri } from "./images.ts";

export interface GalleryGalaxy {
  id: number;
  jpeg: Uint8Array;
  /** 37 */
  predicted: Float32Array;
  /** 37 */
  truth?: Float32Array | undefined;
}

/** The numbers of the questions in the order in which a volunteer meets them. */
const ASKED = [1, 7, 2, 9, 3, 4, 10, 11, 5, 6, 8];
const [SMOOTH, STAR, EDGE_ON, SPIRAL] = [0, 2, 3, 7];

/** How volunteers share themselves over a question's answers; `undefined` where nobody meets it. */
function shares(answers: Float32Array, { first, answers: { length } }: Question) {
  const fractions = answers.subarray(first, first + length);
  const sum = fractions.reduce((total, fraction) => total + fraction, 0);
  return sum > 1e-6 ? Array.from(fractions, (fraction) => fraction / sum) : undefined;
}

/** Index, among the 37, of a question's most likely answer. */
function likeliest(answers: Float32Array, { first, answers: { length } }: Question): number {
  const fractions = answers.subarray(first, first + length);
  return first + fractions.indexOf(Math.max(...fractions));
}

/** The questions met by who always gives the most likely answer, in the order of asking. */
export function likelyPath(answers: Float32Array): Question[] {
  const chosen = new Set<number>();
  const path: Question[] = [];
  for (const number of ASKED) {
    const question = QUESTIONS[number - 1];
    const asked = question.parent === null ? !chosen.has(STAR) : chosen.has(question.parent);
    if (!asked) continue;
    path.push(question);
    chosen.add(likeliest(answers, question));
  }
  return path;
}

const KINDS = ["Smooth", "Disks seen edge-on", "Spirals", "Disks without spiral arms", "Stars"];

function kindOf(path: Question[], answers: Float32Array): string {
  const chosen = path.map((question) => likeliest(answers, question));
  if (chosen.includes(STAR)) return "Stars";
  if (chosen.includes(SMOOTH)) return "Smooth";
  if (chosen.includes(EDGE_ON)) return "Disks seen edge-on";
  return chosen.includes(SPIRAL) ? "Spirals" : "Disks without spiral arms";
}

/** All galaxies, grouped by what the network takes them for, the surest first. */
export function gallery(galaxies: readonly GalleryGalaxy[]): Markup[] {
  const entries = galaxies.map((galaxy) => {
    const path = likelyPath(galaxy.predicted);
    const sureness = Math.max(...galaxy.predicted.subarray(0, 3));
    return { galaxy, path, sureness, kind: kindOf(path, galaxy.predicted) };
  });
  return KINDS.flatMap((kind) => {
    const group = entries.filter((entry) => entry.kind === kind);
    if (group.length === 0) return [];
    group.sort((a, b) => b.sureness - a.sureness || a.galaxy.id - b.galaxy.id);
    return html`
      <h3>${kind} <span class="count">${group.length}</span></h3>
      <div class="cards">${group.map(({ galaxy, path }) => card(galaxy, path, kind))}</div>
    `;
  });
}

function card({ id, jpeg, predicted, truth }: GalleryGalaxy, path: Question[], kind: string) {
  return html`
    <article class="card">
      <header>
        <img src="${jpegUri(jpeg)}" alt="Galaxy ${id}, by the network: ${kind}" loading="lazy">
        <div><h4>Galaxy ${id}</h4>${truth && verdict(path, predicted, truth)}</div>
      </header>
      <table class="answers">
        <thead><tr>
          <th scope="col">Answer</th><td aria-hidden="true"></td><th scope="col">network</th>
          ${truth && html`<th scope="col">true</th>`}
        </tr></thead>
        ${path.map((question) => questionRows(question, predicted, truth))}
      </table>
    </article>
  `;
}

function verdict(path: Question[], predicted: Float32Array, truth: Float32Array): Markup {
  const same = path.filter((question) =>
    shares(truth, question) && likeliest(predicted, question) === likeliest(truth, question)
  );
  const squares = predicted.reduce((sum, value, i) => sum + (value - truth[i]) ** 2, 0);
  return html`
    <p>Same top answer on ${same.length} of ${path.length} questions</p>
    <p>RMSE ${Math.sqrt(squares / predicted.length).toFixed(3)}</p>
  `;
}

function questionRows(question: Question, predicted: Float32Array, truth?: Float32Array): Markup {
  const guesses = shares(predicted, question);
  const facts = truth && shares(truth, question);
  const top = likeliest(predicted, question) - question.first;
  const rows = question.answers.map((answer, index) => {
    const [guess, fact] = [guesses?.[index], facts?.[index]];
    return html`
      <tr${index === top
        ? html`
          class="top"
        `
        : ""}>
        <th scope="row">${answer}</th>
        <td class="bar" aria-hidden="true"><div>
          ${guess !== undefined && html`<span class="guess" style="width:${width(guess)}"></span>`}
          ${fact !== undefined && html`<span class="fact" style="left:${width(fact)}"></span>`}
        </div></td>
        <td>${percent(guess)}</td>${truth && html`<td>${percent(fact)}</td>`}
      </tr>
    `;
  });
  return html`
    <tbody>
      <tr><th scope="rowgroup" class="question" colspan="${truth ? 4 : 3}">${question
        .text}</th></tr>
      ${rows}
    </tbody>
  `;
}

const width = (share: number) => `${(100 * share).toFixed(1)}%`;
const percent = (share?: number) => share === undefined ? "–" : `${Math.round(100 * share)} %`;
