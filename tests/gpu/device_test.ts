import assert from "node:assert/strict";
import { DeviceLostError, guarded, openGpu } from "../../lib/gpu/device.ts";
import { download, Memory } from "../../lib/gpu/memory.ts";
import { gpuTest } from "../gpu.ts";

/** No buffer can be both. */
const CONTRADICTION = GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE;

gpuTest("the adapter has a name, and llvmpipe is known to be software", (gpu) => {
  assert.notEqual(gpu.name, "");
  if (/llvmpipe/.test(gpu.name)) assert.equal(gpu.software, true);
  return Promise.resolve();
});

gpuTest("an error that nobody catches is thrown at the next check", async (gpu) => {
  gpu.check();
  gpu.device.createBuffer({ label: "contradiction", size: 4, usage: CONTRADICTION });
  await assert.rejects(gpu.finish(), /^Error: WebGPU error while working: .*MAP_READ \| STORAGE/);
  // It stays: what was computed since cannot be trusted.
  assert.throws(() => gpu.check(), /MAP_READ/);
});

gpuTest("a dispatch of what is invalid is not silent", async (gpu) => {
  const { device } = gpu;
  const buffer = device.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
  buffer.destroy();
  const encoder = device.createCommandEncoder();
  encoder.clearBuffer(buffer);
  device.queue.submit([encoder.finish()]);
  await assert.rejects(gpu.finish(), /WebGPU error/);
});

gpuTest(
  "a guarded piece of work throws its own error and says what was being done",
  async (gpu) => {
    const work = () => gpu.device.createBuffer({ size: 4, usage: CONTRADICTION });
    await assert.rejects(
      guarded(gpu, "allocating conv1", work),
      /WebGPU error while allocating conv1: /,
    );
    gpu.check();
    assert.equal(await guarded(gpu, "nothing wrong", () => 5), 5);
  },
);

gpuTest("pieces of work that are guarded side by side get their own errors", async (gpu) => {
  const wrong = () => gpu.device.createBuffer({ size: 4, usage: CONTRADICTION });
  const names = Array.from({ length: 12 }, (_, k) => k % 3 === 1 ? `wrong ${k}` : `right ${k}`);
  const outcomes = await Promise.allSettled(names.map((name) =>
    guarded(gpu, name, async () => {
      if (name.startsWith("wrong")) wrong();
      await Promise.resolve();
      return name;
    })
  ));
  for (const [k, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") assert.equal(outcome.value, `right ${k}`);
    else assert.match(outcome.reason.message, new RegExp(`error while wrong ${k}: `));
  }
  gpu.check();
});

gpuTest("a kernel that does not compile is named, with what is wrong in it", async (gpu) => {
  const compile = (code: string) =>
    guarded(gpu, "compiling it", () =>
      gpu.device.createComputePipelineAsync({
        layout: "auto",
        compute: { module: gpu.device.createShaderModule({ code }) },
      }));
  const head = "@compute @workgroup_size(1) fn";
  await assert.rejects(compile(`${head} main() { let x = y; }`), /compiling it: .*`y`/s);
  await assert.rejects(
    guarded(gpu, "compiling it", () =>
      gpu.device.createComputePipelineAsync({
        layout: "auto",
        compute: {
          module: gpu.device.createShaderModule({ code: `${head} main() {}` }),
          entryPoint: "other",
        },
      })),
    /^Error: WebGPU error while compiling it: /,
  );
  gpu.check();
});

gpuTest("a lost device is told apart", async (gpu) => {
  gpu.device.destroy();
  await gpu.device.lost;
  assert.throws(() => gpu.check(), (error) => {
    assert.ok(error instanceof DeviceLostError);
    assert.match(error.message, /^the GPU was lost \(.+\)$/);
    return true;
  });
});

Deno.test("a device that was closed on purpose is not lost", async () => {
  const gpu = await openGpu();
  gpu.close();
  await gpu.device.lost;
  gpu.check();
});

gpuTest("reading back from a lost device says so", async (gpu) => {
  const memory = new Memory(gpu);
  const slice = await memory.allocate("x", "data", 16);
  gpu.device.destroy();
  await assert.rejects(download(gpu, slice), DeviceLostError);
});
