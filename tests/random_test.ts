import assert from "node:assert/strict";
import { Random, threefry } from "../lib/random.ts";

Deno.test("threefry gives the known answers of the Random123 library", () => {
  const ones = 0xffffffff;
  assert.deepEqual(threefry(0, 0, 0, 0), [0x6b200159, 0x99ba4efe]);
  assert.deepEqual(threefry(ones, ones, ones, ones), [0x1cb996fc, 0xbb002be7]);
  assert.deepEqual(
    threefry(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3),
    [0xc4923a9c, 0x483df7a0],
  );
});

Deno.test("a stream is a function of its arguments", () => {
  const draw = (...args: ConstructorParameters<typeof Random>) => new Random(...args).uint32();
  assert.equal(draw(7, "perturbation", 3, 4), draw(7, "perturbation", 3, 4));
  const different = new Set([
    draw(7, "perturbation", 3, 4),
    draw(8, "perturbation", 3, 4),
    draw(7 + 2 ** 32, "perturbation", 3, 4),
    draw(7, "chunk", 3, 4),
    draw(7, "perturbation", 4, 3),
    draw(7, "perturbation", 3),
  ]);
  assert.equal(different.size, 6);
});

Deno.test("uniform and normal deviates have the right moments", () => {
  const random = new Random(1, "test");
  const count = 100_000;
  const moments = (draw: () => number) => {
    let sum = 0, squares = 0;
    for (let i = 0; i < count; i++) {
      const value = draw();
      sum += value;
      squares += value * value;
    }
    return { mean: sum / count, variance: squares / count - (sum / count) ** 2 };
  };
  const uniform = moments(() => random.uniform(-1, 3));
  assert.ok(Math.abs(uniform.mean - 1) < 0.02 && Math.abs(uniform.variance - 16 / 12) < 0.02);
  const normal = moments(() => random.normal(2, 0.5));
  assert.ok(Math.abs(normal.mean - 2) < 0.01 && Math.abs(normal.variance - 0.25) < 0.01);
});

Deno.test("a permutation holds every index once, and every first element is likely", () => {
  const order = new Random(1, "test").permutation(1000);
  assert.deepEqual([...order].sort((a, b) => a - b), [...Array(1000).keys()]);
  const counts = new Array(5).fill(0);
  for (let i = 0; i < 5000; i++) counts[new Random(1, "test", i).permutation(5)[0]]++;
  for (const count of counts) assert.ok(count > 850 && count < 1150, String(counts));
});
