import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { inFolder } from "../data/folder.ts";
import { fileOf, Finding, fuzz } from "./fuzz.ts";
import type { Reader, Sample } from "./reader.ts";
import { allReaders } from "./readers.ts";
import { encode } from "./samples.ts";

/** In continuous integration; `deno task test:fuzz` makes 100,000. */
const COUNT = 2000;

Deno.test("Every reader refuses mutated files with a sentence, or gives the right value", (t) =>
  inFolder(async (folder) => {
    for (const reader of await allReaders(folder)) {
      await t.step(reader.name, async () => {
        const { refused, same, other } = await fuzz(reader, { seed: 1, count: COUNT });
        assert.equal(refused + same + other, COUNT);
        // The mutations are not so harmless, and the files not so fragile, that nothing is tried.
        assert.ok(refused > COUNT / 2 && same + other > COUNT / 50, `${refused} are refused`);
      });
    }
  }));

const sample: Sample = { bytes: encode('{"chunk":12}'), sealed: true };
const madeUp = (read: Reader["read"], sealed = true): Reader => ({
  name: "made-up",
  samples: [{ ...sample, sealed }],
  read,
});
const found = (reader: Reader, pattern: RegExp) =>
  assert.rejects(fuzz(reader, { seed: 1, count: 50 }), (error) => {
    assert.ok(error instanceof Finding, String(error));
    assert.match(error.message, pattern);
    return true;
  });
const isWhole = (file: Uint8Array) => new TextDecoder().decode(file) === '{"chunk":12}';

Deno.test("What a reader does wrong is found", async () => {
  const throws = (error: unknown) => (file: Uint8Array) => {
    if (isWhole(file)) return "12";
    throw error;
  };
  await found(madeUp(throws(new TypeError("x is not a function"))), /TypeError: x is not a funct/);
  await found(madeUp(throws(new UserError("\x1b[2J"))), /a control character in "\\u001b/);
  await found(madeUp(throws(new UserError("x".repeat(2001)))), /a message of 2001 bytes/);
  await found(madeUp((file) => isWhole(file) ? "12" : "13"), /as if it were whole, with 13/);
  await found(madeUp(() => Promise.reject(new UserError("no"))), /valid file 0: it is refused/);
});

Deno.test("Values that need not be seen to be others are counted", async () => {
  const reader = madeUp((file) => isWhole(file) ? "12" : "13", false);
  const { mutations, refused, same, other } = await fuzz(reader, { seed: 1, count: 50 });
  assert.deepEqual([mutations, refused, same + other], [50, 0, 50]);
  assert.ok(other > 40);
});

Deno.test("A finding can be repeated by its number", async () => {
  const reader = madeUp((file) => {
    if (file.length % 7 === 3) throw new TypeError("length");
    return "12";
  });
  const message = await fuzz(reader, { seed: 5, count: 1000 }).then(() => "", String);
  const number = Number(/--seed 5 --case (\d+)$/.exec(message)?.[1]);
  assert.equal(fileOf(reader, 5, number).file.length % 7, 3);
  await assert.rejects(fuzz(reader, { seed: 5, count: 1, first: number }), /TypeError: length/);
  assert.deepEqual(fileOf(reader, 5, number), fileOf(reader, 5, number));
});

Deno.test("What takes longer than a second, again and again, is found", async () => {
  const slow = (file: Uint8Array) => {
    const end = performance.now() + (isWhole(file) ? 0 : 1010);
    while (performance.now() < end);
    return "12";
  };
  await assert.rejects(fuzz(madeUp(slow), { seed: 2, count: 2 }), /it took 10\d\d ms/);
});
