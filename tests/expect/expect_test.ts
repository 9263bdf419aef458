import assert from "node:assert/strict";
import { CARDS } from "../../lib/expect/cards.ts";
import { countOf } from "../../lib/expect/count.ts";
import { clockAt, expectation } from "../../lib/expect/expect.ts";
import { reachOf } from "../../lib/expect/reach.ts";
import { schedule } from "../../lib/expect/schedule.ts";
import { alone, type Waits } from "../../lib/expect/timeline.ts";
import type { Access, Piece } from "../../lib/expect/trace.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { dispatch, kernel } from "../../lib/gpu/kernel.ts";
import type { Slice } from "../../lib/gpu/memory.ts";
import { defaultTiles } from "../../lib/nn/tiles.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { unbuiltPrograms } from "../../bench/unbuilt.ts";

const LANES = Array.from({ length: 32 }, (_, lane) => lane);
const access = (bytes: number, binding = 0): Access => ({
  binding,
  bytes,
  store: false,
  address: () => 0,
});

Deno.test("neighbours come in one clock, one number for all too, rows apart in one clock each", () => {
  const clocks = (bytes: number, address: (lane: number) => number) =>
    reachOf(access(bytes), LANES.map(address)).clocks;
  assert.equal(clocks(4, (lane) => 4 * lane), 1);
  assert.equal(clocks(4, () => 64), 1);
  assert.equal(clocks(16, (lane) => 16 * lane), 4);
  assert.equal(clocks(4, (lane) => 1024 * lane), 32);
  assert.equal(reachOf(access(4), LANES.map((lane) => 4 * lane)).sectors.length, 4);
  assert.equal(reachOf(access(4), LANES.map((lane) => 1024 * lane)).sectors.length, 32);
});

Deno.test("lanes that want different words of one bank of workgroup memory wait", () => {
  const clocks = (address: (lane: number) => number) =>
    reachOf(access(4, -1), LANES.map(address)).clocks;
  assert.equal(clocks((lane) => 4 * lane), 1);
  assert.equal(clocks((lane) => 128 * lane), 32);
  assert.equal(clocks((lane) => 132 * lane), 1);
});

Deno.test("a row too many takes the time of another round, and short ones fill its gaps", () => {
  const at = { multiprocessors: 4, resident: 1 };
  const even = (workgroups: number) => ({ workgroups, shares: () => 1, meanShare: 1 });
  assert.equal(schedule(even(4), at, () => 10), 10);
  assert.equal(schedule(even(5), at, () => 10), 20);
  assert.equal(schedule(even(4000), at, () => 10), 10_000);
  const halves = {
    workgroups: 6,
    shares: (index: number) => index < 2 ? 1 : 0.5,
    meanShare: 2 / 3,
  };
  assert.equal(schedule(halves, at, () => 10), 10);
  // Two side by side take as long as the sum of both where work bounds them, else as long as one.
  assert.equal(schedule(even(8), { ...at, resident: 2 }, (together) => 5 * together), 10);
  assert.equal(schedule(even(8), { ...at, resident: 2 }, () => 7), 7);
});

const WAITS: Waits = {
  latency: { none: 0, shared: 10, near: 20, far: 100 },
  access: 1,
  iteration: 0,
  barrier: 0,
};
const NO_WORK: Piece = {
  multiplyAdds: 0,
  floats: 0,
  wholes: 0,
  accesses: [],
  needs: [],
  needsOwn: false,
  leaves: [],
  moves: [],
  steps: [],
};
const event = (piece: Partial<Piece>, farthest: "none" | "far" = "none") => ({
  is: "piece" as const,
  piece: { ...NO_WORK, ...piece },
  farthest,
  clocks: 0,
});

Deno.test("a warp waits for what it loads where it needs it, and works meanwhile", () => {
  const load = event({ accesses: [access(4)], leaves: [1] }, "far");
  const work = event({ multiplyAdds: 60 });
  const use = event({ multiplyAdds: 10, needs: [1] });
  assert.equal(alone([load, use], WAITS), 1 + 100 + 10);
  assert.equal(alone([load, work, use], WAITS), 1 + 100 + 10);
  assert.equal(alone([load, work, work, use], WAITS), 1 + 120 + 10);
  // A move does not wait, and hands the waiting on.
  const move = event({ moves: [[2, 1]] });
  assert.equal(alone([load, move, event({ multiplyAdds: 10, needs: [2] })], WAITS), 111);
});

