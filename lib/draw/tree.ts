/** The decision tree of Galaxy Zoo 2 as a drawing, from the table of questions. */
import { ANSWER_COLUMNS, type Question, QUESTIONS } from "../galaxy/questions.ts";
import { html, type Markup } from "../report/html.ts";
import { label, LINE, QUIET, short, svg } from "./svg.ts";

const WIDTH = 272;
const HEAD = 26;
const ROW = 18;
/** Between columns, where lines lead from an answer to its questions. */
const ACROSS = 48;
const DOWN = 16;
const MARGIN = 18;

interface Placed {
  readonly question: Question;
  readonly left: number;
  readonly top: number;
}

/**
 * Each question stands to the right of the answer that its own answers are shares of; questions 1 and
 * 6 are asked of everyone.
 */
export function drawTree(): string {
  const placed: Placed[] = [];
  let bottom = MARGIN;
  for (const question of QUESTIONS.filter(({ parent }) => parent === null)) {
    bottom = place(question, MARGIN, bottom, placed) + DOWN;
  }
  const width = Math.max(...placed.map(({ left }) => left)) + WIDTH + MARGIN;
  return svg(width, bottom - DOWN + MARGIN, "The decision tree of Galaxy Zoo 2", [
    ...placed.flatMap((child) => lineTo(child, placed)),
    ...placed.map(box),
  ]);
}

/** Places a question in the middle of all that hang on it; returns where the next may begin. */
function place(question: Question, left: number, top: number, placed: Placed[]): number {
  const { first, answers } = question;
  const children = QUESTIONS.filter(({ parent }) =>
    parent !== null && parent >= first && parent < first + answers.length
  ).toSorted((a, b) => a.parent! - b.parent!);
  let bottom = top;
  for (const child of children) bottom = place(child, left + WIDTH + ACROSS, bottom, placed) + DOWN;
  const taken = Math.max(0, bottom - DOWN - top);
  const own = heightOf(question);
  placed.push({ question, left, top: top + Math.max(0, (taken - own) / 2) });
  return top + Math.max(taken, own);
}

const heightOf = ({ answers }: Question) => HEAD + answers.length * ROW + 6;

function lineTo({ question, left, top }: Placed, placed: readonly Placed[]): Markup[] {
  const { parent } = question;
  if (parent === null) return [];
  const from = placed.find(({ question: { first, answers } }) =>
    parent >= first && parent < first + answers.length
  )!;
  const x0 = from.left + WIDTH, y0 = from.top + rowAt(parent - from.question.first);
  const y1 = top + HEAD / 2, middle = x0 + ACROSS / 2;
  const path = `M${short(x0)} ${short(y0)} C${short(middle)} ${short(y0)} ${short(middle)} ` +
    `${short(y1)} ${short(left)} ${short(y1)}`;
  return [html`
    <path d="${path}" fill="none" stroke="${LINE}" stroke-width="1.5" />
  `];
}

/** The middle of an answer's row, from the top of its box. */
const rowAt = (answer: number) => HEAD + answer * ROW + ROW / 2 + 2;

function box({ question, left, top }: Placed): Markup {
  const { number, text, answers, first } = question;
  const leads = (answer: number) => QUESTIONS.some(({ parent }) => parent === first + answer);
  return html`<g>
<rect x="${short(left)}" y="${short(top)}" width="${WIDTH}" height="${
    heightOf(question)
  }" rx="6" fill="#fff" stroke="${LINE}"/>
<path d="M${short(left)} ${short(top + HEAD)}h${WIDTH}" stroke="${LINE}"/>
${label(`${number}. ${text}`, left + 10, top + 17, { bold: true, size: 12 })}
${
    answers.map((answer, index) =>
      html`${label(answer, left + 10, top + rowAt(index) + 4, { bold: leads(index) })}${
        label(
          ANSWER_COLUMNS[first + index].replace("Class", ""),
          left + WIDTH - 10,
          top + rowAt(index) + 4,
          {
            anchor: "end",
            fill: QUIET,
            size: 11,
          },
        )
      }`
    )
  }</g>`;
}
