/** Predictions in words. */
import assert from "node:assert/strict";
import { inWords, likelyPath } from "../../lib/classify/words.ts";
import { type Given, predictionOf } from "./made.ts";

/** Not odd, surely. */
const PLAIN = { "6.2": 0.9 };
const SMOOTH = { ...PLAIN, "1.1": 0.9 };
const FACE_ON = { ...PLAIN, "1.2": 0.9, "2.2": 0.9, "3.2": 0.9, "4.2": 0.9, "5.2": 0.9 };
const SPIRAL = { ...FACE_ON, "4.2": 0.1, "10.1": 0.9, "11.2": 0.9 };

const TABLE: readonly [Given, words: string][] = [
  [{ "1.3": 0.8 }, "a star or an artifact"],
  [{ "1.3": 0.6 }, "probably a star or an artifact"],
  [{ ...SMOOTH, "7.1": 0.9 }, "a smooth galaxy, round"],
  [{ ...SMOOTH, "7.2": 0.9 }, "a smooth galaxy, neither round nor flat"],
  [{ ...SMOOTH, "1.1": 0.6, "7.3": 0.9 }, "probably a smooth galaxy, cigar-shaped"],
  [
    { ...SMOOTH, "1.1": 0.45, "1.3": 0.2, "7.3": 0.6 },
    "perhaps a smooth galaxy, probably cigar-shaped",
  ],
  [{ ...PLAIN, "1.2": 0.9, "2.1": 0.9, "9.1": 0.9 }, "a disk seen edge-on with a rounded bulge"],
  [
    { ...PLAIN, "1.2": 0.9, "2.1": 0.6, "9.3": 0.9 },
    "a disk seen probably edge-on without a bulge",
  ],
  [FACE_ON, "a disk seen face-on, no bar, no spiral arms, a just noticeable bulge"],
  [
    { ...SPIRAL, "3.2": 0.1, "5.2": 0.1, "5.3": 0.8 },
    "a disk seen face-on, barred, two tight spiral arms, an obvious bulge",
  ],
  [
    { ...SPIRAL, "3.2": 0.4, "11.1": 0.9, "11.2": 0, "10.1": 0.1, "10.3": 0.8 },
    "a disk seen face-on, probably barred, one loose spiral arm, a just noticeable bulge",
  ],
  [
    { ...SPIRAL, "11.2": 0, "11.6": 0.9, "10.1": 0, "10.2": 0.9 },
    "a disk seen face-on, no bar, medium-wound spiral arms, a just noticeable bulge",
  ],
  [
    { ...SPIRAL, "4.2": 0.4, "11.2": 0.1, "11.5": 0.8, "5.2": 0, "5.4": 1 },
    "a disk seen face-on, no bar, probably more than four tight spiral arms, a dominant bulge",
  ],
  [
    { ...SPIRAL, "10.1": 0.6, "11.2": 0.4 },
    "a disk seen face-on, no bar, probably tight spiral arms, a just noticeable bulge",
  ],
  [
    { ...SPIRAL, "10.1": 0.4, "11.2": 0.4 },
    "a disk seen face-on, no bar, spiral arms, a just noticeable bulge",
  ],
  [
    { ...SMOOTH, "6.2": 0.2, "7.1": 0.9, "8.6": 0.9 },
    "a smooth galaxy, round, a merger",
  ],
  [
    { ...SMOOTH, "6.2": 0.2, "7.1": 0.9, "8.1": 0.4 },
    "a smooth galaxy, round, perhaps a ring",
  ],
];

Deno.test("the likely answers are told in words, and how likely they are", () => {
  for (const [given, words] of TABLE) assert.equal(inWords(predictionOf(given)), words);
});

Deno.test("only questions on the likely path are shown", () => {
  const numbers = (given: Given) => likelyPath(predictionOf(given)).map(({ number }) => number);
  assert.deepEqual(numbers({ "1.3": 0.8 }), [1]);
  assert.deepEqual(numbers(SMOOTH), [1, 7, 6]);
  assert.deepEqual(numbers({ ...SMOOTH, "6.2": 0.1 }), [1, 7, 6, 8]);
  assert.deepEqual(numbers({ ...PLAIN, "1.2": 0.9, "2.1": 0.9 }), [1, 2, 9, 6]);
  assert.deepEqual(numbers(FACE_ON), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(numbers(SPIRAL), [1, 2, 3, 4, 10, 11, 5, 6]);
});
