import assert from "node:assert/strict";
import { checkKernels, inTurns, kernelFinding } from "../../lib/doctor/kernels.ts";
import { estimateModels, type ModelFacts, modelsFinding } from "../../lib/doctor/models.ts";
import type { Finding } from "../../lib/doctor/finding.ts";
import { examineGpu } from "../../lib/doctor/gpu.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { memoryFor } from "../../lib/doctor/room.ts";
import { estimateTable, speedFinding } from "../../lib/doctor/speed.ts";
import { describe } from "../../lib/galaxy/describe.ts";
import { KNOWN_MODELS, MODELS, modelsNamed } from "../../lib/galaxy/models/all.ts";
import { OutOfMemoryError } from "../../lib/gpu/device.ts";
import { Memory } from "../../lib/gpu/memory.ts";
import type { Check } from "../../lib/verify/checks/bench.ts";
import { kernelOf } from "../../lib/verify/kernels.ts";
import { gpuTest } from "../gpu.ts";

const GIBIBYTE = 2 ** 30;
const FACTS: ModelFacts = {
  models: KNOWN_MODELS.map(describe),
  maxBufferSize: 2 * GIBIBYTE,
  memory: 8 * GIBIBYTE,
  software: false,
};
const reference = describe(modelsNamed(["extradense"])[0]);
const RATES = { measured: { model: "extradense", train: 100, predict: 300 }, reference };

Deno.test("all models fit into much memory, small ones into less", () => {
  const fitting = (facts: Partial<ModelFacts>) =>
    estimateModels({ ...FACTS, ...facts }).filter(({ fits }) => fits).map(({ model }) => model);
  assert.equal(fitting({}).length, 18);
  const some = fitting({ memory: 0.45 * GIBIBYTE });
  assert.ok(some.includes("shareddense") && !some.includes("extradense"), some.join());
  assert.deepEqual(fitting({ memory: 0.2 * GIBIBYTE }), ["compact"]);
  // On a software adapter the program itself needs some of the same memory.
  assert.deepEqual(fitting({ memory: 1.7 * GIBIBYTE, software: true }), ["compact"]);
  // A matrix of 256 MiB.
  assert.ok(!fitting({ maxBufferSize: 2 ** 27 }).includes("extradense_big256"));
});

Deno.test("what does not fit is named with its size, and what to do", () => {
  const finding = (memory: number) => modelsFinding(estimateModels({ ...FACTS, memory }), false);
  assert.deepEqual(finding(8 * GIBIBYTE), {
    topic: "Models",
    state: "good",
    text: "all 18 fit, the largest in 768 MiB",
  });
  const { state, text, remedy } = finding(0.7 * GIBIBYTE);
  assert.equal(state, "note");
  assert.match(text, /^17 of 18 fit .* but not extradense_big256 \(768 MiB\)$/);
  assert.match(remedy!, /--width/);
});

Deno.test("times go with the work, from the model that was measured", () => {
  const estimates = estimateModels({ ...FACTS, rates: RATES });
  const of = (name: string) => estimates.find(({ model }) => model === name)!;
  assert.equal(of("extradense").train, 25_000_000 / 100);
  const share = describe(modelsNamed(["bigger"])[0]).multiplyAdds / reference.multiplyAdds;
  assert.equal(of("bigger").train, 250_000 * share);
  // 15 passes through the convolutions, 60 through the rest, for 86,133 galaxies.
  const galaxy = 15 * 378_404_864 + 60 * 42_018_816;
  assert.equal(of("extradense").predict, 86_133 * galaxy / 420_423_680 / 300);
  assert.equal(estimateModels(FACTS)[0].train, undefined);
});

Deno.test("speed is good on a GPU; slowness and a busy machine are told", () => {
  const models = MODELS.map(describe);
  const speed = (train: number, more: { load?: number; software?: boolean } = {}) =>
    speedFinding({
      rates: { ...RATES.measured, train },
      estimates: estimateModels({
        ...FACTS,
        models,
        rates: { ...RATES, measured: { ...RATES.measured, train } },
      }),
      load: 0,
      cores: 2,
      software: false,
      ...more,
    });
  const fast = speed(5380);
  assert.equal(fast.state, "good");
  assert.match(
    fast.text,
    /^5,380 training .* extradense\. The 17 models .*: about .*\(estimated\)$/,
  );
  assert.match(speed(17).remedy!, /compact/);
  assert.match(speed(17, { load: 8.04, software: true }).remedy!, /a load of 8\.0 on 2 cores/);
  assert.match(speed(17, { load: 2, software: true }).remedy!, /compact/);
});

