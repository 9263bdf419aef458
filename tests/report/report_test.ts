import assert from "node:assert/strict";
import { decode } from "imagescript/png";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { QUESTIONS } from "../../lib/galaxy/questions.ts";
import { type ReportData, reportHtml, writeReport } from "../../lib/report/report.ts";
import { figures } from "../../lib/report/figures.ts";
import { html } from "../../lib/report/html.ts";
import { filterUri, planesUri } from "../../lib/report/images.ts";
import { likelyPath } from "../../lib/report/path.ts";

/** 37 answers in which the given ones (indices among the 37) get 0.8 of their question's share. */
function answers(...chosen: number[]): Float32Array {
  const result = new Float32Array(37);
  for (const { first, answers: { length }, parent } of QUESTIONS) {
    const whole = parent === null ? 1 : result[parent];
    const pick = chosen.find((index) => index >= first && index < first + length) ?? first;
    for (let index = first; index < first + length; index++) {
      result[index] = whole * (index === pick ? 0.8 : 0.2 / (length - 1));
    }
  }
  return result;
}
const smooth = answers(0, 14, 16);
const spiral = answers(1, 4, 5, 7, 10, 14, 29, 32);
const edgeOn = answers(1, 3, 13, 24, 27);
const star = answers(2);

const jpeg = await encodeJpeg(new Uint8Array(3 * 64).fill(90), 8, 8, 90);

function example(changes: Partial<ReportData> = {}): ReportData {
  return {
    title: 'A <b>bold</b> & "quoted" run',
    model: "tiny",
    adapter: "Adapter <1>",
    settings: [["Seed", "7"], ["Data", "a&b"]],
    history: [
      { chunk: 0, images: 100, trainRmse: 0.3, warmUp: true },
      { chunk: 1, images: 1200, trainRmse: 0.2, validRmse: 0.18, warmUp: false },
    ],
    baselineRmse: 0.2,
    validRmse: 0.15,
    test: { rmse: 0.1625, galaxies: 1234, looks: 6 },
    gallery: [
      { id: 3, jpeg, predicted: smooth, truth: spiral },
      { id: 1, jpeg, predicted: spiral, truth: spiral },
      { id: 2, jpeg, predicted: edgeOn },
    ],
    augmentation: {
      original: jpeg,
      views: [{ width: 69, height: 69, rgb: new Float32Array(3 * 69 * 69), caption: "turned 10°" }],
    },
    inside: [html`
      <section aria-labelledby="inside">
        <h2 id="inside">What the network sees</h2>
      </section>
    `],
    filters: [{ size: 6, weights: new Float32Array(108).fill(-0.1) }],
    ...changes,
  };
}

const numbers = (answers: Float32Array) => likelyPath(answers).map((question) => question.number);
const count = (page: string, pattern: RegExp) => page.match(pattern)?.length ?? 0;

