/** How far predictions are from volunteers' answers: in all, by question, and by size. */
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "./questions.ts";
import { rmse } from "./rmse.ts";

/** A value for each of what is compared; without sixty transforms, the last is left out. */
export interface Compared<T> {
  /** Predicting the mean of other labels for every galaxy. */
  readonly mean: T;
  readonly oneLook: T;
  readonly sixtyTransforms?: T | undefined;
}

/** Names of what is compared, in the order in which they are shown. */
export const COMPARED = {
  mean: "the mean",
  oneLook: "one look",
  sixtyTransforms: "sixty transforms",
} as const satisfies Record<keyof Compared<unknown>, string>;

/** All of them that there are, with their names. */
export function compared<T>(of: Compared<T>): { key: keyof Compared<T>; name: string; value: T }[] {
  return (Object.keys(COMPARED) as (keyof Compared<T>)[]).flatMap((key) => {
    const value = of[key];
    return value === undefined ? [] : [{ key, name: COMPARED[key], value }];
  });
}

/** Of the predictions from one size to another, how large they are and what was observed. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Means; `null` where there are none. */
  readonly predicted: number | null;
  readonly observed: number | null;
}

export interface QuestionFigures {
  /** 1 … 11 */
  readonly question: number;
  readonly text: string;
  /** Root mean square error over all answers of the question. */
  readonly rmse: Compared<number>;
}

export interface AnswerFigures {
  /** As `Class1.1`. */
  readonly column: string;
  readonly answer: string;
  /** Means over all galaxies: their difference is the bias. */
  readonly predicted: number;
  readonly observed: number;
  readonly rmse: number;
}

export interface Figures {
  readonly galaxies: number;
  readonly rmse: Compared<number>;
  readonly questions: readonly QuestionFigures[];
  /** Of the last of what is compared, as is `calibration`. */
  readonly answers: readonly AnswerFigures[];
  readonly calibration: readonly CalibrationBin[];
}

/**
 * @param labels (galaxies, 37)
 * @param predicted (galaxies, 37) each
 */
export function figuresOf(labels: Float32Array, predicted: Compared<Float32Array>): Figures {
  const each = (measure: (values: Float32Array) => number) =>
    Object.fromEntries(
      compared(predicted).map(({ key, value }) => [key, measure(value)]),
    ) as unknown as Compared<number>;
  const best = predicted.sixtyTransforms ?? predicted.oneLook;
  return {
    galaxies: labels.length / ANSWER_COUNT,
    rmse: each((values) => rmse(values, labels)),
    questions: QUESTIONS.map(({ number, text, first, answers }) => ({
      question: number,
      text,
      rmse: each((values) => columnsRmse(values, labels, first, answers.length)),
    })),
    answers: answerFigures(labels, best),
    calibration: calibration(labels, best),
  };
}

/** The mean labels of galaxies, (galaxies, 37), for each of `count` galaxies: (count, 37). */
export function meanPrediction(of: Float32Array, count: number): Float32Array {
  const sums = new Float64Array(ANSWER_COUNT);
  for (let at = 0; at < of.length; at++) sums[at % ANSWER_COUNT] += of[at];
  const galaxies = of.length / ANSWER_COUNT;
  return Float32Array.from(
    { length: count * ANSWER_COUNT },
    (_, at) => sums[at % ANSWER_COUNT] / galaxies,
  );
}

/** Root mean square error over `count` columns from `first` on, of all rows. */
export function columnsRmse(
  predicted: Float32Array,
  labels: Float32Array,
  first: number,
  count: number,
): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row += ANSWER_COUNT) {
    for (let at = row + first; at < row + first + count; at++) {
      sum += (predicted[at] - labels[at]) ** 2;
    }
  }
  return Math.sqrt(sum / (labels.length / ANSWER_COUNT * count));
}

function answerFigures(labels: Float32Array, predicted: Float32Array): AnswerFigures[] {
  const mean = (values: Float32Array, column: number) => {
    let sum = 0;
    for (let at = column; at < values.length; at += ANSWER_COUNT) sum += values[at];
    return sum / (values.length / ANSWER_COUNT);
  };
  return QUESTIONS.flatMap(({ answers, first }) =>
    answers.map((answer, index) => {
      const column = first + index;
      return {
        column: ANSWER_COLUMNS[column],
        answer,
        predicted: mean(predicted, column),
        observed: mean(labels, column),
        rmse: columnsRmse(predicted, labels, column, 1),
      };
    })
  );
}

const BINS = 10;

/** All predictions by their size, in tenths; 1 belongs to the last. */
export function calibration(labels: Float32Array, predicted: Float32Array): CalibrationBin[] {
  const counts = new Array<number>(BINS).fill(0);
  const sums = { predicted: [...counts], observed: [...counts] };
  predicted.forEach((value, at) => {
    const bin = Math.min(BINS - 1, Math.floor(value * BINS));
    counts[bin]++;
    sums.predicted[bin] += value;
    sums.observed[bin] += labels[at];
  });
  return counts.map((count, bin) => ({
    from: bin / BINS,
    to: (bin + 1) / BINS,
    count,
    predicted: count ? sums.predicted[bin] / count : null,
    observed: count ? sums.observed[bin] / count : null,
  }));
}
