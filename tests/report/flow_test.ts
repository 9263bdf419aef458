/** The decision tree as a river. */
import assert from "node:assert/strict";
import { QUESTIONS } from "../../lib/galaxy/questions.ts";
import { flow } from "../../lib/report/flow.ts";
import { placesOf } from "../../lib/report/flow_places.ts";
import { flowRows } from "../../lib/report/flow_rows.ts";
import { likelyPath } from "../../lib/report/path.ts";
import { shares } from "../classify/made.ts";

const SPIRAL = shares({ "1.2": 0.8, "1.3": 0.05, "2.2": 0.9, "3.1": 0.7, "4.1": 0.8, "11.2": 0.9 });
const SMOOTH = shares({ "1.1": 0.9, "1.3": 0, "7.2": 0.6, "6.1": 0.3, "8.3": 0.7 });
const STAR = shares({ "1.3": 1, "1.1": 0, "1.2": 0 });
const EVEN = shares({});
const ALL = [SPIRAL, SMOOTH, STAR, EVEN];

/** x of all points of a path, and y. */
function points(svg: string): { x: number[]; y: number[] } {
  const x: number[] = [], y: number[] = [];
  for (const [, d] of svg.matchAll(/ d="([^"]*)"/g)) {
    for (const [, letter, numbers] of d.matchAll(/([MCHV])([^A-Z]*)/g)) {
      const values = numbers.trim().split(/ /).map(Number);
      if (letter === "H") x.push(...values);
      else if (letter === "V") y.push(...values);
      else values.forEach((value, k) => (k % 2 ? y : x).push(value));
    }
  }
  return { x, y };
}

Deno.test("rows are the likely path and what many are asked, a question after its parent", () => {
  for (const fractions of ALL) {
    const numbers = flowRows(fractions, 0.2).map(({ question }) => question.number);
    for (const { number } of likelyPath(fractions)) assert.ok(numbers.includes(number));
    assert.equal(new Set(numbers).size, numbers.length);
    for (const [place, number] of numbers.entries()) {
      const { parent } = QUESTIONS[number - 1];
      if (parent === null) continue;
      const asker = QUESTIONS.find(({ first, answers }) =>
        parent >= first && parent < first + answers.length
      )!;
      assert.ok(numbers.slice(0, place).includes(asker.number), `${number} of ${numbers}`);
    }
  }
  assert.deepEqual(flowRows(STAR, 0.2).map(({ question }) => question.number), [1]);
  assert.deepEqual(flowRows(SMOOTH, 0.2).map(({ question }) => question.number), [1, 7, 6, 8]);
});

Deno.test("who arrives at a question leaves it, and is as many as are asked", () => {
  for (const fractions of ALL) {
    for (const { question, lanes, strands } of flowRows(fractions, 0)) {
      const width = (all: typeof lanes) => all.reduce((sum, { from, to }) => sum + to - from, 0);
      assert.ok(Math.abs(width(lanes) - width(strands)) < 1e-6, `question ${question.number}`);
      for (const { answer, from, to } of strands) {
        if (answer === undefined || [6, 8].includes(question.number)) continue;
        assert.ok(Math.abs(to - from - fractions[answer]) < 1e-6, `answer ${answer}`);
      }
    }
  }
});

Deno.test("strands of a row do not overlap and stay in the drawing", () => {
  for (const fractions of ALL) {
    const rows = flowRows(fractions, 0.2);
    const { scale, ...places } = placesOf(rows, { left: 100, width: 200 });
    assert.ok(scale > 100, `${scale} of 200 for all volunteers`);
    for (const row of rows) {
      for (const kind of ["lanes", "strands"] as const) {
        const lefts = places[kind](row);
        let end = 100;
        row[kind].forEach(({ from, to }, k) => {
          assert.ok(lefts[k] >= end - 1e-6, `question ${row.question.number}, ${kind} ${k}`);
          end = lefts[k] + (to - from) * scale;
        });
        assert.ok(end <= 300 + 1e-6, `${end} at question ${row.question.number}`);
      }
    }
  }
});

Deno.test("the drawing has finite coordinates within its frame", () => {
  for (const fractions of [...ALL, shares({ "1.1": 1, "1.2": 0, "1.3": 0, "7.1": 1, "6.2": 1 })]) {
    const { text } = flow(fractions, { what: "A <galaxy>" });
    assert.doesNotMatch(text, /NaN|Infinity|undefined|e-\d/);
    const [width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(text)!.slice(1).map(Number);
    const { x, y } = points(text);
    assert.ok(Math.min(...x) >= 0 && Math.max(...x) <= width, "columns");
    assert.ok(Math.min(...y) >= 0 && Math.max(...y) <= height, "rows");
    for (const [, left, wide] of text.matchAll(/<rect\s+x="(\S+)"[^>]*width="(\S+)"/g)) {
      assert.ok(+left + +wide <= width + 1, `${left} + ${wide}`);
    }
  }
});

Deno.test("the likely path is marked and told, in a mean over galaxies it is not", () => {
  const { text } = flow(SMOOTH, { what: "A <galaxy>" });
  assert.match(text, /aria-label="A &#60;galaxy&#62;\. Smooth, or with features\? smooth 90 %; /);
  assert.equal(text.match(/class="block likely"/g)?.length, 3);
  assert.match(text, /in between: 60 % of those who are asked/);
  const even = flow(SMOOTH, { what: "All", even: true }).text;
  assert.equal(even.match(/class="block likely"/g), null);
  assert.match(even, /class="flow even"/);
});
