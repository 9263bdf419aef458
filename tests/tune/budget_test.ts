/** The time for a model, and runs that go on with what earlier ones have left. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/device.ts";
import type { Choice } from "../../lib/nn/variants.ts";
import { Ledger } from "../../lib/tune/ledger.ts";
import { tune, type TuneOptions } from "../../lib/tune/tune.ts";
import type { TuneResult } from "../../lib/tune/unit.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "../train/small.ts";

/** Candidates that all operations have, and that all differ. */
const CANDIDATES: readonly Choice[] = Array.from(
  { length: 12 },
  (_, number) => ({ variant: "naive", tile: { lanes: number + 1 } }),
);

/** A run over the small model's dense operations, on which every look at the clock takes a second. */
async function run(gpu: Gpu, ledger: Ledger, options: Partial<TuneOptions> = {}) {
  let clock = 0;
  const results: TuneResult[] = [];
  const end = await tune(gpu, {
    models: [smallModel],
    batch: 4,
    predictBatch: 4,
    milliseconds: Infinity,
    repeats: 1,
    only: "dense",
    candidates: () => [...CANDIDATES],
    ledger,
    now: () => clock += 1000,
    say: () => {},
    ...options,
  }, (result) => void results.push(result));
  const untried = [...end.untried.values()].reduce((sum, count) => sum + count, 0);
  return { ...end, results, left: untried, seconds: clock / 1000 };
}

/** Candidates of all operations that were tried so far. */
function triedIn(ledger: Ledger): string[] {
  return Object.entries(ledger.measured).flatMap(([key, { tried }]) =>
    Object.keys(tried).map((name) => `${key}: ${name}`)
  );
}

gpuTest(
  "the time is kept, those that take longest have most of it, and the next run goes on",
  async (gpu) => {
    const ledger = new Ledger();
    const first = await run(gpu, ledger, { milliseconds: 60_000 });
    const keys = 6; // forward, input gradient and update of two layers
    const all = keys * CANDIDATES.length;
    assert.ok(first.left > 0 && first.left < all, `${first.left} left`);
    assert.equal(triedIn(ledger).length, all - first.left);
    // A look for each operation that there is no time for, and the last race.
    assert.ok(first.seconds <= 60 + 2 * keys, `${first.seconds} s`);

    const before = triedIn(ledger);
    const second = await run(gpu, ledger);
    assert.equal(second.left, 0);
    assert.deepEqual(
      triedIn(ledger).slice().sort().filter((name) => before.includes(name)),
      before.sort(),
    );
    assert.equal(triedIn(ledger).length, all);
    const again = second.results.reduce((sum, { candidates }) => sum + candidates, 0);
    // What was chosen is compared again, and nothing else.
    assert.ok(again >= first.left && again <= first.left + keys, `${again} of ${first.left}`);

    const third = await run(gpu, ledger);
    assert.deepEqual([third.results, third.known, third.left], [[], keys, 0]);
  },
);

gpuTest("without any time nothing is measured, and all of it is told", async (gpu) => {
  const ledger = new Ledger();
  const { results, left } = await run(gpu, ledger, { milliseconds: 0 });
  assert.deepEqual([results, left], [[], 6 * CANDIDATES.length]);
  assert.equal(ledger.changed, false);
});

gpuTest(
  "a run that is stopped ends after the candidate that it is at, and keeps what it has",
  async (gpu) => {
    const ledger = new Ledger();
    const { results } = await run(gpu, ledger, {
      stopRequested: () => triedIn(ledger).length >= 3,
    });
    assert.equal(triedIn(ledger).length, 3);
    assert.equal(results.length, 1);
    assert.equal(results[0].untried, CANDIDATES.length - 3);
  },
);

gpuTest(
  "what was chosen stays unless something is faster, and a kernel that changed is tried anew",
  async (gpu) => {
    const ledger = new Ledger();
    await run(gpu, ledger, { only: "dense update K256" });
    const [[key, { code, tried }]] = Object.entries(ledger.measured);
    const choice = { variant: "naive", tile: { lanes: 3 }, before: 2, after: 1 };
    ledger.choose(key, choice);
    assert.deepEqual((await run(gpu, ledger, { only: key })).results, []);
    assert.deepEqual(ledger.choices, { [key]: choice });

    const old = { [key]: { code: code.replace(/./, (c) => c === "0" ? "1" : "0"), tried } };
    const [{ candidates }] = (await run(gpu, new Ledger({}, old), { only: key })).results;
    assert.equal(candidates, CANDIDATES.length);
  },
);

gpuTest("a candidate that costs the device is not tried again", async (gpu) => {
  const ledger = new Ledger();
  const lost = new Error("the GPU was lost");
  let gone = false;
  const device = new Proxy(gpu.device, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const label = (args[0] as GPUObjectDescriptorBase | undefined)?.label;
        // The first candidate: the default is compiled for the shares and for itself.
        if (name === "createShaderModule" && /update/.test(label ?? "") && ++compiled === 3) {
          gone = true;
        }
        return value.apply(target, args);
      };
    },
  });
  let compiled = 0;
  const losing: Gpu = {
    ...gpu,
    device,
    check() {
      if (gone) throw lost;
      gpu.check();
    },
  };
  await run(losing, ledger, { only: "dense update K256" }).then(
    () => {
      throw new Error("it went on");
    },
    (error) => {
      if (error !== lost) throw error;
    },
  );
  const [{ tried }] = Object.values(ledger.measured);
  assert.deepEqual(Object.values(tried).map(({ times }) => times), [null]);
  gone = false;
  const { results: [{ candidates }] } = await run(gpu, ledger, { only: "dense update K256" });
  assert.equal(candidates, CANDIDATES.length - 1);
});
