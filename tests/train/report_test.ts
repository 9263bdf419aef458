/** The report that a training makes beside its work. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { readSnapshot } from "../../lib/runs/snapshot.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { runScript } from "../process.ts";
import { smallSurvey } from "./small.ts";

const task = (...args: string[]) => runScript("tests/train/small_task.ts", args);

Deno.test("a training leaves a report and what it is made of, and one that cannot goes on", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    const args = ["--data", data, "--no-test", "--chunks", "4", "--validate-every", "2"];
    const whole = await task(...args, "--out", `${folder}/run`);
    assert.equal(whole.code, 0, whole.error);
    const { snapshot, report, parameters } = new RunFolder(`${folder}/run`);
    const page = await Deno.readTextFile(report);
    assert.match(page, /<dt>Chunks, of 4<\/dt>\s*<dd>4<\/dd>/);
    assert.match(page, /<tr>\s*<th scope="row">Finished<\/th>/);
    const { chunk, images, predicted, augmented, pictures } = await readSnapshot(snapshot);
    assert.deepEqual([chunk, images, predicted.length, pictures.length], [4, 48, 2 * 37, 2]);
    assert.ok(augmented.length > 0 && augmented.some((value) => value > 100));

    // A folder is in the way of both.
    const other = new RunFolder(`${folder}/other`);
    await Deno.mkdir(`${other.snapshot}/in the way`, { recursive: true });
    const blocked = await task(...args, "--out", other.path);
    assert.equal(blocked.code, 0, blocked.error);
    assert.match(
      blocked.out + blocked.error,
      /report\.html could not be made: .*The training goes on/,
    );
    assert.equal(blocked.out.match(/could not be made/g)?.length, 1);
    assert.deepEqual(
      await Deno.readFile(other.parameters),
      await Deno.readFile(parameters),
    );
  }));
