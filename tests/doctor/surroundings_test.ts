import assert from "node:assert/strict";
import type { Finding as DataFinding } from "../../lib/data/finding.ts";
import { dataFindings } from "../../lib/doctor/data.ts";
import { denoFinding, OLDEST_DENO } from "../../lib/doctor/deno.ts";
import { diskFindings, runBytes } from "../../lib/doctor/disk.ts";
import { look } from "../../lib/doctor/look.ts";
import { memoryFinding } from "../../lib/doctor/memory.ts";
import { tilesFinding } from "../../lib/doctor/tiles.ts";
import { extractorFinding } from "../../lib/doctor/tools.ts";
import { weightsFinding } from "../../lib/doctor/weights.ts";
import { UserError } from "../../lib/errors.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { describe } from "../../lib/galaxy/describe.ts";
import { MODELS } from "../../lib/galaxy/models/all.ts";
import { DeviceLostError } from "../../lib/gpu/device.ts";

const read = (path: string) => Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url));

Deno.test("a Deno that is too old blocks, a later one does not", () => {
  for (const version of ["2.9.5", "2.9.6", "2.10.0", "3.0.0", "2.9.6+abc"]) {
    assert.equal(denoFinding(version).state, "good", version);
  }
  for (const version of ["2.9.4", "2.8.9", "1.46.3"]) {
    const { state, text, remedy } = denoFinding(version);
    assert.equal(state, "blocks", version);
    assert.match(`${text} ${remedy}`, new RegExp(`^${version} is too old: .* deno upgrade`));
  }
  assert.ok(read("run").includes(`${OLDEST_DENO} is the oldest that works`));
});

Deno.test("what an older Deno reads of the doctor imports nothing more", () => {
  for (const path of ["lib/doctor/deno.ts", "lib/doctor/print.ts"]) {
    const imports = [...read(path).matchAll(/^import (.*) from/gm)].map(([, what]) => what);
    assert.ok(imports.every((what) => what.startsWith("type ")), path);
  }
});

Deno.test("little memory is a note, next to none blocks", () => {
  const state = (gibibytes: number) =>
    memoryFinding({ total: 2 ** 34, available: gibibytes * 2 ** 30 }).state;
  assert.deepEqual([8, 1, 0.3].map(state), ["good", "note", "blocks"]);
});

Deno.test("folders on one disk share a finding; a full one blocks", () => {
  const models = MODELS.map(describe);
  const gibibyte = 2 ** 30;
  const free = [
    { folder: "data/raw", bytes: 100 * gibibyte },
    { folder: "analysis", bytes: 5 * gibibyte },
    { folder: "predictions", bytes: 5 * gibibyte },
  ];
  const [data, runs] = diskFindings({ free, models });
  assert.deepEqual(data, {
    topic: "Disk",
    state: "good",
    text: "100.0 GiB free for data/raw",
  });
  assert.equal(runs.state, "note");
  assert.match(runs.text, /^5\.0 GiB free for analysis, predictions; the runs of all 17 models/);
  const [full] = diskFindings({ free: [{ folder: "analysis", bytes: 1e6 }], models });
  assert.equal(full.state, "blocks");
  // Three checkpoints of values and velocities, and the values once more.
  assert.equal(runBytes({ parameters: 10 }), 280);
});

function data(...states: [string, DataFinding["state"]][]) {
  const inventory = states.map(([name, state]) => ({ name, state, text: "all 3" }));
  return dataFindings({ folder: "data/raw", inventory });
}

Deno.test("without data there is one note that says how to get some", () => {
  const findings = data(
    ["labels", "absent"],
    ["train images", "absent"],
    ["test images", "absent"],
    ["pysex_params_gen2_train.npy.gz", "absent"],
  );
  assert.deepEqual(findings.map(({ topic, state }) => [topic, state]), [["Data", "note"]]);
  assert.match(findings[0].remedy!, /survey draws galaxies/);
});

