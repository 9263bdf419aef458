/** What is said of one picture in a terminal. */
import type { Prediction } from "../library/prediction.ts";
import { inWords, likelyPath } from "./words.ts";

export interface Result {
  /** That of a catalogue, or the file's name without its ending. */
  readonly id: string;
  readonly path: string;
  readonly prediction: Prediction;
  /** What was done to the picture. */
  readonly told: string;
  /** Why it is unlike those that the network was trained on; empty where it is not. */
  readonly unusual: readonly string[];
}

/** As long as a line of a terminal. */
const COLUMNS = 100;

/** Lines for a terminal. @param spread whether there is more than one look or network */
export function resultText({ path, prediction, told, unusual }: Result, spread: boolean): string {
  const steps = likelyPath(prediction).map(({ answer, number }) => {
    const more = spread ? ` ± ${percent(answer.spread)}` : "";
    return `${answerText(number, answer.answer)} ${percent(answer.ofAsked)}${more} %`;
  });
  return [
    `${path}: ${inWords(prediction)}`,
    ...wrapped(steps),
    ...(told === "as it is" ? [] : [`  picture: ${told}`]),
    ...(unusual.length === 0 ? [] : [`  unlike the training pictures: ${unusual.join("; ")}`]),
  ].join("\n");
}

/** Answers that mean nothing without their question. */
function answerText(number: number, answer: string): string {
  if (number === 11) {
    return answer === "1"
      ? "1 arm"
      : `${answer} arms`.replace(/^can't tell.*/, "number of arms unknown");
  }
  if (number === 10) return `${answer} arms`;
  if (number === 9) return answer === "no bulge" ? answer : `${answer} bulge`;
  if (number === 5) return answer === "no bulge" ? answer : `${answer} bulge`;
  return answer;
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

/** Lines of `a, b, c`, each indented. */
function wrapped(parts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const line = `${lines.at(-1)}, ${part}`;
    if (lines.length > 0 && line.length <= COLUMNS) lines[lines.length - 1] = line;
    else lines.push(`  ${part}`);
  }
  return lines.map((line, k) => k < lines.length - 1 ? `${line},` : line);
}
