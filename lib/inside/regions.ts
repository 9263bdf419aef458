/** What covering tells of an answer: which regions and which parts matter, in colours and in words. */
import { PARTS } from "../galaxy/parts.ts";
import { ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import { IMAGE_CENTRE } from "../galaxy/transforms.ts";
import { likeliest, likelyPath, percent } from "../report/path.ts";
import { AGAINST, FOR } from "./colours.ts";
import { COVER_STEP, COVERS, fallsOf, type Occlusion } from "./occlusion.ts";
import { SHOWN, SHOWN_FROM } from "./places.ts";
import { type Raster, raster } from "./raster.ts";

/** A change of so much is shown at full strength, if none is larger. */
export const LEAST_FULL = 0.05;
/** A fall of less is none. */
const LEAST_TOLD = 0.005;
/** The question whether there is anything odd. */
const ODD = 6;
/** What of 255 covers the picture there. */
const STRONGEST = 190;

/** What was found out by covering. */
export interface Covered {
  /** The 37 fractions of the whole picture. */
  readonly answers: Float32Array;
  readonly regions: Occlusion;
  /** The answers (16, 37) without each part. */
  readonly withoutParts: Float32Array;
}

/**
 * The likely answers, those for which a region matters most first, and last whether there is anything
 * odd: a galaxy that is covered is odd, whatever it is.
 */
export function tellingAnswers({ answers, regions }: Covered): number[] {
  const strength = (answer: number) => Math.max(...fallsOf(regions, answers, answer));
  return likelyPath(answers)
    .map((question) => ({ answer: likeliest(answers, question), last: question.number === ODD }))
    .map((one) => ({ ...one, strength: strength(one.answer) }))
    .sort((one, other) => Number(one.last) - Number(other.last) || other.strength - one.strength)
    .map(({ answer }) => answer);
}

/** Question and answer in words. */
export function answerWords(answer: number): { question: string; name: string } {
  const question = QUESTIONS.findLast(({ first }) => first <= answer)!;
  return { question: question.text, name: question.answers[answer - question.first] };
}

/** How many would give an answer, and how many where the region is covered that matters most. */
export function mattersText({ answers, regions }: Covered, answer: number): string {
  const { question, name } = answerWords(answer);
  const strongest = Math.max(...fallsOf(regions, answers, answer));
  return `“${question}” Of all volunteers, ${percent(answers[answer])} would say “${name}”. ` +
    (strongest > LEAST_TOLD
      ? `With the region covered that matters most for it, ${
        percent(answers[answer] - strongest)
      } would.`
      : "No region speaks for it: whatever is covered, its share hardly falls.");
}

/** How the share of an answer changes without each of the parts. */
export function changesWithoutParts({ answers, withoutParts }: Covered, answer: number): number[] {
  return Array.from(
    { length: PARTS },
    (_, part) => withoutParts[part * ANSWER_COUNT + answer] - answers[answer],
  );
}

/** What lies over the shown part of the picture, smoothly from cover to cover. */
export function heatRaster({ answers, regions }: Covered, answer: number): Raster {
  const falls = fallsOf(regions, answers, answer);
  const full = Math.max(LEAST_FULL, ...falls.map(Math.abs));
  const last = COVERS - 1;
  const placeOf = (pixel: number) =>
    Math.min(last, Math.max(0, (pixel + SHOWN_FROM - IMAGE_CENTRE) / COVER_STEP + last / 2));
  const at = (row: number, column: number) => falls[row * COVERS + column];
  return raster(SHOWN, SHOWN, (x, y) => {
    const [column, row] = [placeOf(x), placeOf(y)];
    const left = Math.min(last - 1, Math.floor(column)), top = Math.min(last - 1, Math.floor(row));
    const right = column - left, below = row - top;
    const upper = (1 - right) * at(top, left) + right * at(top, left + 1);
    const lower = (1 - right) * at(top + 1, left) + right * at(top + 1, left + 1);
    const fall = (1 - below) * upper + below * lower;
    return [...(fall > 0 ? FOR : AGAINST), STRONGEST * Math.min(1, Math.abs(fall) / full)];
  });
}
