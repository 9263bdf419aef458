/** The task as a user starts it. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";
import { runReal } from "../cli/machine.ts";

Deno.test("the doctor says that this machine is ready, in JSON for reports", () =>
  inFolder(async (folder) => {
    await makeSurvey({ out: `${folder}/raw`, train: 12, test: 2, seed: 6, workers: 2 });
    const { code, out, error } = await runReal(folder, [
      "doctor",
      "--json",
      "--quick",
      "--data",
      "raw",
    ]);
    assert.equal(code, 0, out + error);
    const report = JSON.parse(out);
    assert.equal(report.ready, true);
    const states = new Map<string, string>(
      report.findings.map(({ topic, state }: { topic: string; state: string }) => [topic, state]),
    );
    const topics = ["Deno", "Memory", "Disk", "Data", "Source Extractor", "Weights", "Adapter"];
    const more = ["Interface", "Limits", "Features", "Tiles", "Models"];
    for (const topic of [...topics, ...more]) assert.ok(states.has(topic), topic);
    for (const topic of ["Deno", "Data", "Weights"]) assert.equal(states.get(topic), "good");
    assert.equal(report.models.length, 18);
  }));

Deno.test("without an adapter it still looks at everything, says what to do, and ends with 1", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/none.json`, "{}");
    Deno.env.set("VK_DRIVER_FILES", `${folder}/none.json`);
    Deno.env.set("VK_ICD_FILENAMES", `${folder}/none.json`);
    try {
      const { code, out } = await runReal(folder, ["doctor", "--data", "."]);
      assert.equal(code, 1, out);
      assert.match(out, /^✗ Adapter +no WebGPU adapter found\n +→ Install the Vulkan driver/m);
      assert.match(out, /VK_DRIVER_FILES and VK_ICD_FILENAMES\s+are set/);
      assert.match(out, /^! Data /m);
      assert.match(out, /^Not ready: Adapter\./m);
      assert.ok(!out.includes("\x1b"));
    } finally {
      Deno.env.delete("VK_DRIVER_FILES");
      Deno.env.delete("VK_ICD_FILENAMES");
    }
  }));

Deno.test("an adapter or a model that there is not is refused with those that there are", async () => {
  const { code, error } = await runReal("/", ["doctor", "--adapter", "quantum"]);
  assert.equal(code, 1);
  assert.match(error, /--adapter must be one of fast, low-power, software, not "quantum"/);
  const other = await runReal("/", ["doctor", "--model", "extradens"]);
  assert.match(other.error, /did you mean extradense/);
  const both = await runReal("/", ["doctor", "--quick", "--full"]);
  assert.match(both.error, /--quick measures nothing; leave it out for --full/);
});
