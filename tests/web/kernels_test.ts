/** Every kernel, in every variant, through the compiler of a browser. */
import assert from "node:assert/strict";
import { unbuiltPrograms } from "../../bench/unbuilt.ts";
import { serveFolder } from "../../lib/browser/serve.ts";
import { compact } from "../../lib/galaxy/models/compact.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { KNOWN_MODELS } from "../../lib/galaxy/models/all.ts";
import { inDialect } from "../../lib/gpu/dialect.ts";
import { kernelCode } from "../../lib/gpu/program.ts";
import { defaultTiles } from "../../lib/nn/tiles.ts";
import { inFolder } from "../data/folder.ts";
import { inBrowser } from "../browser.ts";

/** On a GPU, on one without subgroups, and on the processor. */
const MACHINES = [
  { software: false, subgroup: 32 },
  { software: false, subgroup: 0 },
  { software: true, subgroup: 8 },
  { software: true, subgroup: 4 },
];
const subgroupLine = "enable subgroups;\n";

/** Compiles modules, on a device that has all it can have; gives what the compiler complains of. */
const COMPILE = `async (codes) => {
  const adapter = await navigator.gpu.requestAdapter();
  const requiredFeatures = adapter.features.has("subgroups") ? ["subgroups"] : [];
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = adapter.limits;
  const device = await adapter.requestDevice({ requiredFeatures });
  const problems = [];
  for (const [name, code] of codes) {
    device.pushErrorScope("validation");
    const info = await device.createShaderModule({ code }).getCompilationInfo();
    const error = await device.popErrorScope();
    const message = info.messages.find(({ type }) => type === "error");
    if (error || message) problems.push(name + ": " + (message?.message ?? error.message));
  }
  return { subgroups: requiredFeatures.length > 0, problems };
}`;

inBrowser("Chromium compiles every kernel in every variant", async (browser) => {
  const codes = new Map<string, string>();
  const models = [
    extradense,
    compact,
    ...KNOWN_MODELS.filter(({ name }) =>
      ["normconstraint", "shareddense", "bigger"].includes(name)
    ),
  ];
  for (const model of models) {
    for (const machine of MACHINES) {
      const programs = await unbuiltPrograms(model, 16, defaultTiles(machine));
      for (const dispatch of Object.values(programs).flat()) {
        const code = inDialect({ subgroupLine }, kernelCode(dispatch));
        if (!codes.has(code)) {
          codes.set(code, `${model.name} ${dispatch.label} (${dispatch.kernel.name})`);
        }
      }
    }
  }
  assert.ok(codes.size > 150, `${codes.size} modules`);
  const kernels = new Set([...codes.values()].map((name) => /\((.*)\)$/.exec(name)![1]));
  assert.ok(kernels.size > 25, `${kernels.size} kernels`);
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/index.html`, "<!DOCTYPE html><title>empty</title>");
    const site = await serveFolder(folder);
    try {
      const page = await browser.open();
      await page.go(site.url);
      await page.until("navigator.gpu");
      const list = JSON.stringify([...codes].map(([code, name]) => [name, code]));
      const { subgroups, problems } = await page.evaluate<
        { subgroups: boolean; problems: string[] }
      >(
        `(${COMPILE})(${list})`,
      );
      console.log(`${codes.size} modules of ${kernels.size} kernels`);
      assert.ok(subgroups, "this browser has no subgroups: their kernels cannot be compiled");
      assert.deepEqual(problems, []);
    } finally {
      await site.close();
    }
  });
});
