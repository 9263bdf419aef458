import assert from "node:assert/strict";
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import { galaxyAt, votesAt } from "../../lib/synthetic/catalogue.ts";
import { KINDS } from "../../lib/synthetic/galaxy.ts";
import { expectedVotes } from "../../lib/synthetic/votes.ts";

const SEED = 20;
const GALAXIES = Array.from({ length: 5000 }, (_, index) => galaxyAt(SEED, index));

/** Over the 61,578 training galaxies of the competition (shared/galaxy-zoo/README.md). */
const REAL_MEANS: Record<string, number> = {
  "1.1": 0.4325,
  "1.2": 0.5423,
  "1.3": 0.0252,
  "2.1": 0.1064,
  "7.1": 0.17,
  "7.2": 0.2078,
  "7.3": 0.0547,
  "9.1": 0.063,
  "9.2": 0.0106,
  "9.3": 0.0328,
};
/** The other questions: over the 557 rows of labels_557.csv there, so less certain. */
const ROUGH_MEANS: Record<string, number> = {
  "3.1": 0.094,
  "4.1": 0.224,
  "5.1": 0.042,
  "5.2": 0.174,
  "5.3": 0.186,
  "5.4": 0.03,
  "6.1": 0.214,
  "8.1": 0.034,
  "8.3": 0.033,
  "8.4": 0.036,
  "8.6": 0.036,
  "10.1": 0.102,
  "10.2": 0.082,
  "10.3": 0.04,
  "11.2": 0.094,
  "11.6": 0.075,
};

Deno.test("mean votes of 5,000 galaxies are near the real ones, and every kind occurs", () => {
  const means = new Float64Array(ANSWER_COUNT);
  GALAXIES.forEach((galaxy, index) => {
    votesAt(SEED, index, galaxy).forEach((vote, answer) => means[answer] += vote / 5000);
  });
  for (const [expected, tolerance] of [[REAL_MEANS, 0.015], [ROUGH_MEANS, 0.025]] as const) {
    for (const [answer, real] of Object.entries(expected)) {
      const mean = means[ANSWER_COLUMNS.indexOf(`Class${answer}`)];
      assert.ok(Math.abs(mean - real) < tolerance, `${answer}: ${mean}, expected ${real}`);
    }
  }
  const kinds = new Set(GALAXIES.map(({ kind }) => kind));
  assert.deepEqual(KINDS.filter((kind) => !kinds.has(kind)), []);
});

Deno.test("vote fractions and their expectations obey the decision tree", () => {
  GALAXIES.slice(0, 500).forEach((galaxy, index) => {
    for (const votes of [votesAt(SEED, index, galaxy), expectedVotes(galaxy)]) {
      for (const { number, first, answers, parent } of QUESTIONS) {
        const shares = votes.subarray(first, first + answers.length);
        const sum = shares.reduce((total, share) => total + share, 0);
        const wanted = parent === null ? 1 : votes[parent];
        assert.ok(shares.every((share) => share >= 0 && share <= 1), `question ${number}`);
        assert.ok(Math.abs(sum - wanted) < 1e-12, `question ${number}: ${sum}, not ${wanted}`);
      }
    }
  });
});

Deno.test("a crowd scatters around what was drawn as some forty people would", () => {
  let [squares, variance] = [0, 0];
  GALAXIES.slice(0, 2000).forEach((galaxy, index) => {
    const smooth = expectedVotes(galaxy)[0];
    squares += (votesAt(SEED, index, galaxy)[0] - smooth) ** 2;
    variance += smooth * (1 - smooth);
  });
  const people = variance / squares;
  assert.ok(people > 36 && people < 54, `like ${people} people`);
});
