/** Answers to the questions of a path, as bars: predicted, how steady, and what volunteers said. */
import type { Question } from "../galaxy/questions.ts";
import { html, type Markup } from "./html.ts";
import { type Fractions, likeliest, likelyPath, percent, sharesOf } from "./path.ts";

/** What is known of a galaxy: 37 each. */
export interface Answered {
  readonly predicted: Fractions;
  /** Standard deviations between looks, of the shares of those who are asked. */
  readonly spread?: ArrayLike<number> | undefined;
  /** The volunteers' fractions. */
  readonly truth?: Fractions | undefined;
}

/** Shares of those who are asked. */
export function answersTable(galaxy: Answered, questions: readonly Question[]): Markup {
  return html`
    <table class="answers${galaxy.spread && " spread"}">
      <thead><tr>
        <th scope="col">Answer</th><td aria-hidden="true"></td><th scope="col">Network</th>
        ${galaxy.truth && html`<th scope="col">True</th>`}
      </tr></thead>
      ${questions.map((question) => questionRows(question, galaxy))}
    </table>
  `;
}

function questionRows(question: Question, { predicted, spread, truth }: Answered): Markup {
  const guesses = sharesOf(predicted, question);
  const facts = truth && sharesOf(truth, question);
  const onPath = likelyPath(predicted).includes(question);
  const top = onPath ? likeliest(predicted, question) - question.first : -1;
  const rows = question.answers.map((answer, index) => {
    const [guess, fact] = [guesses?.[index], facts?.[index]];
    const more = spread?.[question.first + index];
    return html`
      <tr${index === top && html`
        class="top"
      `}>
        <th scope="row">${answer}</th>
        <td class="bar" aria-hidden="true"><div>
          ${guess !== undefined && html`<span class="guess" style="width:${width(guess)}"></span>`}
          ${guess !== undefined && more !== undefined && errorBar(guess, more)}
          ${fact !== undefined && html`<span class="fact" style="left:${width(fact)}"></span>`}
        </div></td>
        <td>${number(guess, more)}</td>${truth && html`<td>${percent(fact)}</td>`}
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

/** One standard deviation to each side, unless it is told as 0 %. */
function errorBar(guess: number, spread: number): Markup | false {
  if (spread < 0.005) return false;
  const [from, to] = [Math.max(0, guess - spread), Math.min(1, guess + spread)];
  return html`<span class="error" style="left:${width(from)};width:${width(to - from)}"></span>`;
}

function number(guess: number | undefined, spread: number | undefined): string {
  if (guess === undefined || spread === undefined) return percent(guess);
  return `${Math.round(100 * guess)} ± ${percent(spread)}`;
}

const width = (share: number) => `${(100 * share).toFixed(1)}%`;
