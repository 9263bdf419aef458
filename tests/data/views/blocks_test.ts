import assert from "node:assert/strict";
import { type BlockPlan, ViewBlocks } from "../../../lib/data/views/blocks.ts";

/** Blocks that are made when the test says so; each writes its number into its buffer. */
function plans(count: number) {
  const started: number[] = [];
  const makers: (PromiseWithResolvers<void> & { fill(): void })[] = [];
  const all = Array.from({ length: count }, (_, number): BlockPlan & { number: number } => ({
    number,
    make(views) {
      started.push(number);
      const maker = Promise.withResolvers<void>();
      const fill = () => {
        views.fill(number);
        maker.resolve();
      };
      makers[number] = { ...maker, fill };
      return maker.promise;
    },
  }));
  return { all, started, makers };
}
const buffers = (count: number) => Array.from({ length: count }, () => new Float32Array(2));
const settled = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("blocks come in order, and a buffer is filled again only after the next is asked for", async () => {
  const { all, started, makers } = plans(5);
  const blocks = new ViewBlocks(all, buffers(2));
  assert.deepEqual(started, [0, 1]);
  assert.equal(blocks.ready, false);
  makers[1].fill();
  await settled();
  assert.equal(blocks.ready, false, "the second is made, but the first comes first");
  makers[0].fill();
  await settled();
  assert.equal(blocks.ready, true);
  const first = (await blocks.next())!;
  assert.equal(first.plan.number, 0);
  assert.deepEqual(started, [0, 1], "the first is still in use");
  const second = (await blocks.next())!;
  assert.deepEqual(started, [0, 1, 2]);
  assert.deepEqual([...second.views], [1, 1]);
  makers[2].fill();
  assert.deepEqual([...first.views], [2, 2], "the third is made where the first was");
  for (const number of [2, 3, 4]) {
    const next = blocks.next();
    makers[number].fill();
    makers[number + 1]?.fill();
    const block = (await next)!;
    assert.equal(block.plan.number, number);
    assert.deepEqual([...block.views], [number, number]);
  }
  assert.equal(await blocks.next(), undefined);
  assert.equal(blocks.ready, true);
  assert.equal(await blocks.next(), undefined);
});

Deno.test("a failure is thrown when its block is due, not before", async () => {
  const { all, makers } = plans(3);
  const blocks = new ViewBlocks(all, buffers(3));
  makers[1].reject(new Error("damaged"));
  makers[0].fill();
  await settled();
  assert.equal((await blocks.next())!.plan.number, 0);
  assert.equal(blocks.ready, true);
  await assert.rejects(blocks.next(), /damaged/);
});

Deno.test("fewer plans than buffers are no more blocks", async () => {
  const { all, makers } = plans(1);
  const blocks = new ViewBlocks(all, buffers(4));
  makers[0].fill();
  assert.equal((await blocks.next())!.plan.number, 0);
  assert.equal(await blocks.next(), undefined);
});
