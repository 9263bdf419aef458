import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import type { Dispatch } from "../../lib/gpu/program.ts";
import { evaluate } from "../../lib/gpu/unroll.ts";
import {
  conv2dDispatch,
  conv2dInputGradientDispatch,
  conv2dWeightGradientDispatch,
} from "../../lib/nn/conv2d_kernels.ts";
import {
  denseDispatch,
  denseInputGradientDispatch,
  denseUpdateDispatch,
} from "../../lib/nn/dense_kernels.ts";
import { defaultTiles, GPU_TILES, SOFTWARE_TILES } from "../../lib/nn/tiles.ts";
import { chosen, tileKey, tilesAt, tunable, TUNED_KINDS } from "../../lib/nn/tuning.ts";
import { tileCandidates } from "../../lib/nn/tuning_candidates.ts";

const SHAPE = { C: 32, H: 20, W: 20, K: 5, F: 64, N: 256 };

Deno.test("a choice replaces what it names, at its kernel and shape only", () => {
  const key = "conv2d C32 H20 W20 K5 F64 N256";
  assert.equal(tileKey("conv2d", SHAPE), key);
  const choice = { lanes: 64, conv: { filters: 4 }, workgroup: null };
  const tiles = { ...GPU_TILES, tuned: new Map([[key, choice]]) };
  const { workgroup: _, ...rest } = tiles;
  assert.deepEqual(tilesAt(tiles, "conv2d", SHAPE), {
    ...rest,
    lanes: 64,
    conv: { filters: 4, outputs: GPU_TILES.conv.outputs },
  });
  assert.equal(tilesAt(tiles, "conv2d", { ...SHAPE, N: 512 }), tiles);
  assert.equal(tilesAt(tiles, "conv2d_input_gradient", SHAPE), tiles);
});

Deno.test("dispatches that are tuned together share a key", () => {
  const dispatch = {
    kernel: { name: "k", source: "" },
    label: "l",
    constants: {},
    bindings: [],
    workgroups: [1],
  } as const;
  assert.deepEqual(tunable("dense", { K: 2, O: 4, B: 1 }, [], [dispatch, dispatch]), [
    { ...dispatch, tileKey: "dense K2 O4 B1", results: [] },
    { ...dispatch, tileKey: "dense K2 O4 B1", results: [] },
  ]);
});

Deno.test("what is no table of tiles is refused with the entry", () => {
  const refused = (choice: Parameters<typeof chosen>[1], pattern: RegExp) =>
    assert.throws(() => chosen(SOFTWARE_TILES, choice), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, pattern);
      return true;
    });
  refused({ lane: 8 }, /tiles\.lane is no entry/);
  refused({ conv: { filters: 0 } }, /tiles\.conv\.filters cannot be 0/);
  refused({ conv: { filters: 2.5 } }, /tiles\.conv\.filters cannot be 2\.5/);
  refused({ conv: 8 }, /tiles\.conv cannot be 8/);
  refused({ lanes: null }, /tiles\.lanes is missing/);
  refused({ lanes: { conv: 1 } }, /tiles\.lanes cannot be/);
  refused({ broadcast: { lanes: 8 } }, /tiles\.broadcast\.conv is missing/);
});

Deno.test("every candidate is a table of tiles, other than the default", () => {
  for (const software of [true, false]) {
    for (const subgroup of [0, 8, 32]) {
      const tiles = defaultTiles({ software, subgroup });
      for (const kind of TUNED_KINDS) {
        const list = tileCandidates(kind, { software, subgroup });
        assert.ok(list.length > 1 && list.length < 16);
        for (const choice of list) assert.notDeepEqual(chosen(tiles, choice), tiles);
      }
    }
  }
});

/** What a workgroup takes: wgpu compiles kernels that take more memory than the adapter has. */
function demands({ kernel, constants }: Dispatch) {
  const known: Record<string, number> = { ...constants };
  const { source } = kernel;
  for (const [, name, value] of source.matchAll(/^const (\w+) = ([^;]+);/gm)) {
    known[name] = evaluate(value, known);
  }
  const arrays = [...source.matchAll(/^var<workgroup> \w+: (?:array<vec4f, (.+)>)?;/gm)];
  return {
    invocations: evaluate(/@workgroup_size\((.+)\)/.exec(source)![1], known),
    bytes: arrays.reduce((sum, [, length]) => sum + 16 * evaluate(length, known), 0),
  };
}

Deno.test("no candidate for GPUs takes more than every adapter has", () => {
  const convs = [[3, 45, 6, 32], [32, 20, 5, 64], [64, 8, 3, 128], [128, 6, 3, 256], [4, 2, 2, 4]];
  const denses = [[8192, 4096], [2048, 40], [1, 4], [512, 1024]];
  const adapter = { software: false, subgroup: 0 };
  const kernels = new Set<string>();
  for (const kind of TUNED_KINDS) {
    const tables = [{}, ...tileCandidates(kind, adapter)]
      .map((choice) => chosen(defaultTiles(adapter), choice));
    for (const tiles of tables) {
      const dispatches = [1, 4, 12, 16, 32, 64, 1024].flatMap((B) => [
        ...convs.flatMap(([C, H, K, F]) => {
          const shape = { C, H, W: H, K, F, N: 16 * B };
          return [
            conv2dDispatch(tiles, "test", shape, { RELU: 1, SIDE: 1 }, []),
            conv2dInputGradientDispatch(tiles, "test", { ...shape, C: F }, []),
            conv2dWeightGradientDispatch(tiles, "test", shape, []),
          ];
        }),
        ...denses.flatMap(([K, O]) => {
          const shape = { K, O, B }, panel = { first: 0, rows: K };
          return [
            denseDispatch(tiles, "test", shape, panel, 0, []),
            denseInputGradientDispatch(tiles, "test", shape, panel, []),
            denseUpdateDispatch(tiles, "test", shape, panel, 0.9, []),
          ];
        }),
      ]);
      for (const dispatch of dispatches) {
        kernels.add(dispatch.kernel.name);
        const { invocations, bytes } = demands(dispatch);
        const text = `${dispatch.kernel.name} ${JSON.stringify(dispatch.constants)}`;
        assert.ok(invocations >= 1 && invocations <= 256, `${text}: ${invocations} invocations`);
        assert.ok(bytes <= 16_384, `${text}: ${bytes} bytes`);
        for (const groups of dispatch.workgroups) {
          assert.ok(Number.isInteger(groups) && groups! >= 1 && groups! <= 65_535, text);
        }
      }
    }
  }
  assert.equal([...kernels].filter((name) => name.endsWith("_workgroup")).length, 4);
});