Deno.test("data that are there are good; what is missing or wrong is named", () => {
  const complete: [string, DataFinding["state"]][] = [["labels", "ok"], ["train images", "ok"]];
  const [whole, cache] = data(...complete, ["test images", "ok"], ["train cache", "ok"]);
  assert.deepEqual([whole.state, cache.state], ["good", "good"]);
  assert.equal(whole.text, "labels (all 3), train images (all 3), test images (all 3)");
  const [part] = data(...complete, ["test images", "absent"]);
  assert.equal(part.state, "note");
  assert.match(part.text, /; missing: test images$/);
  const [wrong] = data(["labels", "wrong"], ["train images", "ok"]);
  assert.match(wrong.text, /wrong: labels$/);
});

Deno.test("a cache is complete, missing or out of date", () => {
  const cache = (...states: [string, DataFinding["state"]][]) =>
    data(["labels", "ok"], ...states).at(-1)!;
  assert.equal(cache(["train cache", "ok"], ["test cache", "ok"]).state, "good");
  const missing = cache(["train cache", "ok"], ["test cache", "absent"]);
  assert.deepEqual([missing.state, /none of test/.test(missing.text)], ["note", true]);
  const stale = cache(["train cache", "wrong"], ["test cache", "ok"]);
  assert.match(stale.text, /cache of train images is out of date or damaged/);
});

Deno.test("measurements for the pysex models are told where some are there", () => {
  const centring = (...states: DataFinding["state"][]) =>
    data(
      ["labels", "ok"],
      ...states.map((state, k) => [`pysex_params_gen${k + 1}`, state] as [string, typeof state]),
    )
      .find(({ topic }) => topic === "Centring");
  assert.equal(centring("ok", "ok")?.state, "good");
  assert.equal(centring("absent", "absent"), undefined);
  assert.match(centring("ok", "absent")!.text, /missing: pysex_params_gen2/);
  assert.match(centring("wrong", "ok")!.text, /wrong: pysex_params_gen1/);
});

Deno.test("the shipped weights are those of their card, missing, damaged or unknown", () => {
  const path = "weights/compact.safetensors";
  const card = read("weights/README.md");
  const bytes = Deno.readFileSync(new URL(`../../${path}`, import.meta.url));
  const state = (digest: string | undefined, text: string | undefined = card) =>
    weightsFinding({ path, card: text, digest }).state;
  assert.equal(state(sha256(bytes)), "good");
  bytes[bytes.length - 1] ^= 1;
  assert.equal(state(sha256(bytes)), "blocks");
  assert.equal(state(undefined), "blocks");
  assert.equal(state(sha256(bytes), "no card"), "note");
});

Deno.test("tiles are tuned, the default, or a file that is not used", () => {
  const file = { date: "2026-11-26T00:00:00Z", choices: { a: { variant: "b" } } } as never;
  assert.match(tilesFinding({ file, software: false }).text, /on 2026-11-26: 1 other/);
  assert.match(tilesFinding({ file: undefined, software: false }).text, /tune looks for faster/);
  assert.equal(tilesFinding({ file: undefined, software: true }).text, "the default");
  const problem = "tiles: the default, since x was measured on y";
  assert.deepEqual(tilesFinding({ file: undefined, problem, software: true }).state, "note");
});

Deno.test("Source Extractor is no condition", () => {
  assert.equal(extractorFinding("sex").state, "good");
  assert.equal(extractorFinding(undefined).state, "note");
});

Deno.test("a look that fails is a finding: what a user can mend a note, the rest blocks", async () => {
  const failing = async (error: Error) => {
    const [finding] = await look("Topic", () => {
      throw error;
    });
    return finding;
  };
  assert.deepEqual(await failing(new UserError("the file is damaged")), {
    topic: "Topic",
    state: "note",
    text: "the file is damaged",
  });
  assert.equal((await failing(new DeviceLostError("gone"))).state, "blocks");
  assert.equal((await failing(new Error("WebGPU error"))).state, "blocks");
  const refused = await failing(new Deno.errors.NotCapable("Requires read access"));
  assert.match(refused.remedy!, /\.\/run doctor/);
});
