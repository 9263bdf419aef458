import assert from "node:assert/strict";
import { Turns, type Work } from "../../lib/gpu/turns.ts";

/** Work that writes down what happens to it; its result comes when `finish` is called. */
function work(name: string, log: string[]) {
  const { promise, resolve } = Promise.withResolvers<string>();
  const result: Work<string> = {
    submit: () => log.push(`${name} submitted`),
    result: () => {
      log.push(`${name} waited for`);
      return promise;
    },
  };
  return { ...result, finish: () => resolve(name) };
}

Deno.test("the next work is submitted as soon as the one before has been waited for", async () => {
  const log: string[] = [];
  const [a, b] = ["a", "b"].map((name) => work(name, log));
  const turns = new Turns<string>();
  assert.equal(await turns.next(a), undefined);
  const result = turns.next(b);
  // Before anything is awaited: the adapter is not to pause while the result is handed over.
  assert.deepEqual(log, ["a submitted", "a waited for", "b submitted"]);
  a.finish();
  assert.equal(await result, "a");
  b.finish();
  assert.equal(await turns.last(), "b");
  assert.equal(await turns.last(), undefined);
});

Deno.test("a work that fails is thrown at whoever asks for its result", async () => {
  const turns = new Turns<string>();
  await turns.next({ submit() {}, result: () => Promise.reject(new Error("lost")) });
  await assert.rejects(turns.next(work("b", [])), /lost/);
});
