import assert from "node:assert/strict";
import { dispatch, kernel } from "../../lib/gpu/kernel.ts";
import { conv2dForward } from "../../lib/nn/conv2d/forward.ts";
import { conv2dInputGradient } from "../../lib/nn/conv2d/input_gradient.ts";
import { conv2dWeightGradient } from "../../lib/nn/conv2d/weight_gradient.ts";
import { denseForward } from "../../lib/nn/dense/forward.ts";
import { denseInputGradient } from "../../lib/nn/dense/input_gradient.ts";
import { denseUpdate } from "../../lib/nn/dense/update.ts";
import {
  alternatives,
  type AnyOperation,
  type Choice,
  choiceKey,
  defaultVariant,
  type KernelPlan,
  type Machine,
  type Operation,
  planned,
  tunable,
} from "../../lib/nn/variants.ts";
import { checkDemands } from "./demands.ts";

/** Two ways to multiply, of which the first needs subgroups. */
const DOUBLING: Operation<{ N: number }, string> = {
  name: "doubling",
  variants: [
    {
      name: "fast",
      fits: ({ subgroup }, { N }) => subgroup > 0 && N % 4 === 0,
      tile: ({ subgroup }) => ({ lanes: subgroup, rows: 2 }),
      candidates: ({ subgroup }) => subgroup > 0 ? [{ rows: 4 }, { rows: 8 }] : [],
      plan: ({ N }, { lanes, rows }) => `fast ${N} ${lanes} ${rows}`,
    },
    {
      name: "naive",
      fits: () => true,
      tile: () => ({ lanes: 64 }),
      candidates: () => [{}],
      plan: ({ N }, { lanes }) => `naive ${N} ${lanes}`,
    },
  ],
};
const WITH_SUBGROUPS: Machine = { software: true, subgroup: 8 };
const WITHOUT: Machine = { software: true, subgroup: 0 };

Deno.test("the first variant that fits runs, with its tiles for the machine", () => {
  assert.equal(planned(DOUBLING, WITH_SUBGROUPS, undefined, { N: 8 }), "fast 8 8 2");
  assert.equal(planned(DOUBLING, WITH_SUBGROUPS, undefined, { N: 7 }), "naive 7 64");
  assert.equal(planned(DOUBLING, WITHOUT, undefined, { N: 8 }), "naive 8 64");
});

Deno.test("a choice counts at its operation and shape only", () => {
  const choose = (choice: Choice) => (operation: AnyOperation, shape: object) =>
    choiceKey(operation, shape) === "doubling N8" ? choice : undefined;
  const naive = choose({ variant: "naive" });
  assert.equal(planned(DOUBLING, WITH_SUBGROUPS, naive, { N: 8 }), "naive 8 64");
  assert.equal(planned(DOUBLING, WITH_SUBGROUPS, naive, { N: 12 }), "fast 12 8 2");
  const rows = choose({ variant: "fast", tile: { rows: 16 } });
  assert.equal(planned(DOUBLING, WITH_SUBGROUPS, rows, { N: 8 }), "fast 8 8 16");
});

Deno.test("a choice of no variant, entry or size that there is is refused by name", () => {
  const refused = (choice: Choice, message: RegExp) =>
    assert.throws(() => planned(DOUBLING, WITH_SUBGROUPS, () => choice, { N: 8 }), { message });
  refused({ variant: "faster" }, /doubling has no variant faster/);
  refused({ variant: "naive", tile: { rows: 2 } }, /doubling, naive: no tile has a rows/);
  refused({ variant: "fast", tile: { rows: 0 } }, /doubling, fast: rows cannot be 0/);
  refused({ variant: "fast", tile: { rows: 2.5 } }, /rows cannot be 2\.5/);
  refused({ variant: "fast", tile: { rows: 1e6 } }, /rows cannot be 1000000/);
});

Deno.test("an operation none of whose variants fits is refused with the shape", () => {
  const { name, variants: [fast] } = DOUBLING;
  const operation = { name, variants: [fast] };
  assert.throws(() => defaultVariant(operation, WITHOUT, { N: 8 }), {
    message: "no variant of doubling fits doubling N8",
  });
});

