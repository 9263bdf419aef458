/** Right and wrong galaxies as one SVG file, for documents: pictures with predicted and observed shares. */
import { decodeJpeg } from "../data/jpeg/decode.ts";
import { MAX_IMAGE_BYTES } from "../data/images/check.ts";
import { INK, label, QUIET, short, svg } from "../draw/svg.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { readFile } from "../files/read.ts";
import { type Question, QUESTIONS } from "../galaxy/questions.ts";
import { CHANNELS, IMAGE_SIZE } from "../galaxy/transforms.ts";
import { html, type Markup } from "../report/html.ts";
import { pixelsUri } from "../report/images.ts";
import { likeliest, likelyPath, percent, sharesOf } from "../report/path.ts";
import { type Chosen, rightOnes, wrongOnes } from "../report/chosen.ts";
import type { Evaluation } from "./evaluate.ts";

/** Right ones, and as many wrong ones; so many in a row. */
const SHOWN = 6;
const COLUMNS = 3;
/** What is shown of an image: about what the network sees of it. */
const MIDDLE = 212;
/** Questions that fit beside a picture. */
const ROWS = 6;

/** Units of the drawing. */
const MARGIN = 18;
const CARD = { width: 306, height: 142, picture: 117 };
const GAP = 14;
const HEAD = 34;
const ROW = 19.5;

const NETWORK = "#2f6fde";
const TRACK = "#e3e6ee";

/** Draws the file, whole or not at all. */
export async function writeGallery(path: string, evaluation: Evaluation) {
  const { labels, predicted } = evaluation;
  const best = predicted.sixtyTransforms ?? predicted.oneLook;
  const groups = [
    ["Right: the smallest errors of different kinds", rightOnes(labels, best, SHOWN)],
    ["Wrong: the largest errors of all", wrongOnes(labels, best, SHOWN)],
  ] as const;
  const width = 2 * MARGIN + COLUMNS * CARD.width + (COLUMNS - 1) * GAP;
  const children: Markup[] = [];
  let top = MARGIN;
  for (const [title, chosen] of groups) {
    children.push(label(title, MARGIN, top + 14, { size: 15, bold: true }));
    top += HEAD;
    for (const [at, galaxy] of chosen.entries()) {
      const left = MARGIN + at % COLUMNS * (CARD.width + GAP);
      const down = top + Math.floor(at / COLUMNS) * (CARD.height + GAP);
      children.push(await card(evaluation, galaxy, left, down));
    }
    top += Math.ceil(chosen.length / COLUMNS) * (CARD.height + GAP);
  }
  children.push(key(MARGIN, top + 8), credit(width - MARGIN, top + 8));
  const drawing = svg(width, top + 8 + MARGIN, "Galaxies: right and wrong", children);
  await writeFileAtomic(path, new TextEncoder().encode(drawing));
}

async function card(
  { ids, paths }: Evaluation,
  { row, rmse, predicted, observed }: Chosen,
  left: number,
  top: number,
): Promise<Markup> {
  const side = CARD.picture, from = left + side + 10, width = CARD.width - side - 10;
  const picture = await middleOf(paths[row]);
  return html`<g>
<image href="${picture}" x="${left}" y="${top}" width="${side}" height="${side}"/>
${label(`${ids[row]}, RMSE ${rmse.toFixed(3)}`, left, top + side + 15, { size: 10.5, fill: QUIET })}
${
    asked(predicted, observed).map((question, at) =>
      answerRow(question, predicted, observed, { left: from, top: top + at * ROW, width })
    )
  }</g>`;
}

/** The questions that volunteers, or the network, are likely to meet, those with the largest shares. */
function asked(predicted: Float32Array, observed: Float32Array): Question[] {
  const numbers = new Set(
    [...likelyPath(observed), ...likelyPath(predicted)].map(({ number }) => number),
  );
  const weight = ({ first, answers }: Question) =>
    observed.subarray(first, first + answers.length).reduce((sum, value) => sum + value, 0);
  const all = QUESTIONS.filter(({ number }) => numbers.has(number));
  const kept = all.toSorted((a, b) => weight(b) - weight(a)).slice(0, ROWS);
  return [...new Set([...likelyPath(observed), ...all])].filter((question) =>
    kept.includes(question)
  );
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

/** The volunteers' most likely answer: the network's share as a bar, theirs as a mark. */
function answerRow(
  question: Question,
  predicted: Float32Array,
  observed: Float32Array,
  { left, top, width }: Box,
): Markup {
  const answer = likeliest(observed, question) - question.first;
  const [network, crowd] = [predicted, observed].map((all) => sharesOf(all, question)?.[answer]);
  const bar = top + 13.5;
  const strip = (share: number, fill: string) =>
    html`
      <rect x="${short(left)}" y="${short(bar)}" width="${short(
        width * share,
      )}" height="4" rx="1" fill="${fill}" />
    `;
  return html`
    ${label(answerText(question, answer), left, top + 10, { size: 10.5 })}
    <text x="${short(left + width)}" y="${short(top + 10)}" font-size="10.5" text-anchor="end"
      fill="${INK}"><tspan fill="${NETWORK}">${percent(network).replace(
        " %",
        "",
      )}</tspan> / ${percent(crowd)}</text>
    ${strip(1, TRACK)}${network !== undefined && strip(network, NETWORK)}
    ${crowd !== undefined && html`
      <rect x="${short(left + width * crowd - 1.25)}" y="${short(
        bar - 2,
      )}" width="2.5" height="8" rx="1" fill="${INK}" />
    `}
  `;
}

/** What the answers of some questions are about, and answers that say so themselves. */
const ABOUT: Readonly<Record<number, string>> = { 5: "bulge", 9: "bulge", 10: "arms", 11: "arms" };
const WHOLE = ["no bulge", "can't tell"];

/** An answer without its question, as `obvious bulge`. */
function answerText({ number, answers }: Question, answer: number): string {
  const text = answers[answer];
  return WHOLE.includes(text) ? text : [text, ABOUT[number] ?? ""].join(" ").trimEnd();
}

function key(left: number, y: number): Markup {
  return html`<g>
<rect x="${left}" y="${short(y - 6)}" width="22" height="5" rx="1" fill="${NETWORK}"/>
${label("network", left + 28, y, { size: 11 })}
<rect x="${left + 84}" y="${short(y - 9)}" width="2.5" height="11" rx="1" fill="${INK}"/>
${label("volunteers, of those who are asked", left + 92, y, { size: 11 })}</g>`;
}

function credit(right: number, y: number): Markup {
  return label("Images: Sloan Digital Sky Survey", right, y, {
    size: 11,
    anchor: "end",
    fill: QUIET,
  });
}

/** The middle of an image, as a JPEG in a data URI. */
async function middleOf(path: string): Promise<string> {
  const bytes = await readFile(path, { limit: MAX_IMAGE_BYTES });
  const { rgb } = await decodeJpeg(bytes, path, { size: IMAGE_SIZE });
  const first = (IMAGE_SIZE - MIDDLE) / 2;
  const middle = new Uint8Array(CHANNELS * MIDDLE * MIDDLE);
  for (let y = 0; y < MIDDLE; y++) {
    const from = CHANNELS * ((first + y) * IMAGE_SIZE + first);
    middle.set(rgb.subarray(from, from + CHANNELS * MIDDLE), CHANNELS * y * MIDDLE);
  }
  return await pixelsUri(middle, MIDDLE);
}
