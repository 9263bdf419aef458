/** What is counted from the source is what the adapter does, for every variant of every operation. */
import assert from "node:assert/strict";
import { countAll, countOf } from "../../lib/expect/count.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import type { Dispatch } from "../../lib/gpu/kernel.ts";
import { Memory } from "../../lib/gpu/memory.ts";
import { conv2dForward } from "../../lib/nn/conv2d/forward.ts";
import { conv2dInputGradient } from "../../lib/nn/conv2d/input_gradient.ts";
import { type Conv2dShape, outputsOf } from "../../lib/nn/conv2d/shape.ts";
import { conv2dWeightGradient } from "../../lib/nn/conv2d/weight_gradient.ts";
import { denseForward } from "../../lib/nn/dense/forward.ts";
import { denseInputGradient } from "../../lib/nn/dense/input_gradient.ts";
import { denseUpdate } from "../../lib/nn/dense/update.ts";
import type { AnyOperation, KernelPlan, Machine } from "../../lib/nn/variants.ts";
import { gpuTest } from "../gpu.ts";
import { COUNTED, countedRun } from "./counted_run.ts";

const MACHINES: readonly Machine[] = [{ software: false, subgroup: 32 }, {
  software: true,
  subgroup: 8,
}];

const CONV = { C: 4, H: 7, W: 6, K: 3, F: 8, N: 20 };
/** So many channels and filters that GPUs cut the sums into slices. */
const LONG = { C: 20, H: 4, W: 4, K: 3, F: 36, N: 33 };
const DENSE = { K: 37, O: 12, B: 8 };
function convNumbers(shape: Conv2dShape) {
  const { C, H, W, K, F, N } = shape, { HO, WO } = outputsOf(shape);
  return { x: C * H * W * N, w: C * K ** 2 * F, b: F * HO * WO, y: F * HO * WO * N };
}
const CONV_NUMBERS = convNumbers(CONV), LONG_NUMBERS = convNumbers(LONG);
const DENSE_NUMBERS = { x: DENSE.K * DENSE.B, w: DENSE.K * DENSE.O, y: DENSE.O * DENSE.B };

/** Numbers in each binding, and products that the operation asks for. */
interface Case {
  readonly operation: AnyOperation;
  readonly shape: object;
  readonly numbers: (constants: Readonly<Record<string, number>>) => Record<string, number>;
  readonly products: number;
}

const convProducts = CONV_NUMBERS.y * CONV.C * CONV.K ** 2;
const denseProducts = DENSE.K * DENSE.O * DENSE.B;
const CASES: readonly Case[] = [
  {
    operation: conv2dForward,
    shape: { ...CONV, RELU: 1, SIDE: 1 },
    numbers: () => CONV_NUMBERS,
    products: convProducts,
  },
  {
    operation: conv2dInputGradient,
    shape: CONV,
    numbers: () => ({ ...CONV_NUMBERS, dy: CONV_NUMBERS.y, dx: CONV_NUMBERS.x }),
    products: convProducts,
  },
  {
    operation: conv2dWeightGradient,
    shape: CONV,
    numbers: ({ SPLITS }) => ({
      ...CONV_NUMBERS,
      dy: CONV_NUMBERS.y,
      partial: SPLITS * CONV_NUMBERS.w,
    }),
    products: convProducts,
  },
  {
    operation: denseForward,
    shape: DENSE,
    numbers: ({ SPLITS }) => ({ ...DENSE_NUMBERS, partial: SPLITS * DENSE_NUMBERS.y }),
    products: denseProducts,
  },
  {
    operation: denseInputGradient,
    shape: DENSE,
    numbers: () => ({ ...DENSE_NUMBERS, dy: DENSE_NUMBERS.y, dx: DENSE_NUMBERS.x }),
    products: denseProducts,
  },
  {
    operation: denseUpdate,
    shape: DENSE,
    numbers: () => ({
      ...DENSE_NUMBERS,
      dy: DENSE_NUMBERS.y,
      v: DENSE_NUMBERS.w,
      state: 4,
    }),
    products: denseProducts + 2 * DENSE_NUMBERS.w,
  },
];