Deno.test("the most likely path follows the decision tree in the order of asking", () => {
  assert.deepEqual(numbers(smooth), [1, 7, 6]);
  assert.deepEqual(numbers(edgeOn), [1, 2, 9, 6, 8]);
  assert.deepEqual(numbers(spiral), [1, 2, 3, 4, 10, 11, 5, 6]);
  assert.deepEqual(numbers(answers(1, 4, 8, 14)), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(numbers(star), [1]);
});

Deno.test("the report has every section and figure", async () => {
  const page = await reportHtml(example());
  assert.deepEqual([...page.matchAll(/>([^<]*)<\/h2>/g)].map((match) => match[1]), [
    "What the network sees",
    "How it learned",
    "Galaxies and answers",
    "One galaxy, many images",
    "What the first layer looks for",
    "Settings of this run",
  ]);
  for (const figure of ["0.1500", "0.2000", "1,200", "0.18000", "turned 10°"]) {
    assert.ok(page.includes(figure), figure);
  }
  assert.match(page, /RMSE on 1,234 test galaxies, each seen 6 times<\/dt>\s*<dd>0\.1625/);
  // Two sizes of the curve, and the trees of the network and, where known, of the volunteers.
  assert.equal(count(page, /<svg class="flow"/g), 2 + 2 + 1);
  assert.equal(count(page, /<svg /g), 2 + 5);
  assert.equal(count(page, /<article/g), 3);
  // Smooth comes before edge-on before spiral, whatever the order given.
  assert.deepEqual([...page.matchAll(/<h4><bdi>Galaxy (\d)/g)].map((match) => match[1]), [
    "3",
    "2",
    "1",
  ]);
  assert.ok(page.includes("Same top answer on 8 of 8 questions"));
  assert.ok(page.includes("Same top answer on 1 of 3 questions"));
});

Deno.test("text is escaped wherever it comes from", async () => {
  const page = await reportHtml(example());
  assert.ok(page.includes("<h1>A &#60;b&#62;bold&#60;/b&#62; &#38; &#34;quoted&#34; run</h1>"));
  assert.ok(page.includes("Adapter &#60;1&#62;"));
  assert.ok(page.includes("a&#38;b"));
  assert.doesNotMatch(page, /<b>/);
});

Deno.test("the report needs no other file, no network and no script", async () => {
  const page = await reportHtml(example());
  assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(/);
  const sources = [...page.matchAll(/src="([^"]*)"/g)].map((match) => match[1]);
  assert.equal(sources.length, 3 + 1 + 1 + 1);
  for (const source of sources) {
    const [, type, data] = /^data:image\/(png|jpeg);base64,(.+)$/.exec(source)!;
    const bytes = Uint8Array.fromBase64(data);
    assert.deepEqual([...bytes.slice(0, 2)], type === "png" ? [0x89, 0x50] : [0xff, 0xd8]);
  }
});

Deno.test("pictures have words, and tables have headers", async () => {
  const page = await reportHtml(example());
  for (const [image] of page.matchAll(/<img[^>]*>/g)) assert.match(image, / alt="[^"]+"/);
  for (const [table] of page.matchAll(/<table.*?<\/table>/gs)) assert.match(table, /<th scope=/);
  assert.match(page, /<html lang="en">/);
  assert.match(page, /role="img" aria-label="Learning curve: RMSE over images seen, 2 chunks"/);
  assert.match(page, /prefers-color-scheme: dark/);
});

Deno.test("a galaxy without true answers shows the network's alone", async () => {
  const [, , unknown] = example().gallery;
  const page = await reportHtml(example({ gallery: [unknown] }));
  assert.doesNotMatch(page, />True<|class="fact"|Same top answer/);
  assert.ok(page.includes("Disks seen edge-on"));
});

Deno.test("the error is told as a part of that of the mean, smaller or larger", async () => {
  const better = await reportHtml(example());
  assert.match(better, /its error is 25 % smaller than/);
  assert.match(better, /Smaller error than by the mean, on validation galaxies<\/dt>\s*<dd>25 %/);
  const worse = await reportHtml(example({ validRmse: 0.25 }));
  assert.match(worse, /its error is 25 % larger than/);
  assert.doesNotMatch(worse, /[Ss]maller/);
});

Deno.test("labels begin with a capital, those of every section", async () => {
  const page = await reportHtml(example());
  const labels = [...page.matchAll(/<(dt|th scope="col"|figcaption)>\s*([^<]+)/g)];
  assert.ok(labels.length > 10);
  const own = labels.map((match) => match[2]).filter((label) => !/^turned /.test(label));
  assert.deepEqual(own.filter((label) => !/^[A-Z]/.test(label)), []);
});

Deno.test("a tile is left out where its figure is not known", () => {
  const { text } = figures([["One", "1"], undefined, false, ["Two", "2"]]);
  assert.equal(count(text, /<dt>/g), 2);
});

Deno.test("a question that nobody met has no true share", async () => {
  const truth = Float32Array.from(smooth, (value, index) => index >= 15 && index < 18 ? 0 : value);
  const page = await reportHtml(example({ gallery: [{ id: 1, jpeg, predicted: smooth, truth }] }));
  assert.equal(count(page, /<td>–<\/td>/g), 3 + 1); // and one validation RMSE in the curve's table
  assert.ok(page.includes("Same top answer on 2 of 3 questions"));
});

Deno.test("a long history is drawn whole but listed by its validations", async () => {
  const history = Array.from({ length: 200 }, (_, chunk) => ({
    chunk,
    images: 10_000 * (chunk + 1),
    trainRmse: 0.1,
    validRmse: chunk % 20 === 19 ? 0.09 : undefined,
    warmUp: false,
  }));
  const page = await reportHtml(example({ history }));
  assert.equal(count(page, /<td>0\.10000<\/td>/g), 10);
  assert.doesNotMatch(page, /In the\s+shaded warm-up/);
});

Deno.test("planes become pixels, and weights become colours around grey", () => {
  const png = (uri: string) => decode(Uint8Array.fromBase64(uri.split(",")[1]));
  const planes = Float32Array.of(0, 0.5, 1, 2, -1, 0.2);
  const picture = png(planesUri(planes, 2, 1));
  assert.deepEqual([picture.width, picture.height], [2, 1]);
  assert.deepEqual([...picture.buffer], [0, 255, 0, 255, 128, 255, 51, 255]);
  const filter = png(filterUri(Float32Array.of(-0.2, 0, 0.1), 1));
  assert.deepEqual([...filter.buffer], [0, 128, 191, 255]);
  assert.deepEqual([...png(filterUri(new Float32Array(3), 1)).buffer], [128, 128, 128, 255]);
});

Deno.test("writing replaces the report whole", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/report.html`, "old");
    await writeReport(`${folder}/report.html`, example());
    assert.equal(await Deno.readTextFile(`${folder}/report.html`), await reportHtml(example()));
    assert.equal([...Deno.readDirSync(folder)].length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
