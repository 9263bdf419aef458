/** "What the network sees" as a section of a report, and the numbers that it is made of. */
import { decode } from "imagescript/png";
import assert from "node:assert/strict";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { lightOf } from "../../lib/inside/colours.ts";
import { type Findings, lookInto } from "../../lib/inside/look_into.ts";
import { mapsOfPart, mostActiveFirst, silentOf } from "../../lib/inside/maps.ts";
import { COVERS, fallsOf, occlude } from "../../lib/inside/occlusion.ts";
import { answersFigure, insideSection } from "../../lib/inside/page/section.ts";
import { SHOWN } from "../../lib/inside/places.ts";
import { Probe } from "../../lib/inside/probe.ts";
import {
  changesWithoutParts,
  heatRaster,
  mattersText,
  tellingAnswers,
} from "../../lib/inside/regions.ts";
import { withoutEachPart } from "../../lib/inside/without_part.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { Training } from "../../lib/library/training.ts";
import { html } from "../../lib/report/html.ts";
import { likeliest, likelyPath } from "../../lib/report/path.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "../library/small.ts";

const { pixels } = syntheticGalaxy(3, 0);
const TEXT = { id: "inside", heading: "What the network sees", lead: html`<p>One look.</p>` };
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

gpuTest("the section shows what is read of the network, all of it", async (gpu) => {
  const training = await Training.build(gpu, smallModel());
  const trained = await training.parameters();
  training.close();
  const probe = await Probe.build(gpu, trained);
  try {
    const findings = (await lookInto(probe, pixels))!;
    const { answers } = await probe.look(pixels);
    assert.deepEqual(findings.answers, answers);
    assert.deepEqual(findings.regions, await occlude(probe, pixels));
    assert.deepEqual(findings.withoutParts, await withoutEachPart(probe, pixels));
    assert.equal(await lookInto(probe, pixels, { stopRequested: () => true }), undefined);

    const { text } = await insideSection(findings, TEXT, answersFigure(findings));
    const [, ...layers] = probe.mapped;
    const { winners } = findings.traces;
    assert.ok(layers.length > 0);
    assert.equal(count(text, /alt="View: /g), 4);
    assert.equal(count(text, /alt="Part: /g), 16);
    assert.equal(count(text, /<polygon /g), 8);
    assert.equal(count(text, /alt="What matters for /g), likelyPath(answers).length);
    assert.equal(count(text, /alt="Feature maps of /g), layers.length);
    assert.equal(count(text, /alt="Winners of /g), winners.length);
    assert.deepEqual([...text.matchAll(/<h3>([^<]*)/g)].map((match) => match[1]), [
      ...["Four views, sixteen parts", "What matters", "Feature maps"],
      ...(winners.length > 0 ? ["Maxout"] : []),
      "Answers",
    ]);
    const [most] = tellingAnswers(findings);
    assert.ok(text.includes(mattersText(findings, most)));
    const words = text.replaceAll(/"data:[^"]*"/g, "");
    assert.doesNotMatch(words, /NaN|undefined|\[object|https?:|<script/);
    assert.ok(text.length < 1e6, `${text.length}`);

    // The maps of the part that matters most, the most active one first, pixel by pixel.
    const changes = changesWithoutParts(findings, most);
    const part = changes.indexOf(Math.min(...changes));
    const found = mostActiveFirst(mapsOfPart(findings.traces.parts[1], layers[0], part));
    const uri = new RegExp(`src="([^"]*)"\\s*alt="Feature maps of ${layers[0].label}"`).exec(text)!;
    const picture = decode(Uint8Array.fromBase64(uri[1].split(",")[1]));
    for (let i = 0; i < found.side; i++) {
      for (let j = 0; j < found.side; j++) {
        const expected = lightOf(found.maps[0][i * found.side + j] / (found.most || 1));
        const at = 4 * (i * picture.width + j);
        expected.forEach((value, band) =>
          assert.ok(Math.abs(picture.buffer[at + band] - value) <= 0.5 + 1e-6)
        );
      }
    }
  } finally {
    probe.close();
  }
});

/** Smooth for sure, unless the middle is covered, or part 5 is missing. */
function made(): Findings {
  const whole = new Float32Array(ANSWER_COUNT);
  whole.set([0.9, 0.08, 0.02], 0);
  whole.set([0.1, 0.8], 13);
  whole.set([0.7, 0.2], 15);
  const rows = (count: number) =>
    Float32Array.from({ length: count * ANSWER_COUNT }, (_, at) => whole[at % ANSWER_COUNT]);
  const answers = rows(COVERS * COVERS), withoutParts = rows(16);
  const middle = (COVERS * COVERS - 1) / 2;
  answers[middle * ANSWER_COUNT] = 0.3;
  answers[middle * ANSWER_COUNT + 1] = 0.68;
  answers[middle * ANSWER_COUNT + 14] = 0.01;
  withoutParts[5 * ANSWER_COUNT] = 0.8;
  return {
    pixels: new Uint8Array(3 * IMAGE_SIZE * IMAGE_SIZE),
    model: "made",
    layers: [],
    traces: { answers: whole, parts: [], winners: [] },
    answers: whole,
    regions: { answers },
    withoutParts,
  };
}

Deno.test("the answer that a region matters most for comes first, and its words say how much", () => {
  const findings = made();
  const all = tellingAnswers(findings);
  const path = likelyPath(findings.answers).map((each) => likeliest(findings.answers, each));
  assert.equal(all[0], 0);
  assert.equal(all.at(-1), 14, "whether it is odd comes last, however much a cover does to it");
  assert.deepEqual([...all].sort(), [...path].sort());
  assert.match(mattersText(findings, 0), /90 % would say “smooth”.*most for it, 30 % would\./);
  assert.match(mattersText(findings, 15), /No region speaks for it/);
  const changes = changesWithoutParts(findings, 0);
  assert.deepEqual(changes.map((change) => Math.round(1000 * change)), [
    ...[0, 0, 0, 0, 0, -100],
    ...new Array(10).fill(0),
  ]);
});

Deno.test("the heat is as strong as the fall in the middle, and in the colour of what it speaks for", () => {
  const findings = made();
  const at = (answer: number, x: number, y: number) => {
    const { rgba, width } = heatRaster(findings, answer);
    return [...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
  };
  assert.ok(Math.abs(fallsOf(findings.regions, findings.answers, 0)[60] - 0.6) < 1e-6);
  const [red, , blue, strength] = at(0, SHOWN / 2, SHOWN / 2);
  assert.ok(red > blue && strength > 180);
  const [red1, , blue1, strength1] = at(1, SHOWN / 2, SHOWN / 2);
  assert.ok(red1 < blue1 && strength1 > 180);
  assert.equal(at(0, 5, 5)[3], 0);
});

Deno.test("maps that find most come first, and none is lost", () => {
  const maps = [0, 3, 1, 2].map((value) => new Float32Array(4).fill(value));
  const found = { side: 2, maps, most: 3 };
  assert.deepEqual(mostActiveFirst(found).maps.map(([first]) => first), [3, 2, 1, 0]);
  assert.equal(silentOf(found), 1);
  assert.deepEqual(maps.map(([first]) => first), [0, 3, 1, 2], "the layer's order stays");
});