Deno.test("what is tried are the candidates of all variants", () => {
  const fast = [{ variant: "fast", tile: { rows: 4 } }, { variant: "fast", tile: { rows: 8 } }];
  const naive = { variant: "naive", tile: {} };
  assert.deepEqual(alternatives(DOUBLING, WITH_SUBGROUPS, { N: 8 }), [...fast, naive]);
  assert.deepEqual(alternatives(DOUBLING, WITHOUT, { N: 8 }), [naive]);
});

Deno.test("dispatches that are tuned together share an operation and a shape", () => {
  const run = { label: "l", constants: {}, bindings: {}, workgroups: [1] } as const;
  const made = dispatch(kernel("k", [""], [], []), run);
  const marks = { operation: DOUBLING, shape: { N: 8 }, results: [] };
  assert.deepEqual(tunable(DOUBLING, { N: 8 }, [], [made, made]), [
    { ...made, ...marks },
    { ...made, ...marks },
  ]);
});

/** Filters of the paper's networks among them, at batches from one image on. */
const BATCHES = [1, 4, 12, 16, 32, 64, 1024];
const CONVOLUTIONS = [[3, 45, 6, 32], [32, 20, 5, 64], [64, 8, 3, 128], [4, 2, 2, 4]].flatMap(
  ([C, H, K, F]) => BATCHES.map((B) => ({ C, H, W: H, K, F, N: 16 * B })),
);
const PRODUCTS = [[8192, 4096], [2048, 40], [1, 4], [512, 1024]].flatMap(
  ([K, O]) => [...BATCHES, 5].map((B) => ({ K, O, B })),
);

type AnyPlan = KernelPlan<string> | ((rows: number) => KernelPlan<string>);
const OPERATIONS: readonly [Operation<never, AnyPlan>, readonly object[]][] = [
  [conv2dForward, CONVOLUTIONS.map((shape) => ({ ...shape, RELU: 1, SIDE: 1 }))],
  [conv2dInputGradient, CONVOLUTIONS.filter(({ C }) => C % 4 === 0)],
  [conv2dWeightGradient, CONVOLUTIONS],
  [denseForward, PRODUCTS],
  [denseInputGradient, PRODUCTS],
  [denseUpdate, PRODUCTS],
];

Deno.test("naive comes last, fits everything, and is not tried", () => {
  for (const [operation, shapes] of OPERATIONS) {
    const naive = operation.variants.at(-1)!;
    assert.equal(naive.name, "naive");
    for (const shape of shapes) {
      assert.ok(naive.fits(WITHOUT, shape as never));
      assert.deepEqual(naive.candidates(WITHOUT, shape as never), []);
    }
  }
});

for (const [operation, shapes] of OPERATIONS) {
  Deno.test(`nothing that ${operation.name} may be takes more than every adapter has`, () => {
    const names = new Set<string>();
    for (const software of [true, false]) {
      for (const subgroup of [0, 8, 32]) {
        const machine = { software, subgroup };
        for (const shape of shapes as never[]) {
          const choices = [
            undefined,
            { variant: "naive" },
            ...alternatives(operation, machine, shape),
          ];
          for (const choice of choices) {
            const made = planned(operation, machine, choice && (() => choice), shape);
            const plan = typeof made === "function" ? made((shape as { K: number }).K) : made;
            names.add(plan.kernel.name);
            checkDemands(plan, [choice, machine]);
          }
        }
      }
    }
    assert.equal(names.size, operation.variants.length, [...names].join());
  });

  Deno.test(`what tune tries for ${operation.name} is not the default again`, () => {
    for (const machine of [{ software: true, subgroup: 8 }, { software: false, subgroup: 32 }]) {
      const shape = shapes[3] as never; // 16 examples
      const list = alternatives(operation, machine, shape);
      assert.ok(list.length > 1 && list.length < 20, `${list.length}`);
      const standard = defaultVariant(operation, machine, shape);
      for (const { variant, tile } of list) {
        if (variant !== standard.name) continue;
        assert.notDeepEqual({ ...standard.tile(machine), ...tile }, standard.tile(machine));
      }
    }
  });
}