Deno.test("the table has a line for models of the same size", () => {
  const lines = estimateTable(estimateModels({ ...FACTS, rates: RATES })).split("\n");
  assert.equal(lines.length, 11);
  assert.match(lines[0], /^model +GPU memory +fits +training +prediction$/);
  assert.ok(
    lines.some((line) => /^extradense and 5 like it +505 MiB +yes +69 h 27 min/.test(line)),
  );
  assert.ok(lines.every((line) => line.length <= 80));
});

/** A check that takes no time. */
function made(name: string, excess: number, tiles: Check["tiles"] = "software"): Check {
  return { name, tiles, run: () => Promise.resolve([{ tensor: "y", deviation: 0, excess }]) };
}

gpuTest("a short look makes one check of every kernel, and all if there is time", async (gpu) => {
  const checks = [made("a 1", 0.5), made("b 1", 0.5), made("a 2", 0.5)];
  assert.deepEqual(await checkKernels(gpu, -1, checks), { checks: 2, of: 3, wrong: [] });
  assert.deepEqual(await checkKernels(gpu, Infinity, checks), { checks: 3, of: 3, wrong: [] });
});

gpuTest("what is wrong, or no number, is found", async (gpu) => {
  const checks = [made("a 1", 1.1), made("b 1", NaN), made("c 1", 1)];
  const { wrong } = await checkKernels(gpu, Infinity, checks);
  assert.deepEqual(wrong, ["a 1", "b 1"]);
});

gpuTest("the checks of a short look begin with every kernel", (gpu) => {
  const checks = inTurns(gpu);
  const kernels = new Set(checks.map(kernelOf));
  assert.deepEqual(new Set(checks.slice(0, kernels.size).map(kernelOf)), kernels);
  assert.ok(kernels.size > 10 && checks.length > 100);
  return Promise.resolve();
});

Deno.test("wrong kernels block, with what to report", () => {
  assert.equal(kernelFinding({ checks: 20, of: 164, wrong: [] }).state, "good");
  assert.match(kernelFinding({ checks: 164, of: 164, wrong: [] }).text, /^all 164 checks agree/);
  const { state, text, remedy } = kernelFinding({ checks: 20, of: 164, wrong: ["dense 3×4"] });
  assert.equal(state, "blocks");
  assert.match(text, /1 of 20 checks are wrong on this adapter: dense 3×4/);
  assert.match(remedy!, /doctor --json/);
});

Deno.test("this adapter's kernels are right, and a small model is measured on it", async () => {
  const busy: string[] = [];
  const model = narrowed(modelsNamed(["compact"])[0], 0.1);
  const looks = examineGpu({
    kind: "fast",
    seconds: -1,
    model,
    busy: (text) => busy.push(text),
  });
  const found = new Map<string, Finding>();
  let next = await looks.next();
  for (; !next.done; next = await looks.next()) found.set(next.value.topic, next.value);
  const blocking = [...found.values()].filter(({ state }) => state === "blocks");
  assert.deepEqual(blocking, []);
  assert.deepEqual([...found.keys()].filter((topic) => !/Another|First/.test(topic)), [
    ...["Adapter", "Interface", "Limits", "Features", "Tiles", "Kernels", "Models", "Speed"],
  ]);
  assert.match(found.get("Speed")!.text, /views\/s with compact\./);
  assert.equal(next.value.length, 18);
  assert.ok(next.value.every(({ train, predict }) => train! > 0 && predict! > 0));
  assert.deepEqual(busy, ["checking kernels", "measuring compact"]);
});

gpuTest("a GPU's memory is tried, a software adapter's is the system's", async (gpu) => {
  assert.equal(await memoryFor({ ...gpu, software: true }, 5 * GIBIBYTE, 123), 123);
  assert.equal(await memoryFor({ ...gpu, software: false }, 2 ** 26, 0), 2 ** 27);
  const allocate = Memory.prototype.allocate;
  let count = 0;
  // deno-lint-ignore no-explicit-any
  Memory.prototype.allocate = function (this: Memory, ...args: any) {
    if (++count > 1) return Promise.reject(new OutOfMemoryError("full"));
    return allocate.apply(this, args);
  };
  try {
    assert.equal(await memoryFor({ ...gpu, software: false }, GIBIBYTE, 0), 2 ** 27);
  } finally {
    Memory.prototype.allocate = allocate;
  }
});
