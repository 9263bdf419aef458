/** How volunteers part and meet again on their way through the questions, row by row. */
import { type Question, QUESTIONS } from "../galaxy/questions.ts";
import {
  ASKED,
  EDGE_ON,
  FACE_ON,
  FEATURES,
  type Fractions,
  likeliest,
  likelyPath,
  ODD,
  PLAIN,
  sharesOf,
  SMOOTH,
  SPIRAL,
  STAR,
} from "./path.ts";

/** Volunteers with the same answers so far, as far as these decide what is asked next. */
export type Lane =
  | "all"
  | "smooth"
  | "features"
  | "star"
  | "edge-on"
  | "face-on"
  | "spiral"
  | "plain"
  | "not a star"
  | "odd"
  | "not odd";

/** Volunteers who go side by side: all of them stand in a line from 0 to 1. */
export interface Strand {
  readonly from: number;
  readonly to: number;
  /** Whether the likely path goes on with them. */
  readonly likely: boolean;
  /** The lane that they are, or become by their answer; of other answers there is none. */
  readonly lane?: Lane | undefined;
  /** Index among the 37 of the answer that they give in this row, if they are asked. */
  readonly answer?: number;
}

export interface FlowRow {
  readonly question: Question;
  /** Whether the question is on the likely path. */
  readonly onPath: boolean;
  /** Who is asked. */
  readonly asked: Lane;
  /** Who arrives. */
  readonly lanes: readonly Strand[];
  /** The same, parted by what the asked ones answer. */
  readonly strands: readonly Strand[];
}

interface Meeting {
  readonly arrive: readonly Lane[];
  readonly asked: Lane;
  /** What those who are asked become by their answers; they go on together if it is left out. */
  readonly become?: readonly Lane[];
}

/** Who is on the way when a question is asked, from left to right, by its number. */
const MEETINGS: Readonly<Record<number, Meeting>> = {
  1: { arrive: ["all"], asked: "all", become: ["smooth", "features", "star"] },
  7: { arrive: ["smooth", "features"], asked: "smooth" },
  2: { arrive: ["smooth", "features"], asked: "features", become: ["edge-on", "face-on"] },
  9: { arrive: ["smooth", "edge-on", "face-on"], asked: "edge-on" },
  3: { arrive: ["smooth", "edge-on", "face-on"], asked: "face-on" },
  4: {
    arrive: ["smooth", "edge-on", "face-on"],
    asked: "face-on",
    become: ["spiral", "plain"],
  },
  10: { arrive: ["smooth", "edge-on", "spiral", "plain"], asked: "spiral" },
  11: { arrive: ["smooth", "edge-on", "spiral", "plain"], asked: "spiral" },
  5: { arrive: ["smooth", "edge-on", "face-on"], asked: "face-on" },
  6: { arrive: ["not a star"], asked: "not a star", become: ["odd", "not odd"] },
  8: { arrive: ["odd"], asked: "odd" },
};

/**
 * The rows of a drawing: the questions on the likely path and those that at least `least` of all
 * volunteers are asked. Whoever sees a star is asked nothing more, although the labels count them in
 * question 6.
 */
export function flowRows(fractions: Fractions, least: number): FlowRow[] {
  const path = likelyPath(fractions);
  const chosen = new Set(path.map((question) => likeliest(fractions, question)));
  const strandOf = lanesOf(fractions, chosen);
  return ASKED.map((number) => QUESTIONS[number - 1])
    .filter((question) => {
      const { from, to } = strandOf(MEETINGS[question.number].asked);
      return path.includes(question) || to - from >= least;
    })
    .map((question) => {
      const { arrive, asked, become } = MEETINGS[question.number];
      return {
        question,
        onPath: path.includes(question),
        asked,
        lanes: arrive.map(strandOf),
        strands: arrive.flatMap((lane) => {
          if (lane !== asked) return strandOf(lane);
          const { from, to, likely } = strandOf(lane);
          return partsOf(fractions, question, from, to - from).map((part, k) => ({
            ...part,
            lane: become?.[k],
            likely: likely && (!become || chosen.has(part.answer)),
          }));
        }),
      };
    });
}

function partsOf(fractions: Fractions, question: Question, start: number, width: number) {
  let from = start;
  return (sharesOf(fractions, question) ?? []).map((share, k) => {
    const to = from + share * width;
    const part = { from, to, answer: question.first + k };
    from = to;
    return part;
  });
}

function lanesOf(fractions: Fractions, chosen: ReadonlySet<number>): (lane: Lane) => Strand {
  const parts = (number: number) => sharesOf(fractions, QUESTIONS[number - 1]) ?? [0, 0];
  const [smooth, features] = parts(1);
  const edgeOn = smooth + features * parts(2)[0];
  const disk = smooth + features;
  const spiral = edgeOn + (disk - edgeOn) * parts(4)[0];
  const odd = disk * parts(6)[0];
  const lanes: Readonly<Record<Lane, readonly [from: number, to: number, likely: boolean]>> = {
    "all": [0, 1, true],
    "smooth": [0, smooth, chosen.has(SMOOTH)],
    "features": [smooth, disk, chosen.has(FEATURES)],
    "star": [disk, 1, chosen.has(STAR)],
    "edge-on": [smooth, edgeOn, chosen.has(EDGE_ON)],
    "face-on": [edgeOn, disk, chosen.has(FACE_ON)],
    "spiral": [edgeOn, spiral, chosen.has(SPIRAL)],
    "plain": [spiral, disk, chosen.has(PLAIN)],
    "not a star": [0, disk, !chosen.has(STAR)],
    "odd": [0, odd, chosen.has(ODD)],
    "not odd": [odd, disk, !chosen.has(ODD)],
  };
  return (lane) => {
    const [from, to, likely] = lanes[lane];
    return { from, to, likely, lane };
  };
}
