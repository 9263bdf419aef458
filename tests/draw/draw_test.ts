/** The pictures of the documents are what the code draws. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { PICTURES } from "../../lib/draw/all.ts";
import { drawNetwork } from "../../lib/draw/network.ts";
import { SCREENSHOTS } from "../../lib/draw/screenshots/all.ts";
import { drawTree } from "../../lib/draw/tree.ts";
import { MODELS } from "../../lib/galaxy/models/all.ts";
import { ANSWER_COLUMNS, QUESTIONS } from "../../lib/galaxy/questions.ts";

const FOLDER = new URL("../../docs/images/", import.meta.url);

/** What a drawing says, line by line, as a reader of the file would see it. */
const texts = (drawing: string) =>
  [...drawing.matchAll(/<text[^>]*>([^<]*)<\/text>/g)]
    .map(([, text]) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)));

for (const [name, draw] of Object.entries(PICTURES)) {
  Deno.test(`docs/images/${name} is what is drawn now, and small`, async () => {
    const drawn = await draw();
    assert.ok(drawn.length < 150_000, `${drawn.length} bytes`);
    const advice = "draw again, and copy: ./run draw && cp analysis/images/* docs/images/";
    assert.ok(
      Buffer.from(drawn).equals(Deno.readFileSync(new URL(name, FOLDER))),
      advice,
    );
  });
}

Deno.test("no picture of the documents is left that nothing draws", () => {
  const there = [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
  // The gallery needs real galaxies: ./run evaluate --gallery (docs/real-galaxies.md §9).
  const others = ["real-gallery.svg", ...Object.keys(SCREENSHOTS)];
  assert.deepEqual(there.toSorted(), [...Object.keys(PICTURES), ...others].toSorted());
});

Deno.test("the drawing of the tree has every question, answer and line once", () => {
  const drawing = drawTree();
  const said = texts(drawing);
  for (const { number, text, answers } of QUESTIONS) {
    assert.equal(said.filter((line) => line === `${number}. ${text}`).length, 1, text);
    for (const answer of answers) assert.ok(said.includes(answer), answer);
  }
  for (const column of ANSWER_COLUMNS) {
    assert.equal(said.filter((line) => line === column.replace("Class", "")).length, 1, column);
  }
  const lines = drawing.match(/ C/g)!.length;
  assert.equal(lines, QUESTIONS.filter(({ parent }) => parent !== null).length);
});

Deno.test("every model can be drawn, with its layers in order and all within the image", () => {
  for (const model of MODELS) {
    const drawing = drawNetwork(model);
    const said = texts(drawing);
    const names = model.layers.map((layer) => "name" in layer ? layer.name : layer.type);
    assert.deepEqual(said.filter((line) => names.includes(line)), names, model.name);
    const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(drawing)!.map(Number);
    for (const [, x, y] of drawing.matchAll(/<text x="([\d.]+)" y="([\d.]+)"/g)) {
      assert.ok(Number(x) < width && Number(y) < height, model.name);
    }
  }
});
