/**
 * The Galaxy Zoo 2 decision tree: 11 questions with 37 answers, in the order of the competition's
 * columns (Willett et al. 2013; index ranges and parents as in docs/network.md §6).
 */
export interface Question {
  /** 1 … 11 */
  readonly number: number;
  /** As `Smooth, or features or a disk?` */
  readonly text: string;
  /** As `smooth` */
  readonly answers: readonly string[];
  /** Index of the first answer among the 37. */
  readonly first: number;
  /**
   * Index of the answer whose vote fraction this question's answers sum to; `null` where they sum
   * to 1. Question 6 is one of those: the labels were made so, although the tree says otherwise.
   */
  readonly parent: number | null;
}

/** The questions in order. A parent always stands before its children. */
export const QUESTIONS: readonly Question[] = number([
  ["Smooth, or features or a disk?", ["smooth", "features or disk", "star or artifact"], null],
  ["A disk viewed edge-on?", ["edge-on", "not edge-on"], 1],
  ["A bar through the centre?", ["bar", "no bar"], 4],
  ["A spiral arm pattern?", ["spiral", "no spiral"], 4],
  ["How prominent is the bulge?", ["no bulge", "just noticeable", "obvious", "dominant"], 4],
  ["Anything odd?", ["odd", "not odd"], null],
  ["How rounded?", ["completely round", "in between", "cigar-shaped"], 0],
  [
    "What is odd?",
    ["ring", "lens or arc", "disturbed", "irregular", "other", "merger", "dust lane"],
    13,
  ],
  ["What shape is the edge-on bulge?", ["rounded", "boxy", "no bulge"], 3],
  ["How tightly wound are the arms?", ["tight", "medium", "loose"], 7],
  ["How many spiral arms?", ["1", "2", "3", "4", "more than 4", "can't tell"], 7],
]);

/** 37 */
export const ANSWER_COUNT: number = QUESTIONS.reduce((sum, q) => sum + q.answers.length, 0);

/** `Class1.1` … `Class11.6`, the columns after `GalaxyID` in labels and submissions. */
export const ANSWER_COLUMNS: readonly string[] = QUESTIONS.flatMap((q) =>
  q.answers.map((_, answer) => `Class${q.number}.${answer + 1}`)
);

function number(rows: [string, string[], number | null][]): Question[] {
  let first = 0;
  return rows.map(([text, answers, parent], index) => {
    const question = { number: index + 1, text, answers, first, parent };
    first += answers.length;
    return question;
  });
}
