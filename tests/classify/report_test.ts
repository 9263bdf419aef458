/** The page of a classification. */
import assert from "node:assert/strict";
import { ClassifyReport, type ReportedResult } from "../../lib/classify/report.ts";
import type { ReportFacts } from "../../lib/classify/report_facts.ts";
import { html } from "../../lib/report/html.ts";
import { IMAGE_BYTES } from "../../lib/library/pixels.ts";
import { type Given, predictionOf } from "./made.ts";

const FACTS: ReportFacts = {
  command: "./run classify <galaxies>",
  models: ["compact"],
  parameters: ["weights/compact.safetensors"],
  transforms: 60,
};
const PIXELS = new Uint8Array(IMAGE_BYTES).fill(40);
const SMOOTH: Given = { "1.1": 0.9, "1.3": 0.02, "7.1": 0.8, "6.2": 0.9 };
const EDGE_ON: Given = { "1.2": 0.9, "1.3": 0.02, "2.1": 0.9, "9.1": 0.8, "6.2": 0.9 };
const SPIRAL: Given = {
  ...{ "1.2": 0.9, "1.3": 0.02, "2.2": 0.9, "3.2": 0.8, "4.1": 0.9, "10.1": 0.7, "11.2": 0.8 },
  ...{ "5.2": 0.7, "6.2": 0.9 },
};

function result(id: string, ...looks: Given[]): ReportedResult {
  return {
    id,
    path: `/galaxies/${id}.jpg`,
    prediction: predictionOf(...looks),
    told: "as it is",
    unusual: [],
    pixels: PIXELS,
  };
}

async function page(results: readonly ReportedResult[], facts: Partial<ReportFacts> = {}) {
  const report = new ClassifyReport({ ...FACTS, ...facts });
  report.add(results);
  return await report.html();
}

/** Text between tags, with single spaces. */
const textOf = (html: string) =>
  html.replace(/<style>.*?<\/style>/s, "").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const cards = (html: string) =>
  [...html.matchAll(/<h4><bdi>([^<]*)<\/bdi>/g)].map((match) => match[1]);

