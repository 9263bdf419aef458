/** Candidates for the GPUs of a vendor: whose they are, whether they can run, and what they compute. */
import assert from "node:assert/strict";
import { cardOf, CARDS, TYPICAL } from "../../lib/expect/cards.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import { type Vendor, vendorOf } from "../../lib/gpu/adapters.ts";
import { conv2dForward } from "../../lib/nn/conv2d/forward.ts";
import {
  alternatives,
  type AnyOperation,
  type KernelPlan,
  planned,
  variantOf,
} from "../../lib/nn/variants.ts";
import { choiceText } from "../../lib/tune/choice_text.ts";
import { Ledger } from "../../lib/tune/ledger.ts";
import { OPERATIONS } from "../../lib/tune/operations.ts";
import { tune } from "../../lib/tune/tune.ts";
import { candidatesFor } from "../../lib/tune/vendors.ts";
import { gpuTest } from "../gpu.ts";
import { checkDemands } from "../nn/demands.ts";

const VENDORS = ["nvidia", "amd", "apple", "intel"] as const;
const GPU = { software: false, subgroup: 32 };

const info = (vendor: string, device = "", description = "", more = {}) =>
  ({ vendor, device, description, architecture: "", ...more }) as GPUAdapterInfo;

Deno.test("a vendor is known by its number, by its word, and by the adapter's name", () => {
  const known: [GPUAdapterInfo, Vendor | undefined][] = [
    [info("4318", "9008", "NVIDIA H100 80GB HBM3"), "nvidia"],
    [info("4098", "29772", "AMD Radeon RX 7900 XTX (RADV NAVI31)"), "amd"],
    [info("32902", "57867", "Intel(R) Arc(TM) B580 Graphics (BMG G21)"), "intel"],
    [info("4203", "0", "Apple M1 (G13G B0)"), "apple"],
    [info("0", "0", "Apple M2 Pro"), "apple"],
    [info("nvidia", "", "", { architecture: "turing" }), "nvidia"],
    [info("", "", ""), undefined],
    [info("20803", "1", "Adreno (TM) 740"), undefined],
    [info("65541", "0", "llvmpipe (LLVM 15.0.6, 256 bits)"), undefined],
    [info("32902", "0", "SwiftShader Device (Subzero)"), undefined],
    [info("4318", "0", "NVIDIA", { isFallbackAdapter: true }), undefined],
  ];
  for (const [adapter, vendor] of known) {
    assert.equal(vendorOf(adapter), vendor, JSON.stringify(adapter));
  }
});

Deno.test("an adapter is reckoned as the card that it is called, or as a typical one of its vendor", () => {
  assert.equal(cardOf({ name: "NVIDIA H200", vendor: "nvidia" })?.name, "h200");
  assert.equal(cardOf({ name: "NVIDIA T4", vendor: "nvidia" }), TYPICAL.nvidia);
  assert.equal(cardOf({ name: "Apple M4 Max", vendor: "apple" }), TYPICAL.apple);
  assert.equal(cardOf({ name: "Adreno (TM) 740", vendor: undefined }), undefined);
  for (const { name } of Object.values(TYPICAL)) {
    assert.ok(CARDS.every(({ adapter }) => !adapter.test(name)), name);
  }
});

/** Shapes of the paper's networks, at a minibatch of training and at one of prediction. */
const SHAPES: Readonly<Record<string, readonly object[]>> = {
  conv2d: [[3, 45, 6, 32], [32, 20, 5, 64], [64, 8, 3, 128], [128, 6, 3, 128]].flatMap(
    ([C, H, K, F]) => [16, 128].map((batch) => ({ C, H, W: H, K, F, N: 16 * batch })),
  ),
  dense: [[8192, 4096], [2048, 40], [512, 1024]].flatMap(
    ([K, O]) => [16, 128].map((B) => ({ K, O, B })),
  ),
};

function shapesOf({ name }: AnyOperation): readonly object[] {
  const shapes = SHAPES[name.split(" ")[0]];
  if (name === conv2dForward.name) return shapes.map((shape) => ({ ...shape, RELU: 1, SIDE: 1 }));
  return name === "conv2d input gradient"
    ? shapes.filter((shape) => "C" in shape && Number(shape.C) % 4 === 0)
    : shapes;
}

for (const vendor of VENDORS) {
  Deno.test(`what ${vendor}'s GPUs try beside the rest is there, and takes no more than every adapter has`, () => {
    let added = 0;
    for (const operation of OPERATIONS) {
      for (const shape of shapesOf(operation)) {
        const usual = new Set(alternatives(operation, GPU, shape).map(choiceText));
        const all = candidatesFor(operation, { ...GPU, vendor }, shape);
        assert.equal(new Set(all.map(choiceText)).size, all.length, "each once");
        for (const choice of all.filter((choice) => !usual.has(choiceText(choice)))) {
          added++;
          variantOf(operation, choice);
          const made = planned(
            operation as typeof conv2dForward,
            GPU,
            () => choice,
            shape as never,
          );
          const plan = typeof made === "function"
            ? (made as (rows: number) => KernelPlan<string>)((shape as { K: number }).K)
            : made;
          checkDemands(plan, [choice, vendor]);
        }
      }
    }
    assert.ok(added > 50, `${added}`);
  });
}

Deno.test("adapters that compute on the processor, and others' GPUs, try what they tried before", () => {
  for (const operation of OPERATIONS) {
    const [shape] = shapesOf(operation);
    for (const machine of [GPU, { software: true, subgroup: 8 }]) {
      const usual = alternatives(operation, machine, shape);
      assert.deepEqual(candidatesFor(operation, { ...machine, vendor: undefined }, shape), usual);
    }
    const software = { software: true, subgroup: 8 };
    assert.deepEqual(
      candidatesFor(operation, { ...software, vendor: "amd" }, shape),
      alternatives(operation, software, shape),
    );
  }
});

/** Enough filters and units for tiles to differ. */
const MODEL = defineModel("sixteen", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 4, size: 6 }).maxPool()
    .conv({ filters: 16, size: 5 }).maxPool()
    .conv({ filters: 16, size: 3 })
    .conv({ filters: 4, size: 3 }).maxPool()
    .merge()
    .maxout(32)
    .answers());

gpuTest("what any vendor's GPUs try computes what the default does", async (gpu) => {
  const said: string[] = [];
  const ledger = new Ledger();
  const machine = { ...gpu, software: false, subgroup: 0 };
  const candidates: typeof candidatesFor = (operation, _, shape) => {
    const all = VENDORS.flatMap((vendor) =>
      candidatesFor(operation, { ...machine, vendor }, shape)
    );
    return [...new Map(all.map((choice) => [choiceText(choice), choice])).values()];
  };
  const options = { models: [MODEL], batch: 4, predictBatch: 4, repeats: 1 };
  for (const only of ["forward C16 H8", "gradient C16 H8", "K256 O64"]) {
    await tune(machine, {
      ...options,
      milliseconds: Infinity,
      only,
      candidates,
      ledger,
      say: (text) => said.push(text),
    }, () => {});
  }
  assert.deepEqual(said.filter((text) => text.startsWith("left out")), []);
  const tried = Object.values(ledger.measured).flatMap(({ tried }) => Object.values(tried));
  assert.ok(tried.length > 30, `${tried.length} candidates`);
  assert.ok(tried.every(({ times }) => times !== null && times > 0));
});
