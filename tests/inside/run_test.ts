/** What the network sees, on the page of a run. */
import assert from "node:assert/strict";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { mostToTell } from "../../lib/inside/choose.ts";
import { insideOfRun } from "../../lib/inside/run.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { writeParameters } from "../../lib/library/trained.ts";
import { Training } from "../../lib/library/training.ts";
import { rightOnes } from "../../lib/report/chosen.ts";
import { writeRunReport } from "../../lib/report/run/report.ts";
import { readDescription, writeDescription } from "../../lib/runs/description.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { readSnapshot, writeSnapshot } from "../../lib/runs/snapshot.ts";
import { predictionOf } from "../classify/made.ts";
import { inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "../train/small.ts";
import { smallPysex } from "../train/small_pysex.ts";
import { makeRun, makeSeen } from "../watch/run_files.ts";

const headings = (page: string) =>
  [...page.matchAll(/>([^<]*)<\/h2>/g)].map((match) => match[1].trim());

/** The page of a run, and what was warned of. */
async function pageOf(folder: string) {
  const warnings: string[] = [];
  const path = await writeRunReport(folder, insideOfRun((text) => warnings.push(text)));
  return { page: await Deno.readTextFile(path), warnings };
}

gpuTest(
  "the page of a run shows what the network sees in one of the galaxies, where that can be",
  (gpu) =>
    inFolder(async (folder) => {
      const { parameters, snapshot, description } = new RunFolder(folder);
      await makeRun(folder);
      await makeSeen(folder);
      const jpeg = await encodeJpeg(syntheticGalaxy(3, 0).pixels, 424, 424, 90);
      const seen = await readSnapshot(snapshot);
      const pictures = seen.pictures.map((picture) => ({ ...picture, jpeg }));
      const damaged = await pageOf(folder);
      assert.equal(damaged.warnings.length, 1);
      assert.match(damaged.warnings[0], /report\.html does not show what the network sees: .*8×8/);
      assert.ok(!headings(damaged.page).includes("What the network sees"));

      await writeSnapshot(snapshot, { ...seen, pictures });
      const training = await Training.build(gpu, smallModel);
      await writeParameters(parameters, await training.parameters());
      training.close();
      const { page, warnings } = await pageOf(folder);
      assert.deepEqual(warnings, []);
      const all = headings(page);
      assert.equal(all[all.indexOf("Galaxies it is wrong about") + 1], "What the network sees");
      assert.equal(page.match(/alt="Part: /g)!.length, 16);
      assert.match(page, /galaxy 10\d\d, one of the validation galaxies .* after chunk 8,/);
      assert.match(page, /aria-label="What volunteers said\./);
      assert.doesNotMatch(page, /https?:|<script|<link|@import|url\(/);

      // Nobody knows where the galaxies of such a model were centred.
      const run = (await readDescription(description))!;
      await writeDescription(description, { ...run, model: smallPysex });
      const centred = await pageOf(folder);
      assert.deepEqual(centred.warnings, []);
      assert.ok(!headings(centred.page).includes("What the network sees"));
    }),
);

Deno.test("of the galaxies that a network is right about, a spiral has most to tell", () => {
  const kinds = [
    { "1.1": 0.9, "7.1": 0.8 },
    { "1.2": 0.9, "2.1": 0.9 },
    { "1.2": 0.9, "2.2": 0.8, "4.1": 0.9 },
    { "1.3": 1 },
  ].map((given) => predictionOf(given).map(({ fraction }) => fraction));
  const labels = Float32Array.from(kinds.flat());
  assert.equal(mostToTell(rightOnes(labels, labels, 6))!.row, 2);
  assert.equal(mostToTell([]), undefined);
});
