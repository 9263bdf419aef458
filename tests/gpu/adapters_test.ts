import assert from "node:assert/strict";
import { chooseAdapter, isSoftware, listAdapters, requestAdapter } from "../../lib/gpu/adapters.ts";
import { NoAdapterError, openGpu } from "../../lib/gpu/device.ts";

Deno.test("every adapter is listed once, with the questions that it answers", async () => {
  const adapters = await listAdapters();
  const names = adapters.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
  const kinds = adapters.flatMap(({ kinds }) => kinds);
  assert.deepEqual(kinds.length, new Set(kinds).size);
  assert.ok(kinds.includes("fast") && kinds.includes("low-power"));
});

Deno.test("a device is of the adapter that was chosen", async () => {
  const software = await requestAdapter("software");
  try {
    chooseAdapter("software");
    if (!software) return await assert.rejects(openGpu(), NoAdapterError);
    const gpu = await openGpu();
    gpu.close();
    assert.equal(gpu.software, isSoftware(software.info));
    assert.equal(gpu.software, true);
  } finally {
    chooseAdapter("fast");
  }
});
