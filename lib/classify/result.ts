/** What is said of one picture, in a terminal and in tables. */
import { ANSWER_COLUMNS, QUESTIONS } from "../galaxy/questions.ts";
import type { Prediction } from "../library/prediction.ts";
import { READABLE_NAMES } from "./columns.ts";
import { inWords, likelyPath } from "./words.ts";

export interface Result {
  readonly path: string;
  readonly prediction: Prediction;
  /** What was done to the picture. */
  readonly told: string;
  /** Why it is unlike those that the network was trained on; empty where it is not. */
  readonly unusual: readonly string[];
}

/** As long as a line of a terminal. */
const COLUMNS = 100;

/** Lines for a terminal. @param looks whether the network looked more than once */
export function resultText({ path, prediction, told, unusual }: Result, looks: boolean): string {
  const steps = likelyPath(prediction).map(({ answer: { answer, ofAsked, spread }, number }) => {
    const more = looks ? ` ± ${percent(spread)}` : "";
    return `${answerText(number, answer)} ${percent(ofAsked)}${more} %`;
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

/** What a table says of each of the 37 answers, and the ending of its name. */
const KINDS = [["fraction", "ofAsked"], ["spread", "spread"], ["share", "fraction"]] as const;

/** The header of a CSV file. */
export const TABLE_COLUMNS: readonly string[] = [
  "id_str",
  "file_loc",
  "words",
  "unusual",
  "picture",
  ...KINDS.flatMap(([kind]) => READABLE_NAMES.map((name) => `${name}_${kind}`)),
];

/** Cells of a CSV row: an empty one where nobody is asked. */
export function tableRow(result: Result): string[] {
  return [
    idOf(result.path),
    result.path,
    inWords(result.prediction),
    result.unusual.join("; "),
    result.told,
    ...KINDS.flatMap(([, key]) =>
      result.prediction.map(({ [key]: value }) => rounded(value)?.toString() ?? "")
    ),
  ];
}

/** The same for JSON; `null` where nobody is asked. */
export function jsonOf({ path, prediction, told, unusual }: Result): unknown {
  return {
    id_str: idOf(path),
    file_loc: path,
    words: inWords(prediction),
    unusual,
    picture: told,
    answers: Object.fromEntries(QUESTIONS.flatMap(({ first, answers }) =>
      answers.map((_, k) => {
        const { ofAsked, spread, fraction } = prediction[first + k];
        return [READABLE_NAMES[first + k], {
          fraction: rounded(ofAsked),
          spread: rounded(spread),
          share: rounded(fraction),
          column: ANSWER_COLUMNS[first + k],
        }];
      })
    )),
  };
}

/** The name of the file without folder and ending. */
function idOf(path: string): string {
  return path.split(/[/\\]/).at(-1)!.replace(/(?<=.)(\.gz)?$/i, "").replace(/(?<=.)\.\w+$/, "");
}

/** Six digits, more than a network can tell. */
function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toFixed(6));
}
