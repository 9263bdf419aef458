/** Which candidates are tried first, and for how long. */
import assert from "node:assert/strict";
import { CARDS, TYPICAL } from "../../lib/expect/cards.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { defaultTiles } from "../../lib/nn/tiles.ts";
import type { Choice } from "../../lib/nn/variants.ts";
import { choiceText } from "../../lib/tune/choice_text.ts";
import { expectedSeconds, fastestFirst } from "../../lib/tune/order.ts";
import { sharesOf } from "../../lib/tune/shares.ts";
import { unbuiltPrograms } from "../../bench/unbuilt.ts";

const H200 = CARDS.find(({ name }) => name === "h200")!;

/** What a step of the paper's network runs with some choices for one operation. */
async function candidates(label: string, tiles: readonly Choice["tile"][]) {
  const choices = tiles.map((tile) => ({ variant: "workgroup", ...tile && { tile } }));
  return await Promise.all(choices.map(async (choice) => {
    const standard = defaultTiles({ software: false, subgroup: 32 });
    const operation = label.startsWith("conv") ? "conv2d weight gradient" : "dense update";
    const { train = [] } = await unbuiltPrograms(extradense, 16, {
      ...standard,
      choices: ({ name }) => name === operation ? choice : undefined,
    });
    const dispatches = train.filter((dispatch) => dispatch.label === label);
    assert.equal(dispatches.length, 1);
    return { name: choiceText(choice), dispatches };
  }));
}

const names = (list: readonly { name: string }[]) => list.map(({ name }) => name);

Deno.test("those come first that the model on paper prefers (docs/paper-model.md §5)", async () => {
  const steps = await candidates("conv2 weight gradient", [{ outputs: 1 }, {}]);
  assert.deepEqual(names(fastestFirst(steps, H200)), ["workgroup", "workgroup, outputs 1"]);
  const gradient = await candidates("conv1 weight gradient", [{ filters: 16 }, {}, { filters: 4 }]);
  assert.equal(fastestFirst(gradient, H200)[0].name, "workgroup, filters 4");
  const expected = gradient.map(({ dispatches }) => expectedSeconds(dispatches, H200));
  assert.ok(expected[2] < expected[1]);
});

Deno.test("what there is no time to count comes last, as it was listed", async () => {
  const listed = await candidates("dense2.weight update", [{ rows: 1 }, {}, { rows: 2 }, {
    rows: 8,
  }]);
  assert.deepEqual(fastestFirst(listed, H200, () => true), listed);
  let looked = 0;
  const two = fastestFirst(listed, H200, () => ++looked > 2);
  assert.deepEqual(names(two.slice(2)), names(listed.slice(2)));
  assert.equal(looked, 4);
});

Deno.test("a typical GPU of every vendor has an order, and a smaller one takes longer", async () => {
  const listed = await candidates("conv2 weight gradient", [{ lanes: 16 }, {}, {
    lanes: 64,
    groups: 2,
  }]);
  for (const card of Object.values(TYPICAL)) {
    const seconds = listed.map(({ dispatches }) => expectedSeconds(dispatches, card));
    assert.ok(seconds.every((time) => time > 0 && Number.isFinite(time)), card.name);
  }
  const [large, small] = [CARDS.find(({ name }) => name === "rtx4090")!, TYPICAL.nvidia];
  for (const { dispatches } of listed) {
    assert.ok(expectedSeconds(dispatches, small) > expectedSeconds(dispatches, large));
  }
});

Deno.test("time is shared by what operations take, and none goes without", () => {
  const shares = sharesOf([90, 9, 1, 0]);
  assert.ok(Math.abs(shares.reduce((a, b) => a + b) - 1) < 1e-12);
  assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
  assert.ok(shares[0] > 0.7 && shares[3] > 0.05);
  assert.deepEqual(sharesOf([0, 0]), [0.5, 0.5]);
  assert.deepEqual(sharesOf([3]), [1]);
});
