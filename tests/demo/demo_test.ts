import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { readDescription } from "../../lib/runs/description.ts";
import { runReal } from "../cli/machine.ts";

Deno.test("the demo learns: its error is at most 0.75 of that of predicting the mean", () =>
  inFolder(async (folder) => {
    const { code, out: output, error } = await runReal("/", ["demo", "--out", folder]);
    assert.equal(code, 0, output + error);
    const [, valid, mean] = /validation RMSE ([\d.]+); ([\d.]+) for predicting/.exec(output)!;
    assert.ok(Number(valid) <= 0.75 * Number(mean), `${valid} against ${mean}`);
    for (const file of ["report.html", "submission.csv.gz", "prediction.npy.gz"]) {
      assert.ok(Deno.statSync(`${folder}/${file}`).size > 1000, file);
    }
    const run = await readDescription(`${folder}/run/run.json`);
    assert.equal(run!.model.name, "demo");
    assert.ok(run!.finished! > run!.started);
    const report = Deno.readTextFileSync(`${folder}/report.html`);
    const [, test] = /test RMSE ([\d.]+), averaged over 6/.exec(output)!;
    assert.match(report, new RegExp(`60 test galaxies, each seen 6 times</dt>\\s*<dd>${test}<`));
    assert.ok(report.match(/<h3>/g)!.length >= 3, "kinds of galaxies");
    for (const id of ["curve", "augmentation"]) assert.match(report, new RegExp(`id="${id}"`));
  }));
