import assert from "node:assert/strict";
import { checkLabels, parseLabels, readLabels } from "../../lib/data/labels.ts";
import { assertUserError, HEADER, inFolder, labelsText, smoothRow } from "./folder.ts";

const parse = (text: string) => parseLabels(new TextEncoder().encode(text), "labels.csv");
const row = (id: number | string, changes: Record<number, number | string> = {}) =>
  [id, ...Object.assign(smoothRow(), changes)].join(",");
const table = (...rows: string[]) => [HEADER, ...rows].join("\n") + "\n";

Deno.test("Labels are read in the order of the file", async () => {
  const { ids, labels } = await parse(table(row(9, { 1: "2.5e-1" }), row(" 5 ")));
  assert.deepEqual(ids, [9, 5]);
  assert.deepEqual([labels.length, labels[1], labels[37]], [74, 0.25, 1]);
});

Deno.test("GalaxyIDs that pandas wrote as decimals are called so", async () => {
  await assertUserError(
    parse(table(row(5), row("100018.0"))),
    'labels.csv, line 3: the GalaxyIDs are written as decimals ("100018.0")',
    "astype(int)",
  );
  await assertUserError(parse(table(row("1.00018e5"))), "are written as decimals");
  await assertUserError(parse(table(row("1.5"))), /GalaxyID is "1\.5", expected a whole number/);
  await assertUserError(parse(table(row("x"))), 'the GalaxyID is "x"');
});

Deno.test("A value that cannot be a vote fraction is refused with its row, whatever is ignored", async () => {
  await assertUserError(
    parse(table(row(5), row(7, { 0: "1e30" }), row(8, { 36: -1.5 }))),
    /^labels\.csv: 2 values are outside \[-1, 2\] .* --ignore-label-errors does not change:/,
    "\n  line 3, galaxy 7: Class1.1 is 1e+30\n  line 4, galaxy 8: Class11.6 is -1.5",
  );
  // Infinite as float32.
  await assertUserError(parse(table(row(7, { 0: "1e39" }))), "1 value is outside [-1, 2]");
  const many = Array.from({ length: 30 }, (_, k) => row(k + 1, { 3: 3 }));
  await assertUserError(parse(table(...many)), /30 values (.|\n)*galaxy 10: .*\n {2}and 20 more$/);
});

Deno.test("What is slightly outside [0, 1] can be ignored, with a warning", async () => {
  const labels = await parse(table(row(5, { 0: 1.3, 13: -0.3 })));
  await assertUserError(
    Promise.resolve().then(() => checkLabels(labels, "l.csv", { ignore: false, warn: () => {} })),
    /2 values are outside \[0, 1\]/,
    "galaxy 5: Class1.1 is 1.3\n",
    "--ignore-label-errors",
  );
  const warnings: string[] = [];
  checkLabels(labels, "l.csv", { ignore: true, warn: (text) => warnings.push(text) });
  assert.equal(warnings.length, 2);
});

Deno.test("Percentages are recognised, as numbers and with a sign", async () => {
  const percent = (id: number) => [id, ...smoothRow().map((value) => 100 * value)].join(",");
  await assertUserError(
    parse(table(percent(5), percent(7), row(8))),
    "holds percentages: the answers to question 1 sum to 100 for 2 of 3 galaxies. Divide",
  );
  await assertUserError(
    parse(table(row(5, { 0: "38.3%" }))),
    'line 2: Class1.1 is "38.3%", expected a fraction from 0 to 1, not a percentage',
  );
});

Deno.test("Tables of other programs are told what is wrong with them", async () => {
  await assertUserError(parse(labelsText([5]).replaceAll(",", ";")), /1 column, .* by semicolons/);
  await assertUserError(parse(labelsText([5]).replaceAll(",", "\t")), /separated by tabs: use com/);
  await assertUserError(parse(row(5) + "\n"), /column 1 is called "5", .* with the names missing/);
  await assertUserError(parse(""), "labels.csv has no row of labels");
  await assertUserError(parse(HEADER + "\n"), "has no row of labels");
  await assertUserError(parse(table(row(5), row(6), row(5))), "line 4: galaxy 5 stands in line 2");
});

Deno.test("A long cell is cut, and control characters in it are shown as such", async () => {
  const cell = "\x1b[2J" + "x".repeat(5000);
  await assertUserError(
    parse(table(row(5, { 0: cell }))),
    /is "\\u001b\[2Jx{56}…", expected a num/,
  );
  await assertUserError(parse(table(row(cell))), /GalaxyID is "\\u001b\[2Jx{56}…"/);
  await assertUserError(parse(HEADER.replace("Class1.1", cell)), /is called "\\u001b\[2Jx{56}…"/);
});

Deno.test("What is no ordinary file is refused at once", () =>
  inFolder(async (folder) => {
    await assertUserError(readLabels(`${folder}/none.csv`), "there is no such file");
    await assertUserError(readLabels(folder), "it is a folder");
    if (Deno.build.os === "windows") return;
    await new Deno.Command("mkfifo", { args: [`${folder}/labels.csv`] }).output();
    await assertUserError(readLabels(`${folder}/labels.csv`), "it is a pipe (FIFO)");
  }));
