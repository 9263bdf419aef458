import assert from "node:assert/strict";
import { type AdapterFacts, adapterFindings } from "../../lib/doctor/adapter.ts";
import { capabilityFindings } from "../../lib/doctor/capabilities.ts";
import { driverFindings } from "../../lib/doctor/driver.ts";
import type { FoundAdapter } from "../../lib/gpu/adapters.ts";

const CARD: FoundAdapter = {
  name: "NVIDIA H200",
  software: false,
  kinds: ["fast"],
  features: ["shader-f16"],
};
const SAVING: FoundAdapter = { ...CARD, name: "Intel UHD 770", kinds: ["low-power"] };
const LLVMPIPE: FoundAdapter = {
  ...CARD,
  name: "llvmpipe (LLVM 15.0.6, 256 bits)",
  software: true,
  kinds: ["fast", "low-power", "software"],
};

function found(adapters: FoundAdapter[], more: Partial<AdapterFacts> = {}) {
  return adapterFindings({
    adapters,
    kind: "fast",
    os: "linux",
    cores: 4,
    misleading: [],
    ...more,
  });
}

Deno.test("a GPU is good, and needs no remedy", () => {
  const [one, ...others] = found([{ ...CARD, kinds: ["fast", "low-power"] }]);
  assert.deepEqual(one, { topic: "Adapter", state: "good", text: "NVIDIA H200" });
  assert.deepEqual(others, []);
});

Deno.test("several adapters are listed, each with the flag that chooses it", () => {
  const all = [CARD, SAVING, { ...LLVMPIPE, kinds: ["software" as const] }];
  const texts = found(all).map(({ state, text }) => `${state}: ${text}`);
  assert.deepEqual(texts, [
    "good: NVIDIA H200",
    "good: Intel UHD 770: chosen by --adapter low-power",
    "good: llvmpipe (LLVM 15.0.6, 256 bits), on the processor: chosen by --adapter software",
  ]);
  const [used] = found(all, { kind: "low-power" });
  assert.equal(used.text, "Intel UHD 770");
});

Deno.test("a software adapter is a note, unless it was chosen", () => {
  const [only] = found([LLVMPIPE]);
  assert.equal(only.state, "note");
  assert.match(only.text, /on the processor \(4 cores\): right, but slow$/);
  const [chosen] = found([CARD, { ...LLVMPIPE, kinds: ["software"] }], { kind: "software" });
  assert.equal(chosen.state, "good");
});

Deno.test("no adapter blocks, with what to install on each system", () => {
  for (
    const [os, advice] of [["linux", /mesa-vulkan/], ["darwin", /Metal/], ["windows", /Update/]]
  ) {
    const [none, ...others] = found([], { os: os as string });
    assert.deepEqual([none.state, others], ["blocks", []]);
    assert.match(none.remedy!, advice as RegExp);
    assert.doesNotMatch(none.remedy!, /is set/);
  }
  const [misled] = found([], { misleading: ["VK_DRIVER_FILES"] });
  assert.match(misled.remedy!, /VK_DRIVER_FILES is set: does it lead to a driver that is there\?$/);
});

Deno.test("a software adapter that was asked for and is not there blocks", () => {
  const [none] = found([CARD], { kind: "software" });
  assert.equal(none.state, "blocks");
  assert.match(none.remedy!, /Leave out --adapter software/);
});

const driver = { os: "linux", adapter: "NVIDIA H200", backend: "vulkan", compiler: undefined };

Deno.test("Linux has Vulkan, or a note that it may not", () => {
  assert.deepEqual(driverFindings(driver).map(({ state }) => state), ["good"]);
  for (const backend of [undefined, "gl", "vulkan,gl"]) {
    const [finding] = driverFindings({ ...driver, backend });
    assert.equal(finding.state, "note");
    assert.match(finding.text, /OpenGL/);
  }
  assert.deepEqual(driverFindings({ ...driver, os: "darwin", backend: undefined }), [
    { topic: "Interface", state: "good", text: "Metal" },
  ]);
});

Deno.test("Windows names the shader compiler", () => {
  const compiler = (name: string | undefined, backend?: string) =>
    driverFindings({ ...driver, os: "windows", compiler: name, backend })[1];
  assert.equal(compiler(undefined).state, "note");
  assert.match(compiler(undefined).remedy!, /DENO_WEBGPU_DX12_COMPILER=dynamicdxc/);
  assert.equal(compiler("DynamicDxc").state, "good");
  assert.match(compiler("gcc").text, /gcc, which Deno does not know/);
  assert.equal(compiler(undefined, "vulkan"), undefined);
});

Deno.test("llvmpipe of Mesa 25 is known by its LLVM, and its first compilation told", () => {
  const topics = (adapter: string) =>
    driverFindings({ ...driver, adapter }).map(({ topic, state }) => `${topic} ${state}`);
  assert.deepEqual(topics("llvmpipe (LLVM 15.0.6, 256 bits)"), ["Interface good"]);
  assert.deepEqual(topics("llvmpipe (LLVM 19.1.7, 256 bits)"), [
    "Interface good",
    "First compilation note",
  ]);
  assert.deepEqual(topics("NVIDIA LLVM 20"), ["Interface good"]);
});

Deno.test("limits and features are told, and what is lost without timestamps", () => {
  const facts = {
    limits: {
      maxBufferSize: 2 ** 31 - 1,
      maxStorageBufferBindingSize: 2 ** 27,
      maxComputeWorkgroupStorageSize: 2 ** 14,
      maxComputeInvocationsPerWorkgroup: 256,
    },
    subgroup: 32,
    f16: true,
    timestamps: true,
  };
  const [limits, features] = capabilityFindings(facts);
  assert.equal(
    limits.text,
    "2 GiB in a buffer, 128 MiB in a binding; workgroups of 256 with 16 KiB",
  );
  assert.deepEqual(features, {
    topic: "Features",
    state: "good",
    text: "subgroups of 32, half floats, timestamps",
  });
  const [, without] = capabilityFindings({ ...facts, subgroup: 0, f16: false, timestamps: false });
  assert.equal(without.state, "note");
  assert.match(without.text, /^no subgroups of one known size, no half floats, no timestamps: /);
});
