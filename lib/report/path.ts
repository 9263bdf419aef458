/** The likely path through Galaxy Zoo's questions, of 37 predicted or counted fractions. */
import { ANSWER_COUNT, type Question, QUESTIONS } from "../galaxy/questions.ts";

/** 37 shares of all volunteers, in the order of the competition's columns. */
export type Fractions = ArrayLike<number>;

/** The numbers of the questions in the order in which a volunteer meets them. */
export const ASKED: readonly number[] = [1, 7, 2, 9, 3, 4, 10, 11, 5, 6, 8];

/** Indices among the 37 of answers that decide what is asked next. */
export const SMOOTH = 0, FEATURES = 1, STAR = 2, EDGE_ON = 3, FACE_ON = 4;
export const SPIRAL = 7, PLAIN = 8, ODD = 13;

const TOO_FEW = 1e-6;

/** How volunteers share themselves over a question's answers; `undefined` where nobody meets it. */
export function sharesOf(fractions: Fractions, question: Question): number[] | undefined {
  const own = ownOf(fractions, question);
  const sum = own.reduce((total, fraction) => total + fraction, 0);
  return sum > TOO_FEW ? own.map((fraction) => fraction / sum) : undefined;
}

/** The share of all volunteers that is asked a question; 1 where the labels do not follow the tree. */
export function askedShare(fractions: Fractions, { parent }: Question): number {
  return parent === null ? 1 : fractions[parent];
}

/** Index, among the 37, of a question's most likely answer. */
export function likeliest(fractions: Fractions, question: Question): number {
  const own = ownOf(fractions, question);
  return question.first + own.indexOf(Math.max(...own));
}

/** The questions met by who always gives the most likely answer, in the order of asking. */
export function likelyPath(fractions: Fractions): Question[] {
  const chosen = new Set<number>();
  const path: Question[] = [];
  for (const number of ASKED) {
    const question = QUESTIONS[number - 1];
    const { parent } = question;
    if (!(parent === null ? !chosen.has(STAR) : chosen.has(parent))) continue;
    path.push(question);
    chosen.add(likeliest(fractions, question));
  }
  return path;
}

/** The answers that tell what a galaxy is, and what galaxies with such an answer are called. */
const KIND_OF_ANSWER: readonly (readonly [answer: number, kind: string])[] = [
  [SMOOTH, "Smooth galaxies"],
  [EDGE_ON, "Disks seen edge-on"],
  [SPIRAL, "Spirals"],
  [PLAIN, "Disks without spiral arms"],
  [STAR, "Stars and artifacts"],
];

/** What galaxies are called in reports, in the order in which they are shown. */
export const KINDS: readonly string[] = KIND_OF_ANSWER.map(([, kind]) => kind);

export interface Kind {
  readonly kind: string;
  /** Share of all volunteers who would say so, 0 … 1. */
  readonly sureness: number;
}

/** What a galaxy is by the likely path. */
export function kindOf(fractions: Fractions): Kind {
  const chosen = likelyPath(fractions).map((question) => likeliest(fractions, question));
  const [answer, kind] = KIND_OF_ANSWER.find(([answer]) => chosen.includes(answer))!;
  return { kind, sureness: fractions[answer] };
}

/** The row of a galaxy in answers (galaxies, 37). */
export function rowOf(answers: Float32Array, galaxy: number): Float32Array {
  return answers.subarray(galaxy * ANSWER_COUNT, (galaxy + 1) * ANSWER_COUNT);
}

/** As `62 %`, and a dash where nobody is asked. */
export function percent(share: number | undefined): string {
  return share === undefined || Number.isNaN(share) ? "–" : `${Math.round(100 * share)} %`;
}

function ownOf(fractions: Fractions, { first, answers: { length } }: Question): number[] {
  return Array.from({ length }, (_, answer) => fractions[first + answer]);
}
