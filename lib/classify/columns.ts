/**
 * Names of the 37 answers for tables: those that Galaxy Zoo DECaLS and Zoobot give to the questions
 * of Galaxy Zoo 2. These have none for what is odd; its names here are made alike.
 */

/** Question and answers, in the order of `QUESTIONS`. */
const NAMES: readonly [question: string, answers: readonly string[]][] = [
  ["smooth-or-featured", ["smooth", "featured-or-disk", "artifact"]],
  ["disk-edge-on", ["yes", "no"]],
  ["bar", ["yes", "no"]],
  ["has-spiral-arms", ["yes", "no"]],
  ["bulge-size", ["no", "just-noticeable", "obvious", "dominant"]],
  ["something-odd", ["yes", "no"]],
  ["how-rounded", ["round", "in-between", "cigar"]],
  ["what-is-odd", [
    ...["ring", "lens-or-arc", "disturbed", "irregular", "other", "merger", "dust-lane"],
  ]],
  ["bulge-shape", ["round", "boxy", "no-bulge"]],
  ["spiral-winding", ["tight", "medium", "loose"]],
  ["spiral-arm-count", ["1", "2", "3", "4", "more-than-4", "cant-tell"]],
];

/** As `smooth-or-featured_smooth`, in the order of the 37 answers. */
export const READABLE_NAMES: readonly string[] = NAMES.flatMap(([question, answers]) =>
  answers.map((answer) => `${question}_${answer}`)
);
