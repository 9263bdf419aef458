/** A prediction in words: the likely path through Galaxy Zoo's questions. */
import { QUESTIONS } from "../galaxy/questions.ts";
import type { Answer, Prediction } from "../library/prediction.ts";

/** The most likely answer to a question on the path. */
export interface Step {
  /** 1 … 11 */
  readonly number: number;
  readonly answer: Answer;
}

/** Answers by question and place, from 1: `11.2` is two arms. */
type Likely = (number: number) => Answer & { place: number };

/** What more than this share say is said; else "probably", or "perhaps" below a half. */
const SURE = 0.7;
const PROBABLE = 0.5;

/** Numbers of questions that follow an answer, as `1.2`. */
const NEXT: Readonly<Record<string, readonly number[]>> = {
  "1.1": [7],
  "1.2": [2],
  "2.1": [9],
  "2.2": [3, 4, 5],
  "4.1": [10, 11],
  "6.1": [8],
};

const ROUNDED = ["round", "neither round nor flat", "cigar-shaped"];
const EDGE_ON_BULGE = ["with a rounded bulge", "with a boxy bulge", "without a bulge"];
const BULGES = ["no bulge", "a just noticeable bulge", "an obvious bulge", "a dominant bulge"];
const WINDING = ["tight", "medium-wound", "loose"];
const COUNTS = ["one", "two", "three", "four", "more than four", ""];
const ODD = [
  ...["a ring", "a lens or arc", "disturbed", "irregular", "something odd", "a merger"],
  "a dust lane",
];

/** The questions that most volunteers would be asked, with the most likely answer to each. */
export function likelyPath(prediction: Prediction): Step[] {
  const likely = likelyOf(prediction);
  const steps: Step[] = [];
  const follow = (number: number) => {
    const { place, ...answer } = likely(number);
    steps.push({ number, answer });
    for (const next of NEXT[`${number}.${place}`] ?? []) follow(next);
  };
  follow(1);
  // Of a star, nothing else is asked.
  if (likely(1).place !== 3) follow(6);
  return steps;
}

/** As `a disk seen face-on, barred, two tight spiral arms, an obvious bulge`. */
export function inWords(prediction: Prediction): string {
  const likely = likelyOf(prediction);
  const first = likely(1);
  const hedge = hedgeOf(first);
  if (first.place === 3) return `${hedge}a star or an artifact`;
  const parts = first.place === 1 ? smooth(likely) : disk(likely);
  const odd = likely(6).place === 1 ? [`${hedgeOf(likely(8))}${ODD[likely(8).place - 1]}`] : [];
  return hedge + [...parts, ...odd].join(", ");
}

function smooth(likely: Likely): string[] {
  const rounded = likely(7);
  return ["a smooth galaxy", hedgeOf(rounded) + ROUNDED[rounded.place - 1]];
}

function disk(likely: Likely): string[] {
  const edge = likely(2);
  const bulge = likely(9);
  if (edge.place === 1) {
    const shape = `${hedgeOf(bulge)}${EDGE_ON_BULGE[bulge.place - 1]}`;
    return [`a disk seen ${hedgeOf(edge)}edge-on ${shape}`];
  }
  const bar = likely(3);
  return [
    `a disk seen ${hedgeOf(edge)}face-on`,
    hedgeOf(bar) + (bar.place === 1 ? "barred" : "no bar"),
    spiral(likely),
    hedgeOf(likely(5)) + BULGES[likely(5).place - 1],
  ];
}

/** Number and winding of the arms are said only where half of those who see arms agree. */
function spiral(likely: Likely): string {
  const [seen, winding, count] = [likely(4), likely(10), likely(11)];
  if (seen.place === 2) return `${hedgeOf(seen)}no spiral arms`;
  const said = [
    { answer: count, word: COUNTS[count.place - 1] },
    { answer: winding, word: WINDING[winding.place - 1] },
  ].filter(({ answer, word }) => word !== "" && answer.ofAsked >= PROBABLE);
  const words = said.map(({ word }) => word);
  const arms = words[0] === "one" ? "spiral arm" : "spiral arms";
  const answers = [seen, ...said.map(({ answer }) => answer)];
  const leastSure = answers.reduce((one, other) => other.ofAsked < one.ofAsked ? other : one);
  return hedgeOf(leastSure) + [...words, arms].join(" ");
}

function likelyOf(prediction: Prediction): Likely {
  return (number) => {
    const { first, answers } = QUESTIONS[number - 1];
    const all = prediction.slice(first, first + answers.length);
    const best = all.reduce((one, other) => other.fraction > one.fraction ? other : one);
    return { ...best, place: all.indexOf(best) + 1 };
  };
}

function hedgeOf({ ofAsked }: Answer): string {
  return ofAsked >= SURE ? "" : ofAsked >= PROBABLE ? "probably " : "perhaps ";
}
