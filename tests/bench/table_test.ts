import assert from "node:assert/strict";
import { benchJson, type BenchTable, spreadOf, tableText } from "../../bench/table.ts";

const table: BenchTable = {
  title: "planets",
  columns: ["name", "moons", "km"],
  rows: [["Mars", 2, 6779.123], ["Venus", null, 12103.6]],
  notes: ["diameters at the equator"],
};

Deno.test("medians of odd and even numbers of measurements, and their range", () => {
  assert.deepEqual(spreadOf([5, 1, 10]), { median: 5, min: 1, max: 10 });
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, min: 1, max: 4 });
  assert.throws(() => spreadOf([]), RangeError);
});

Deno.test("a table has aligned columns, a dash for what is missing, and three digits", () => {
  assert.equal(
    tableText(table),
    [
      "planets",
      "name   moons      km",
      "-----  -----  ------",
      "Mars       2   6,780",
      "Venus      –  12,100",
      "note: diameters at the equator",
    ].join("\n"),
  );
});

Deno.test("programs get the same numbers as people", () => {
  const header = {
    date: "2014-04-04T23:59:59.000Z",
    adapter: "GTX 680",
    software: false,
    cores: 6,
    deno: "2.9.6",
    command: "deno task bench",
  };
  const { tables, adapter } = JSON.parse(benchJson(header, [table]));
  assert.equal(adapter, "GTX 680");
  assert.deepEqual(tables[0].rows, [["Mars", 2, 6780], ["Venus", null, 12100]]);
});
