import assert from "node:assert/strict";
import { chunkImages, split } from "../../lib/data/chunks.ts";

const sorted = (images: Uint32Array) => [...images].sort((a, b) => a - b);
const everyImage = (count: number) => Array.from({ length: count }, (_, image) => image);

Deno.test("A chunk has no image twice and depends on seed and number alone", () => {
  const chunk = chunkImages({ seed: 1, chunk: 4 }, 1000, 600);
  assert.equal(new Set(chunk).size, 600);
  assert.ok(chunk.every((image) => image < 1000));
  assert.deepEqual(chunkImages({ seed: 1, chunk: 4 }, 1000, 600), chunk);
  assert.notDeepEqual(chunkImages({ seed: 1, chunk: 5 }, 1000, 600), chunk);
  assert.notDeepEqual(chunkImages({ seed: 2, chunk: 4 }, 1000, 600), chunk);
});

Deno.test("A chunk larger than the data set repeats it whole before anything comes again", () => {
  const chunk = chunkImages({ seed: 3, chunk: 0 }, 40, 100);
  assert.equal(chunk.length, 100);
  assert.deepEqual(sorted(chunk.slice(0, 40)), everyImage(40));
  assert.deepEqual(sorted(chunk.slice(40, 80)), everyImage(40));
  assert.equal(new Set(chunk.subarray(80)).size, 20);
  assert.notDeepEqual(chunk.slice(0, 40), chunk.slice(40, 80));
});

Deno.test("Every image comes as often as any other, in the long run", () => {
  const seen = new Array(20).fill(0);
  for (let chunk = 0; chunk < 2000; chunk++) {
    for (const image of chunkImages({ seed: 9, chunk }, 20, 5)) seen[image]++;
  }
  assert.ok(seen.every((times) => Math.abs(times - 500) < 100), String(seen));
});

Deno.test("The last tenth is for validation", () => {
  assert.deepEqual(split(61578), { training: 55421, validation: 6157 });
  assert.deepEqual(split(9), { training: 9, validation: 0 });
});
