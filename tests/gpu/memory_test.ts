import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { download, mebibytes, Memory, part, upload } from "../../lib/gpu/memory.ts";
import { withLimits } from "../../lib/verify/checks/bench.ts";
import { gpuTest } from "../gpu.ts";

gpuTest("buffers have their labels and are counted by use", async (gpu) => {
  const memory = new Memory(gpu);
  const weight = await memory.allocate("conv1.weight", "parameters", 100);
  await memory.allocate("conv1.weight velocity", "velocities", 100);
  await memory.allocate("losses", "data", 1);
  assert.equal(weight.buffer.label, "conv1.weight");
  assert.equal(memory.count, 3);
  const expected = { parameters: 400, velocities: 400, activations: 0, gradients: 0, data: 16 };
  assert.deepEqual(memory.bytes, expected);
  memory.destroy();
});

gpuTest("a new buffer holds zeros", async (gpu) => {
  const memory = new Memory(gpu);
  const slice = await memory.allocate("zeros", "data", 1000);
  assert.deepEqual(await download(gpu, slice), new Float32Array(1000));
  memory.destroy();
});

gpuTest("what is uploaded comes back, also to and from a part of a buffer", async (gpu) => {
  const memory = new Memory(gpu);
  const slice = await memory.allocate("numbers", "data", 8);
  upload(gpu, slice, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const middle = part(slice, 2, 4);
  // A view into a longer array: only its own elements are copied.
  upload(gpu, part(middle, 1, 2), Float32Array.of(0, 30, 40, 0).subarray(1, 3));
  assert.deepEqual(await download(gpu, middle), Float32Array.of(3, 30, 40, 6));
  assert.deepEqual(await download(gpu, slice, 3), Float32Array.of(1, 2, 3));
  assert.throws(() => upload(gpu, middle, new Float32Array(5)), {
    name: "RangeError",
    message: "20 bytes do not fit into 16 of numbers",
  });
  memory.destroy();
});

gpuTest("an upload in several pieces arrives whole", async (gpu) => {
  const memory = new Memory(gpu);
  const count = 2 * 2 ** 22 + 5;
  const slice = await memory.allocate("numbers", "data", count + 1);
  const numbers = new Float32Array(new SharedArrayBuffer(4 * (count + 2)));
  numbers.forEach((_, index) => numbers[index] = index % 65_521);
  upload(gpu, part(slice, 1, count), numbers.subarray(2));
  const back = await download(gpu, slice, count + 1);
  assert.equal(back[0], 0);
  assert.ok(back.subarray(1).every((number, index) => number === numbers[index + 2]));
  memory.destroy();
});

gpuTest("a buffer over the adapter's limit is refused with both numbers", async (gpu) => {
  const small = withLimits(gpu, { maxBufferSize: 3 * 2 ** 20 });
  await assert.rejects(new Memory(small).allocate("views", "data", 2 ** 20), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^views needs 4\.0 MiB .* allows 3\.0 MiB$/);
    return true;
  });
});

Deno.test("sizes are told in mebibytes", () => {
  assert.equal(mebibytes(2 ** 27), "128 MiB");
  assert.equal(mebibytes(1.5 * 2 ** 20), "1.5 MiB");
});