/** A dispatch of one workgroup of one warp. */
function small(body: string) {
  const source = `
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let me = i32(id.x);
  var sum = 0.0;
  ${body}
  y[me] = sum;
}`;
  const slice: Slice = { buffer: { label: "numbers" } as GPUBuffer, offset: 0, size: 4096 };
  return dispatch(kernel("small", [source], ["x", "y"], ["LANES"]), {
    label: "small",
    constants: { LANES: 32 },
    bindings: { x: slice, y: slice },
    workgroups: [1],
  });
}

const CARD = CARDS[0];
const secondsOf = (body: string) => expectation(countOf(small(body)), CARD).seconds;

Deno.test("loads that follow each other cost one wait, those that are used at once one each", () => {
  const together = "let a = x[me]; let b = x[me + 32]; let c = x[me + 64]; sum = fma(a, b, c);";
  const apart = "sum += x[me] * 2; sum += x[me + 32] * 2; sum += x[me + 64] * 2;";
  const once = "sum += x[me] * 2;";
  const wait = secondsOf(apart) - secondsOf(once);
  assert.ok(secondsOf(together) - secondsOf(once) < wait / 10);
});

Deno.test("a load that is asked for before the work of an iteration is hidden by it", () => {
  const work = Array.from({ length: 400 }, () => "sum = fma(sum, 0.5, now);").join("\n");
  const loop = (body: string) =>
    `var now = x[me]; // rolled\nfor (var k = 1; k < 8; k++) {\n${body}\n}`;
  const after = secondsOf(
    loop(`${work} now = x[me + k * 32];`).replace("// rolled", "\n// rolled\n"),
  );
  const before = secondsOf(
    loop(`let next = x[me + k * 32]; ${work} now = next;`).replace("// rolled", "\n// rolled\n"),
  );
  assert.ok(before < after, `${before} is not below ${after}`);
});

Deno.test("the clock follows from a rate of multiply-adds", () => {
  const clock = clockAt(CARD, 2 * 128 * 132 * 1e9 * 0.95);
  assert.ok(Math.abs(clock / 1e9 - 1) < 1e-9);
});

Deno.test("every kernel of every architecture can be counted, for GPUs and software adapters", async () => {
  const read = new Set<string>();
  for (const full of ARCHITECTURES) {
    for (const machine of [{ software: false, subgroup: 32 }, { software: true, subgroup: 8 }]) {
      const programs = await unbuiltPrograms(narrowed(full, 0.05), 4, defaultTiles(machine));
      for (const dispatch of Object.values(programs).flat()) {
        const key = JSON.stringify([dispatch.kernel.name, dispatch.constants]);
        if (read.has(key)) continue;
        read.add(key);
        const { seconds, warps } = expectation(countOf(dispatch), CARD);
        assert.ok(seconds > 0 && Number.isFinite(seconds), dispatch.label);
        assert.ok(warps >= 1 && warps <= CARD.warps, dispatch.label);
      }
    }
  }
});

Deno.test("a training step of 16 on an H200 comes out within a tenth of what was measured", async () => {
  const { train = [], predict = [] } = await unbuiltPrograms(
    extradense,
    16,
    defaultTiles({ software: false, subgroup: 32 }),
  );
  const card = CARDS.find(({ name }) => name === "h200")!;
  const milliseconds = (dispatches: typeof train) =>
    dispatches.reduce((sum, one) => sum + 1e3 * expectation(countOf(one), card).seconds, 0);
  // Measured on 2026-11-26 with the kernels of then (docs/paper-model.md): later ones may be faster.
  assert.ok(milliseconds(train) < 3.02 * 1.1, `${milliseconds(train)} ms`);
  assert.ok(milliseconds(predict) < 0.911 * 1.1, `${milliseconds(predict)} ms`);
});
