/** What is written of one picture: a row for each, in the order of the pictures, also for failures. */
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../galaxy/questions.ts";
import type { Prediction } from "../library/prediction.ts";
import type { ParquetColumn, ParquetValue } from "../formats/parquet_write.ts";
import { READABLE_NAMES } from "./columns.ts";
import type { Result } from "./result.ts";
import { inWords } from "./words.ts";

/** Plain data, which JSON can hold. */
export type Row = ClassifiedRow | FailedRow;

export interface ClassifiedRow {
  readonly id: string;
  readonly path: string;
  readonly words: string;
  readonly unusual: readonly string[];
  /** What was done to the picture. */
  readonly told: string;
  /** (fraction, spread, share) × 37, to six digits; null where nobody is asked. */
  readonly numbers: readonly (number | null)[];
}

export interface FailedRow {
  readonly id: string;
  readonly path: string;
  /** Why there is no answer. */
  readonly error: string;
}

/** What a table says of each of the 37 answers: the ending of its name, and which of our names it is. */
const KINDS = [["fraction", "ofAsked"], ["spread", "spread"], ["share", "fraction"]] as const;

const TEXTS = ["id_str", "file_loc", "words", "unusual", "picture", "error"];
const NUMBERS = KINDS.flatMap(([kind]) => READABLE_NAMES.map((name) => `${name}_${kind}`));

export const TABLE_COLUMNS: readonly string[] = [...TEXTS, ...NUMBERS];
export const PARQUET_COLUMNS: readonly ParquetColumn[] = [
  ...TEXTS.map((name) => ({ name, type: "STRING" } as const)),
  ...NUMBERS.map((name) => ({ name, type: "FLOAT" } as const)),
];
const NOTHING: readonly null[] = NUMBERS.map(() => null);

export function rowOf({ id, path, prediction, told, unusual }: Result): ClassifiedRow {
  const numbers = KINDS.flatMap(([, key]) => prediction.map((answer) => rounded(answer[key])));
  return { id, path, words: inWords(prediction), unusual, told, numbers };
}

/** The result of a row: its numbers have six digits. */
export function resultOf({ id, path, told, unusual, numbers }: ClassifiedRow): Result {
  const numberOf = (kind: number, answer: number) => numbers[kind * ANSWER_COUNT + answer] ?? NaN;
  const prediction: Prediction = QUESTIONS.flatMap(({ text, answers, first }) =>
    answers.map((answer, k) => ({
      column: ANSWER_COLUMNS[first + k],
      question: text,
      answer,
      ofAsked: numberOf(0, first + k),
      spread: numberOf(1, first + k),
      fraction: numberOf(2, first + k),
    }))
  );
  return { id, path, prediction, told, unusual };
}

/** In the order of the columns; null where there is nothing to say. */
export function tableRow(row: Row): ParquetValue[] {
  if ("error" in row) return [row.id, row.path, null, null, null, row.error, ...NOTHING];
  const { id, path, words, unusual, told, numbers } = row;
  return [id, path, words, unusual.join("; "), told, null, ...numbers];
}

/** The same for JSON, where each answer is an object; `null` where nobody is asked. */
export function jsonOf(row: Row): unknown {
  if ("error" in row) return { id_str: row.id, file_loc: row.path, error: row.error };
  const { id, path, words, unusual, told, numbers } = row;
  const answers = READABLE_NAMES.map((name, k) => {
    const [fraction, spread, share] = KINDS.map((_, kind) => numbers[kind * ANSWER_COUNT + k]);
    return [name, { fraction, spread, share, column: ANSWER_COLUMNS[k] }];
  });
  return {
    id_str: id,
    file_loc: path,
    words,
    unusual,
    picture: told,
    answers: Object.fromEntries(answers),
  };
}

/** Six digits, more than a network can tell. */
function rounded(value: number): number | null {
  return Number.isNaN(value) ? null : Number(value.toFixed(6));
}
