/** The page of a run, made of its files. */
import assert from "node:assert/strict";
import { rateDrops, rmseDomain, trainingPoints } from "../../lib/report/curve_data.ts";
import { hoverStrips } from "../../lib/report/curve_hover.ts";
import { learningCurves } from "../../lib/report/chart.ts";
import { paceOf, statusOf } from "../../lib/report/run/pace.ts";
import { writeRunReport } from "../../lib/report/run/report.ts";
import { readParameterFigures } from "../../lib/runs/parameter_figures.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { RunLook } from "../../lib/runs/look.ts";
import { readSnapshot } from "../../lib/runs/snapshot.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { entriesOf, makeRun, makeSeen } from "../watch/run_files.ts";

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

Deno.test("the report of a run has every section, and needs no other file", () =>
  inFolder(async (folder) => {
    await makeRun(folder, { chunks: 20, finished: true });
    await makeSeen(folder, 20);
    const path = await writeRunReport(folder);
    assert.equal(path, `${folder}/report.html`);
    const page = await Deno.readTextFile(path);
    assert.deepEqual([...page.matchAll(/>([^<]*)<\/h2>/g)].map((match) => match[1]), [
      "How it learned",
      "Error by question",
      "Galaxies it is right about",
      "Galaxies it is wrong about",
      "What it was shown",
      "What the first layer looks for",
      "Its parameters",
      "Settings of this run",
    ]);
    assert.equal(count(page, /alt="Augmented input/g), 3);
    assert.equal(count(page, /alt="Filter /g), 4);
    assert.equal(count(page, /aria-label="Histogram of conv1/g), 2);
    assert.equal(count(page, /<article/g), 12);
    assert.match(page, /learning rate 0\.004/);
    assert.match(page, /<title>20,000 images&#xA;chunk 20: training 0\.10500, validation 0\.09500/);
    assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(|class="problem"/);
    const labels = [...page.matchAll(/<(dt|th scope="col"|figcaption)>\s*([^<]+)/g)];
    assert.deepEqual(labels.map(([, , label]) => label).filter((label) => !/^[A-Zq]/.test(label)), [
      "the mean",
      "one look",
    ]);
  }));

Deno.test("what the files do not hold is left out, and what is damaged is named", () =>
  inFolder(async (folder) => {
    await makeRun(folder);
    const { snapshot, description, report } = new RunFolder(folder);
    await Deno.remove(description);
    await Deno.writeTextFile(snapshot, "no snapshot");
    const page = await Deno.readTextFile(await writeRunReport(folder));
    assert.match(page, /<h2 id="curve">/);
    assert.match(page, /class="problem">[^<]*snapshot\.safetensors is damaged/);
    assert.doesNotMatch(page, /<h2 id="(questions|weights|settings)">/);
    await Deno.remove(report);
    await assertUserError(
      writeRunReport(`${folder}/nothing`),
      /holds no run: neither run\.json nor history\.jsonl/,
    );
    assert.throws(() => Deno.statSync(`${folder}/nothing`), Deno.errors.NotFound);
  }));

Deno.test("a snapshot is read as it was written, and shows a flipped bit", () =>
  inFolder(async (folder) => {
    await makeSeen(folder, 6);
    const { snapshot } = new RunFolder(folder);
    const { chunk, images, predicted, pictures } = await readSnapshot(snapshot);
    assert.deepEqual([chunk, images, predicted.length, pictures.length], [6, 6000, 20 * 37, 12]);
    assert.equal(pictures[0].id, 1000 + pictures[0].row);
    const bytes = await Deno.readFile(snapshot);
    bytes[bytes.length - 100] ^= 4;
    await Deno.writeFile(snapshot, bytes);
    await assertUserError(
      readSnapshot(snapshot),
      /is damaged: its values are not those that were written/,
    );
  }));

Deno.test("norms and histograms are those of the parameters", () =>
  inFolder(async (folder) => {
    await makeSeen(folder);
    const { tensors, filters } = await readParameterFigures(new RunFolder(folder).parameters);
    const [weight] = tensors;
    assert.equal(weight.name, "conv1.weight");
    const squares = filters!.data.reduce((sum, value) => sum + value ** 2, 0);
    assert.ok(Math.abs(weight.norm - Math.sqrt(squares)) < 1e-9);
    assert.ok(Math.abs(weight.rms - Math.sqrt(squares / 432)) < 1e-9);
    assert.equal(weight.bins.reduce((sum, value) => sum + value), 432);
    assert.ok(weight.bins[20] > weight.bins[2]);
  }));

Deno.test("speed is that of the last chunks, and what is left is told by it", () => {
  const entries = entriesOf(10).map((entry, at) => ({
    ...entry,
    seconds: at < 5 ? 100 * (at + 1) : 500 + 10 * (at - 4),
  }));
  assert.deepEqual(paceOf(entries, 12), { imagesPerSecond: 100, taken: 550, left: 20 });
  assert.equal(paceOf(entries.slice(0, 1), 2).imagesPerSecond, 10);
  assert.equal(paceOf([], 2).imagesPerSecond, undefined);
  assert.equal(paceOf(entries, undefined).left, undefined);
});

Deno.test("a run is silent when nothing was written for longer than some chunks take", () =>
  inFolder(async (folder) => {
    await makeRun(folder);
    const look = new RunLook(folder);
    await look.refresh();
    assert.equal(statusOf(look, Date.now()), "under way");
    assert.equal(statusOf(look, Date.now() + 90_000), "under way");
    assert.equal(statusOf(look, Date.now() + 120_000), "silent");
    await makeRun(folder, { finished: true });
    await look.refresh();
    assert.equal(statusOf(look, Date.now() + 1e9), "finished");
  }));

Deno.test("long curves are thinned, and their first large errors do not press the others together", () => {
  const history = entriesOf(2500);
  const points = trainingPoints(history);
  assert.ok(points.length > 200 && points.length <= 400);
  assert.equal(points.at(-1)!.images, 2_500_000);
  const [low, high] = rmseDomain([{ name: "", history }], { mean: 0.16 });
  assert.ok(low > 0.08 && low < 0.1 && high < 0.17, `${low} ${high}`);
  const short = rmseDomain([{ name: "", history: history.slice(0, 5) }], {});
  assert.ok(short[1] > 0.2, "of few chunks all are shown");
  assert.deepEqual(rateDrops(history), [{ images: 6000, learningRate: 0.004 }]);
});

Deno.test("every place of a chart says its values, those of every run that came so far", async () => {
  const curves = [{ name: "a", history: entriesOf(4) }, { name: "b", history: entriesOf(2) }];
  const strips = hoverStrips(curves);
  assert.equal(strips.length, 4);
  assert.match(strips[1].text, /^2,000 images\na: training 0.15000.*\nb: training 0\.15000, val/);
  assert.doesNotMatch(strips[2].text, /b:/);
  strips.slice(1).forEach((strip, at) => assert.equal(strip.from, strips[at].to));
  const { text } = await learningCurves(curves, { mean: 0.2, paper: 0.07671 }, 400);
  assert.equal(count(text, /<path class="hover" d="[^"]+"><title>/g), 4);
  assert.match(text, /Answering the mean/);
  assert.ok(hoverStrips([{ name: "", history: entriesOf(2500) }]).length <= 240);
});