/** The dispatch of a variant with the default tile of a machine, its buffers holding zeros. */
async function dispatchOf(
  memory: Memory,
  { operation, shape, numbers }: Case,
  name: string,
  machine: Machine,
): Promise<Dispatch> {
  const variant = operation.variants.find((variant) => variant.name === name)!;
  const made = variant.plan(shape, variant.tile(machine)) as
    | KernelPlan<string>
    | ((rows: number) => KernelPlan<string>);
  const plan = typeof made === "function" ? made(DENSE.K) : made;
  const { kernel } = plan;
  const known = { ...plan.constants, FIRST: 0, MOMENTUM: 0.9 } as Record<string, number>;
  const counts = numbers(known);
  const bindings = [];
  for (const name of kernel.bindings) {
    bindings.push(await memory.allocate(name, "data", counts[name]));
  }
  const constants = Object.fromEntries(kernel.constants.map((name) => [name, known[name]]));
  return { ...plan, label: kernel.name, bindings, constants };
}

const VARIANTS = CASES.flatMap((one) =>
  one.operation.variants.flatMap(({ name }) =>
    // The naive kernels have one tile for all.
    (name === "naive" ? MACHINES.slice(0, 1) : MACHINES).map((machine) => ({
      one,
      variant: name,
      machine,
    }))
  )
);

const longProducts = LONG_NUMBERS.y * LONG.C * LONG.K ** 2;
const SLICED: readonly Case[] = [
  {
    operation: conv2dForward,
    shape: { ...LONG, RELU: 1, SIDE: 1 },
    numbers: () => LONG_NUMBERS,
    products: longProducts,
  },
  {
    operation: conv2dInputGradient,
    shape: LONG,
    numbers: () => ({ ...LONG_NUMBERS, dy: LONG_NUMBERS.y, dx: LONG_NUMBERS.x }),
    products: longProducts,
  },
];

async function withDispatchOf(
  gpu: Gpu,
  { one, variant, machine }: typeof VARIANTS[number],
  body: (dispatch: Dispatch) => Promise<void> | void,
) {
  const memory = new Memory(gpu);
  try {
    await body(await dispatchOf(memory, one, variant, machine));
  } finally {
    memory.destroy();
  }
}

for (const tested of VARIANTS) {
  const { one, variant, machine } = tested;
  const kind = variant === "naive"
    ? "any adapter"
    : machine.software
    ? "software adapters"
    : "GPUs";
  gpuTest(
    `${one.operation.name}, ${variant} for ${kind}: counts are those of a run`,
    async (gpu) => {
      if (variant === "subgroup" && gpu.subgroup < 4) {
        return console.warn(`NOT RUN: ${gpu.name} has no subgroups of one known size`);
      }
      await withDispatchOf(gpu, tested, (dispatch) => compareCounts(gpu, dispatch, one.products));
    },
  );
}

for (const one of SLICED) {
  gpuTest(`${one.operation.name} in slices for GPUs: counts are those of a run`, async (gpu) => {
    const sliced = { one, variant: "workgroup", machine: MACHINES[0] };
    await withDispatchOf(gpu, sliced, async (dispatch) => {
      assert.ok(dispatch.constants.SLICES > 1);
      await compareCounts(gpu, dispatch, one.products);
    });
  });
}

async function compareCounts(gpu: Gpu, dispatch: Dispatch, products: number) {
  const counted = countAll(dispatch);
  const picked = Object.fromEntries(COUNTED.map((name) => [name, counted[name]]));
  assert.deepEqual(picked, await countedRun(gpu, dispatch));
  // What the lanes that have nothing to do compute is beyond it.
  assert.ok(counted.multiplyAdds >= products, `${counted.multiplyAdds} < ${products}`);
  assert.equal(countOf(dispatch).memoryBytes, onceEach(dispatch));
}

/** Bytes of all bindings, those twice that are read and written. */
function onceEach({ kernel: { bindings: names }, bindings }: Dispatch): number {
  const updates = names.includes("v");
  return bindings.reduce(
    (sum, { size }, at) => sum + size * (updates && "wv".includes(names[at]) ? 2 : 1),
    0,
  );
}

gpuTest("the naive kernels compute what the formula asks for, and nothing else", async (gpu) => {
  for (const tested of VARIANTS.filter(({ variant }) => variant === "naive")) {
    await withDispatchOf(gpu, tested, (dispatch) => {
      const { multiplyAdds } = countAll(dispatch);
      assert.equal(multiplyAdds, tested.one.products, dispatch.label);
    });
  }
});
