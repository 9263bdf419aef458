/** What is said of a picture, in a terminal and in tables. */
import assert from "node:assert/strict";
import { READABLE_NAMES } from "../../lib/classify/columns.ts";
import { type Result, resultText } from "../../lib/classify/result.ts";
import { jsonOf, resultOf, rowOf, TABLE_COLUMNS, tableRow } from "../../lib/classify/rows.ts";
import { ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import { predictionOf } from "./made.ts";

const result: Result = {
  id: "m51.b",
  path: "/galaxies/m51.b.jpg",
  prediction: predictionOf({ "1.1": 0.8, "1.2": 0, "7.1": 0.5, "6.2": 0.75 }, {
    ...{ "1.1": 0.6, "1.2": 0, "7.1": 0.9, "6.2": 0.75 },
  }),
  told: "greyscale; as it is",
  unusual: ["the sky is bright (200, usually 1 to 18)", "much of it is white"],
};

/** Words of an answer that its name has too, where they are not the same. */
const SAME: Readonly<Record<string, string>> = {
  "star or artifact": "artifact",
  "features or disk": "featured-or-disk",
  "completely round": "round",
  rounded: "round",
  "cigar-shaped": "cigar",
  "can't tell": "cant-tell",
  "edge-on": "yes",
  "not edge-on": "no",
  bar: "yes",
  "no bar": "no",
  spiral: "yes",
  "no spiral": "no",
  odd: "yes",
  "not odd": "no",
};

Deno.test("every answer has the name that Zoobot gives it, in the order of the answers", () => {
  assert.equal(READABLE_NAMES.length, ANSWER_COUNT);
  assert.equal(new Set(READABLE_NAMES).size, ANSWER_COUNT);
  for (const { number, answers, first } of QUESTIONS) {
    const names = READABLE_NAMES.slice(first, first + answers.length).map((name) =>
      name.split("_")
    );
    assert.equal(new Set(names.map(([question]) => question)).size, 1);
    answers.forEach((answer, k) => {
      const expected = SAME[answer] ?? answer.replaceAll(" ", "-");
      const none = number === 5 && k === 0 ? "no" : expected;
      assert.equal(names[k][1], none, `question ${number}: ${answer}`);
    });
  }
  assert.equal(READABLE_NAMES[0], "smooth-or-featured_smooth");
});

Deno.test("a row has fractions of those who are asked, their spread, and shares of all", () => {
  const cells = tableRow(rowOf(result));
  assert.equal(cells.length, TABLE_COLUMNS.length);
  assert.equal(new Set(TABLE_COLUMNS).size, TABLE_COLUMNS.length);
  const cell = (name: string) => cells[TABLE_COLUMNS.indexOf(name)];
  assert.equal(cell("id_str"), "m51.b");
  assert.equal(cell("file_loc"), "/galaxies/m51.b.jpg");
  assert.equal(cell("unusual"), result.unusual.join("; "));
  assert.equal(cell("smooth-or-featured_smooth_fraction"), 0.7);
  assert.equal(cell("smooth-or-featured_smooth_spread"), 0.1);
  // (0.8 · 0.5 + 0.6 · 0.9) / 2 of all, of which 0.7 are asked.
  assert.equal(cell("how-rounded_round_share"), 0.47);
  assert.equal(cell("how-rounded_round_fraction"), 0.671429);
  assert.equal(cell("how-rounded_round_spread"), 0.2);
  assert.equal(cell("disk-edge-on_yes_fraction"), null, "nobody is asked");
  assert.equal(cell("disk-edge-on_yes_share"), 0);
});

Deno.test("JSON says the same, and null where nobody is asked", () => {
  const { id_str, words, answers } = JSON.parse(JSON.stringify(jsonOf(rowOf(result))));
  assert.equal(id_str, "m51.b");
  assert.equal(words, "a smooth galaxy, probably round");
  assert.deepEqual(Object.keys(answers), READABLE_NAMES);
  assert.deepEqual(answers["how-rounded_round"], {
    ...{ fraction: 0.671429, spread: 0.2, share: 0.47, column: "Class7.1" },
  });
  assert.equal(answers["disk-edge-on_yes"].fraction, null);
});

Deno.test("a row without answers says why, in every table", () => {
  const row = { id: "7", path: "a.jpg", error: "a.jpg is not a picture" };
  const cells = tableRow(row);
  assert.equal(cells.length, TABLE_COLUMNS.length);
  assert.deepEqual(cells.filter((cell) => cell !== null), Object.values(row));
  assert.equal(cells[TABLE_COLUMNS.indexOf("error")], row.error);
  assert.deepEqual(jsonOf(row), { id_str: "7", file_loc: "a.jpg", error: row.error });
});

Deno.test("a result comes back from its row, with six digits", () => {
  const row = rowOf(result);
  const back = resultOf(JSON.parse(JSON.stringify(row)));
  assert.deepEqual(rowOf(back), row);
  result.prediction.forEach((answer, k) => {
    const { fraction, ofAsked, spread, ...words } = back.prediction[k];
    assert.deepEqual({ ...answer, ...words }, answer);
    for (const [one, other] of [[fraction, answer.fraction], [spread, answer.spread]]) {
      assert.ok(Math.abs(one - other) <= 5e-7);
    }
    assert.equal(Number.isNaN(ofAsked), Number.isNaN(answer.ofAsked));
  });
});

Deno.test("the terminal shows the path, what was done and what is unusual", () => {
  assert.deepEqual(resultText(result, true).split("\n"), [
    "/galaxies/m51.b.jpg: a smooth galaxy, probably round",
    "  smooth 70 ± 10 %, completely round 67 ± 20 %, not odd 75 ± 0 %",
    "  picture: greyscale; as it is",
    "  unlike the training pictures: the sky is bright (200, usually 1 to 18); much of it is white",
  ]);
  const plain = resultText({ ...result, told: "as it is", unusual: [] }, false);
  assert.match(plain, /^[^\n]+\n {2}smooth 70 %, completely round 67 %, not odd 75 %$/);
  const spiral = predictionOf({ "1.2": 1, "2.2": 1, "4.1": 1, "10.2": 1, "11.6": 1, "5.1": 1 });
  const lines = resultText({ ...result, prediction: spiral }, true).split("\n");
  assert.match(lines[1] + lines[2], /medium arms 100 ± 0 %, number of arms unknown 100 ± 0 %/);
  assert.ok(lines.slice(1, 3).every((line) => line.length <= 101), lines.join("\n"));
});
