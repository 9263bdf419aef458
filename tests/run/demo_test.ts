import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";

Deno.test("the demo learns: its error is at most 0.75 of that of predicting the mean", () =>
  inFolder(async (folder) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "demo", "--out", folder],
      cwd: new URL("../..", import.meta.url),
    }).output();
    const output = new TextDecoder().decode(stdout);
    assert.equal(code, 0, output + new TextDecoder().decode(stderr));
    const [, valid, mean] = /validation RMSE ([\d.]+); ([\d.]+) for predicting/.exec(output)!;
    assert.ok(Number(valid) <= 0.75 * Number(mean), `${valid} against ${mean}`);
    for (const file of ["report.html", "submission.csv.gz", "prediction.npy.gz"]) {
      assert.ok(Deno.statSync(`${folder}/${file}`).size > 1000, file);
    }
    const report = Deno.readTextFileSync(`${folder}/report.html`);
    for (const id of ["curve", "augmentation"]) assert.match(report, new RegExp(`id="${id}"`));
  }));
