import assert from "node:assert/strict";
import { Memory, part, upload } from "../../lib/gpu/memory.ts";
import { ReadBack } from "../../lib/gpu/read_back.ts";
import { gpuTest } from "../gpu.ts";

gpuTest("numbers come back in pieces, through one buffer", async (gpu) => {
  const memory = new Memory(gpu);
  const numbers = Float32Array.from({ length: 30 }, (_, index) => index / 7);
  const slice = await memory.allocate("numbers", "data", numbers.length);
  upload(gpu, slice, numbers);
  const readBack = await ReadBack.allocate(gpu, memory, "read back", 8);
  const buffers = memory.count;
  for (const count of [30, 8, 1]) {
    assert.deepEqual(await readBack.download(slice, count), numbers.slice(0, count));
  }
  assert.deepEqual(await readBack.download(part(slice, 5, 20), 20), numbers.slice(5, 25));
  assert.equal(memory.count, buffers);
  memory.destroy();
});

gpuTest("what is recorded is read as it was then, though it changes afterwards", async (gpu) => {
  const memory = new Memory(gpu);
  const slice = await memory.allocate("numbers", "data", 4);
  const readBack = await ReadBack.allocate(gpu, memory, "read back", 4);
  upload(gpu, slice, Float32Array.of(1, 2, 3, 4));
  const encoder = gpu.device.createCommandEncoder();
  readBack.record(encoder, slice, 4);
  gpu.device.queue.submit([encoder.finish()]);
  upload(gpu, slice, Float32Array.of(5, 6, 7, 8));
  assert.deepEqual(await readBack.read(4), Float32Array.of(1, 2, 3, 4));
  assert.deepEqual(await readBack.download(slice, 4), Float32Array.of(5, 6, 7, 8));
  memory.destroy();
});

gpuTest("what has not been read yet is not overwritten: that is an error", async (gpu) => {
  const memory = new Memory(gpu);
  const slice = await memory.allocate("numbers", "data", 4);
  const readBack = await ReadBack.allocate(gpu, memory, "read back", 4);
  const encoder = gpu.device.createCommandEncoder();
  readBack.record(encoder, slice, 4);
  assert.equal(readBack.waiting, true);
  assert.throws(() => readBack.record(encoder, slice, 4), /two readings at a time/);
  gpu.device.queue.submit([encoder.finish()]);
  await readBack.read(4);
  assert.equal(readBack.waiting, false);
  memory.destroy();
});