Deno.test("one picture is shown in detail", async () => {
  const html = await page([
    {
      ...result("m51", SPIRAL, { ...SPIRAL, "1.2": 0.7 }),
      told: "scaled by 0.5",
      unusual: ["the sky is bright (28, usually 1 to 18)"],
    },
  ]);
  const text = textOf(html);
  assert.match(html, /<h1>m51<\/h1>/);
  assert.match(text, /A disk seen face-on, no bar, probably two tight spiral arms/);
  assert.match(text, /\/galaxies\/m51\.jpg Scaled by 0\.5/);
  assert.match(text, /Unlike the training pictures: the sky is bright \(28, usually 1 to 18\)/);
  assert.match(text, /features or disk 80 ± 10 %/);
  assert.match(html, /class="error" style="left:70\.0%;width:20\.0%"/);
  assert.equal(count(html, /<svg class="flow"/g), 1);
  assert.equal(count(html, /<details/g), 0);
  assert.doesNotMatch(text, /All pictures together/);
  assert.match(text, /Command \.\/run classify &#60;galaxies&#62; Network compact/);
});

Deno.test("with one look there is no spread", async () => {
  const html = await page([result("m51", SPIRAL)], { transforms: 1 });
  assert.match(textOf(html), /It looked at it once\./);
  assert.doesNotMatch(html, /±|class="error"/);
});

Deno.test("a few are shown in their order, all of some more by kind", async () => {
  const few = Array.from({ length: 8 }, (_, k) => result(`g${k}`, k % 2 ? SPIRAL : SMOOTH));
  assert.deepEqual(cards(await page(few)), few.map(({ id }) => id));
  const more = [...few, result("edge", EDGE_ON)];
  const html = await page(more);
  assert.deepEqual(
    cards(html),
    [..."0246"].map((k) => `g${k}`).concat("edge", "g1", "g3", "g5", "g7"),
  );
  assert.match(textOf(html), /Smooth galaxies 4 g0/);
  assert.equal(count(html, /<details/g), 9);
});

Deno.test("of many there are figures of all, and a page that does not grow", async () => {
  const report = new ClassifyReport(FACTS);
  const kinds = [SMOOTH, SMOOTH, EDGE_ON, SPIRAL].map((given, k) =>
    predictionOf(given, k === 0 ? { ...given, "7.1": 0.64 } : given)
  );
  const sizes: number[] = [];
  for (let k = 0; k < 4000; k++) {
    report.add([{
      ...result(`g${k}`),
      prediction: kinds[k % 4],
      unusual: k % 100 === 0 ? ["it is odd"] : [],
    }]);
    if (k === 1999 || k === 3999) sizes.push((await report.html()).length);
  }
  assert.ok(Math.abs(sizes[1] / sizes[0] - 1) < 0.01, `${sizes}`);
  assert.ok(sizes[1] < 2e6);
  const html = await report.html([{ path: "a.txt", why: "a.txt: no picture" }], 1234);
  const text = textOf(html);
  assert.match(html, /<h1>4,000 pictures<\/h1>/);
  assert.match(html, /Pictures classified<\/dt>\s*<dd>4,000</);
  assert.match(html, /Unlike the training pictures<\/dt>\s*<dd>40</);
  assert.match(html, /Could not be read<\/dt>\s*<dd>1,234</);
  // The least steady answer of a quarter, how rounded, differs by 0.08.
  assert.match(html, /stay within ± 5 %<\/dt>\s*<dd>75 %</);
  assert.match(text, /up to 2 % 3,000 75 % 2 to 5 % 0 0 % 5 to 10 % 1,000 25 %/);
  assert.match(text, /a smooth galaxy, round 2,000 50 %/);
  assert.match(text, /a disk seen edge-on with a rounded bulge 1,000 25 %/);
  // (0.9 + 0.9 + 0.08 + 0.08) / 4 of all see something smooth.
  assert.match(html, /smooth: histogram of 4000"/);
  assert.match(text, /smooth 49 % features or disk 49 %/);
  assert.match(html, /completely round: histogram of 2000"/);
  assert.match(text, /and 1,233 more/i);
  assert.equal(cards(html).length, new Set(cards(html)).size);
  assert.ok(cards(html).length <= 48);
  for (
    const group of ["Smooth galaxies 6", "Disks seen edge-on 6", "Spirals 6", "Least steady 6"]
  ) {
    assert.ok(text.includes(group), group);
  }
});

const looked = (report: ClassifyReport) => report.toLookInto.map(({ kept: { id } }) => id);
const some = (count: number) => Array.from({ length: count }, (_, k) => result(`g${k}`, SPIRAL));

Deno.test("of a few pictures the first three are looked into, of more none", () => {
  const lookedOf = (count: number) => {
    const report = new ClassifyReport(FACTS);
    report.add(some(count));
    return looked(report);
  };
  assert.deepEqual(lookedOf(1), ["g0"]);
  assert.deepEqual(lookedOf(8), ["g0", "g1", "g2"]);
  assert.deepEqual(lookedOf(9), []);
});

Deno.test("those that are named are looked into, however many there are", () => {
  const few = new ClassifyReport(FACTS, ["g2"]);
  few.add([...some(4), ...some(3)]);
  assert.deepEqual(few.toLookInto.map(({ kept, alone }) => [kept.id, alone]), [["g2", false]]);
  const many = new ClassifyReport(FACTS, ["g70", "g5", "gone"]);
  many.add(some(100));
  assert.deepEqual(looked(many), ["g5", "g70"]);
  assert.ok(many.toLookInto.every(({ alone, pixels }) => alone && pixels === PIXELS));
});

Deno.test("sections of what the network sees follow the pictures, and the page tells of how many", async () => {
  const report = new ClassifyReport(FACTS);
  report.add(some(4));
  const inside = [1, 2].map((k) =>
    html`
      <section>
        <h2 id="inside-${k}">Inside ${k}</h2>
      </section>
    `
  );
  const page = await report.html([], 0, inside);
  assert.deepEqual([...page.matchAll(/<h2 id="([^"]*)"/g)].map((match) => match[1]), [
    ...["pictures", "inside-1", "inside-2", "settings"],
  ]);
  assert.match(textOf(page), /Looked into 2 pictures; --inside ID,… shows/);
  const one = new ClassifyReport(FACTS);
  one.add(some(1));
  assert.doesNotMatch(textOf(await one.html([], 0, inside.slice(1))), /Looked into/);
});

Deno.test("what is unlike the training pictures is no example of a kind", async () => {
  const odd = { ...result("cat", { "1.1": 1, "7.1": 1 }), unusual: ["a cat"] };
  const others = Array.from({ length: 60 }, (_, k) => result(`g${k}`, SMOOTH));
  const text = textOf(await page([odd, ...others]));
  assert.match(text, /Smooth galaxies 6, the surest g0/);
  assert.match(text, /Unlike the training pictures 1, the most marks cat/);
});

Deno.test("names and reasons are text, whatever they are", async () => {
  const nasty = `<img src=x onerror="alert(1)">'&\u202e`;
  const report = new ClassifyReport({ ...FACTS, command: nasty });
  report.add([{ ...result(nasty, SPIRAL), told: nasty, unusual: [nasty] }]);
  const html = await report.html([{ path: nasty, why: `${nasty}: ${nasty}` }]);
  assert.doesNotMatch(html, /<img src=x|onerror="/);
  assert.equal(count(html, /<img /g), 1);
  assert.match(html, /<bdi>&#60;img src=x/, "what changes the direction of text ends with a name");
});

Deno.test("the page needs no other file and no script, and has words for pictures", async () => {
  const html = await page(Array.from({ length: 20 }, (_, k) => result(`g${k}`, SPIRAL, EDGE_ON)));
  assert.doesNotMatch(html, /https?:|<script|<link|@import|url\(/);
  assert.match(html, /Content-Security-Policy/);
  for (const [, source] of html.matchAll(/src="([^"]*)"/g)) {
    assert.match(source, /^data:image\/jpeg;/);
  }
  for (const [tag] of html.matchAll(/<(?:img|svg)[^>]*>/g)) {
    assert.match(tag, / (alt|aria-label)="[^"]+/);
  }
  assert.doesNotMatch(html, /NaN|undefined|\[object/);
});

Deno.test("tags are closed in the order in which they were opened", async () => {
  const many = Array.from({ length: 12 }, (_, k) => result(`g${k}`, k % 2 ? SPIRAL : SMOOTH));
  const report = new ClassifyReport(FACTS);
  report.add(many);
  const html = await report.html([{ path: "a", why: "b" }]);
  const open: string[] = [];
  for (const [tag, end, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gi)) {
    if (/^(meta|img|br)$/.test(name) || tag.endsWith("/>")) continue;
    if (end) assert.equal(open.pop(), name, `</${name}>`);
    else open.push(name);
  }
  assert.deepEqual(open, []);
});

Deno.test("a command that names thousands of files is told by its beginning", async () => {
  const command = `./run classify ${"galaxy.jpg ".repeat(100_000)}`;
  const html = await page([result("m51", SPIRAL)], { command });
  assert.match(html, /\.\/run classify galaxy\.jpg/);
  assert.ok(html.length < 100_000, `${html.length}`);
});

Deno.test("when nothing could be read the page says so", async () => {
  const report = new ClassifyReport(FACTS);
  const text = textOf(await report.html([{ path: "a.txt", why: "it is no picture" }]));
  assert.match(text, /No picture could be classified/);
  assert.match(text, /a\.txt: it is no picture/);
  assert.doesNotMatch(text, /NaN/);
});
