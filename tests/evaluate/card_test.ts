/** The model card and the document show the figures that an evaluation of the shipped network wrote. */
import assert from "node:assert/strict";
import { calibrationRows } from "../../lib/evaluate/text.ts";
import { questionRows } from "../../lib/report/questions_section.ts";
import figures from "../../lib/draw/data/real_figures.json" with { type: "json" };

const ROOT = new URL("../../", import.meta.url);
const CARD = Deno.readTextFileSync(new URL("weights/README.md", ROOT));
const DOCUMENT = Deno.readTextFileSync(new URL("docs/real-galaxies.md", ROOT));

/** The cells of all tables' rows. */
const rowsOf = (text: string) =>
  text.split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim().replaceAll("*", "")));

/** What is written of the figures, galaxies apart. */
const written = { ...figures, galaxies: figures.galaxies.count };

Deno.test("the model card has the figures of the shipped network", () => {
  const rows = rowsOf(CARD);
  const has = (row: readonly string[]) =>
    assert.ok(rows.some((cells) => cells.join() === row.join()), row.join(" | "));
  const { mean, oneLook, sixtyTransforms } = figures.rmse;
  has(["predicting the mean", mean.toFixed(5)]);
  has(["one look at each galaxy", oneLook.toFixed(5)]);
  has(["mean of sixty transforms", sixtyTransforms.toFixed(5)]);
  for (const row of questionRows(written)) has(row);
  for (const row of calibrationRows(written)) has(row);
});

Deno.test("the document has the same errors by question", () => {
  const rows = rowsOf(DOCUMENT);
  for (const [question, ...errors] of questionRows(written).slice(1)) {
    const found = rows.find(([cell]) => cell === question);
    assert.deepEqual(found?.slice(1, 4), errors, question);
  }
});

Deno.test("they name the parameters that are shipped", async () => {
  const file = await Deno.readFile(new URL("weights/compact.safetensors", ROOT));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
  assert.ok(CARD.includes(digest), digest);
  // The digest of the values, which the file says itself.
  assert.ok(new TextDecoder().decode(file.subarray(0, 20_000)).includes(figures.parameters.sha256));
});
