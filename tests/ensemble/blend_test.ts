import assert from "node:assert/strict";
import {
  applyBlend,
  type Blend,
  blendLoss,
  BLENDS,
  crossValidatedRmse,
  ErrorProducts,
  fitBlend,
  makeFolds,
  sameForAll,
  singleWeights,
  softmax,
  uniformWeights,
} from "../../lib/ensemble/blend.ts";
import { compareBlends } from "../../lib/ensemble/blend_comparison.ts";
import { rmse } from "../../lib/galaxy/rmse.ts";
import { Random } from "../../lib/random.ts";
import { assertAllClose } from "../assert.ts";

const SEED = 1;

/** An array (rows, 37) of what `value` says of each row and answer. */
function table(rows: number, value: (row: number, answer: number) => number): Float64Array {
  return Float64Array.from(
    { length: rows * 37 },
    (_, i) => value(Math.floor(i / 37), i % 37),
  );
}

/** Labels between 0.2 and 0.8, and models that miss them by different errors. */
function madeUp(rows: number, models: number, error = 0.05) {
  const labels = table(rows, (row, answer) => 0.5 + 0.3 * Math.sin(0.7 * row + 1.3 * answer));
  const predictions = Array.from({ length: models }, (_, model) => {
    const random = new Random(3, "test", model);
    return labels.map((label) => label + random.normal(0, error * (1 + model / 10)));
  });
  return { labels, predictions };
}

const signs = (pattern: string) => (row: number) => pattern[row % pattern.length] === "+" ? 1 : -1;

Deno.test("the weights that labels were made with are found in spite of noise", () => {
  // t = 0.7 X1 + 0.3 X2 + noise that X1 − X2 does not correlate with.
  const [difference, noise] = [signs("++--"), signs("+-+-")];
  const first = table(40, (row, answer) => 0.5 + answer / 100 + 0.1 * difference(row));
  const second = table(40, (_, answer) => 0.5 + answer / 100);
  const mix = (share: (answer: number) => number) =>
    table(40, (row, answer) => {
      const i = 37 * row + answer;
      return share(answer) * first[i] + (1 - share(answer)) * second[i] + 0.05 * noise(row);
    });

  const products = ErrorProducts.of([first, second], mix(() => 0.7));
  for (const blend of ["weighted", "per answer"] as const) {
    const weights = fitBlend(blend, products, SEED);
    for (const row of weights) assertAllClose(row, [0.7, 0.3], { absolute: 1e-7, relative: 0 });
    assert.ok(Math.abs(products.rmse(weights) - 0.05) < 1e-12);
  }

  const share = (answer: number) => 0.1 + answer / 50;
  const perAnswer = fitBlend("per answer", ErrorProducts.of([first, second], mix(share)), SEED);
  perAnswer.forEach((row, answer) =>
    assertAllClose(row, [share(answer), 1 - share(answer)], { absolute: 1e-7, relative: 0 })
  );
});

Deno.test("the fits equal SciPy's L-BFGS-B on the same data", () => {
  // Computed with Debian's python3-scipy 1.10.1, as the original program does but to the end:
  //
  //   import numpy as np
  //   from scipy.optimize import fmin_l_bfgs_b
  //   i, k = np.arange(300.0)[:, None], np.arange(37.0)[None, :]
  //   t = 0.5 + 0.3 * np.sin(0.7 * i + 1.3 * k)
  //   X = np.array([t + 0.06 * np.sin(1.1 * (m + 1) * (i + 1) + k)
  //                 + 0.02 * np.cos(0.37 * i * (k + m)) + 0.01 * m for m in range(4)])
  //   def softmax(w):
  //     e = np.exp(w - w.max(-1, keepdims=True)); return e / e.sum(-1, keepdims=True)
  //   def weighted(w):
  //     p = softmax(w); d = np.tensordot(p, X, 1) - t
  //     g = 2 * (X * d).sum((1, 2)) / d.size
  //     return (d ** 2).mean(), p * (g - p @ g)
  //   def separate(w):
  //     p = softmax(w.reshape(37, 4)); d = np.einsum("km,mik->ik", p, X) - t
  //     g = 2 * np.einsum("mik,ik->km", X, d) / d.size
  //     return (d ** 2).mean(), (p * (g - (p * g).sum(1, keepdims=True))).ravel()
  //   for f, n in (weighted, 4), (separate, 148):
  //     w, v, _ = fmin_l_bfgs_b(f, 0.01 * np.random.RandomState(1).randn(n), pgtol=1e-11, factr=10)
  //     print(np.sqrt(v), softmax(w.reshape(-1, 4))[[0, 17, 36] if n > 4 else [0]])
  const labels = table(300, (i, k) => 0.5 + 0.3 * Math.sin(0.7 * i + 1.3 * k));
  const predictions = [0, 1, 2, 3].map((m) =>
    table(300, (i, k) =>
      labels[37 * i + k] + 0.06 * Math.sin(1.1 * (m + 1) * (i + 1) + k) +
      0.02 * Math.cos(0.37 * i * (k + m)) + 0.01 * m)
  );
  const products = ErrorProducts.of(predictions, labels);

  const weighted = fitBlend("weighted", products, SEED);
  const scipy = [0.333313873748, 0.283167964795, 0.222029105723, 0.161489055733];
  assertAllClose(weighted[0], scipy, { absolute: 1e-7, relative: 0 });
  assert.ok(Math.abs(products.rmse(weighted) - 0.026289386646644517) < 1e-12);

  const perAnswer = fitBlend("per answer", products, SEED);
  const rows = {
    0: [0.27086559363, 0.328466931191, 0.235420472172, 0.165247003007],
    17: [0.327824428191, 0.301148454645, 0.224151758245, 0.14687535892],
    36: [0.342714158876, 0.286321383271, 0.213517392955, 0.157447064898],
  };
  for (const [answer, expected] of Object.entries(rows)) {
    assertAllClose(perAnswer[+answer], expected, { absolute: 1e-6, relative: 0 });
  }
  assert.ok(Math.abs(products.rmse(perAnswer) - 0.026200315875914745) < 1e-12);
});

Deno.test("the gradient of the loss is that of central differences", () => {
  for (let trial = 0; trial < 20; trial++) {
    const random = new Random(trial, "test");
    const size = 1 + random.below(6);
    const errors = Array.from(
      { length: 9 },
      () => Array.from({ length: size }, () => random.normal()),
    );
    const matrix = Float64Array.from(
      { length: size * size },
      (_, i) => errors.reduce((sum, e) => sum + e[Math.floor(i / size)] * e[i % size], 0),
    );
    const w = Float64Array.from({ length: size }, () => random.normal(0, 2));
    const gradient = new Float64Array(size);
    blendLoss(matrix, w, gradient);
    const differences = w.map((_, i) => {
      const at = (step: number) =>
        blendLoss(matrix, w.map((v, j) => i === j ? v + step : v), new Float64Array(size));
      return (at(1e-5) - at(-1e-5)) / 2e-5;
    });
    assertAllClose(gradient, differences, { absolute: 1e-7, relative: 1e-6 });
  }
});

Deno.test("softmax makes shares, also of numbers that have no exponential", () => {
  assertAllClose(softmax(Float64Array.of(0, Math.log(3))), [0.25, 0.75], {
    absolute: 1e-15,
    relative: 0,
  });
  assert.deepEqual([...softmax(Float64Array.of(2000, 0, -2000))], [1, 0, 0]);
});

Deno.test("products of errors give the RMSE of the blended predictions themselves", () => {
  const { labels, predictions } = madeUp(50, 3);
  const products = ErrorProducts.of(predictions, labels);
  const random = new Random(8, "test");
  const different = Array.from(
    { length: 37 },
    () => softmax(Float64Array.of(random.normal(), random.normal(), random.normal())),
  );
  for (const weights of [uniformWeights(3), singleWeights(3, 1), different]) {
    const blended = applyBlend(weights, predictions);
    assert.ok(Math.abs(products.rmse(weights) - rmse(blended, labels)) < 1e-7);
  }
});

Deno.test("a blend is the weighted sum of the predictions, answer by answer", () => {
  const predictions = [table(2, () => 0.25), table(2, (row) => row)];
  const weights = Array.from({ length: 37 }, (_, k) => Float64Array.of(1 - k / 36, k / 36));
  const blended = applyBlend(weights, predictions);
  const expected = table(2, (row, k) => 0.25 * (1 - k / 36) + row * k / 36);
  assertAllClose(blended, expected, { absolute: 1e-7, relative: 0 });
});

Deno.test("one model has all the weight, and cannot be left out", () => {
  const { labels, predictions } = madeUp(20, 1);
  const { models: [model], blends } = compareBlends(["only"], predictions, labels, {
    folds: 4,
    seed: SEED,
  });
  assert.equal(model.change, undefined);
  assert.ok(Math.abs(model.rmse - rmse(predictions[0], labels)) < 1e-12);
  for (const { weights, rmse, crossValidatedRmse } of blends) {
    assert.deepEqual(weights, sameForAll(Float64Array.of(1)));
    assert.ok(Math.abs(rmse - model.rmse) < 1e-12);
    assert.ok(Math.abs(crossValidatedRmse - model.rmse) < 1e-12);
  }
});

Deno.test("identical models blend to what each is alone", () => {
  const { labels, predictions: [one] } = madeUp(20, 1);
  const { models, blends } = compareBlends(["a", "b", "c"], [one, one, one], labels, {
    folds: 5,
    seed: SEED,
  });
  for (const { change } of models) assert.ok(Math.abs(change!) < 1e-12);
  for (const { weights, rmse, crossValidatedRmse } of blends) {
    for (const row of weights) {
      assert.ok(Math.abs(row.reduce((a, b) => a + b) - 1) < 1e-12);
      // Nothing pulls the weights from their start near 1/3.
      for (const weight of row) assert.ok(Math.abs(weight - 1 / 3) < 0.02);
    }
    assert.ok(Math.abs(rmse - models[0].rmse) < 1e-12);
    assert.ok(Math.abs(crossValidatedRmse - models[0].rmse) < 1e-12);
  }
});

Deno.test("a perfect model leaves nothing to the others, a useless one gets nothing", () => {
  const { labels, predictions } = madeUp(200, 2);
  const perfect = fitBlend("weighted", ErrorProducts.of([...predictions, labels], labels), SEED);
  assert.ok(perfect[0][2] > 0.9999);
  const random = new Random(4, "test");
  const noise = labels.map(() => random.uniform());
  const useless = fitBlend("per answer", ErrorProducts.of([...predictions, noise], labels), SEED);
  for (const row of useless) assert.ok(row[2] < 0.05, `${row[2]}`);
  const exact = ErrorProducts.of([labels, labels], labels);
  for (const blend of BLENDS) assert.equal(exact.rmse(fitBlend(blend, exact, SEED)), 0);
});

Deno.test("a fit is never worse than equal weights, and finer weights fit better", () => {
  const { labels, predictions } = madeUp(60, 5);
  const products = ErrorProducts.of(predictions, labels);
  const [uniform, weighted, perAnswer] = BLENDS.map((blend) =>
    products.rmse(fitBlend(blend, products, SEED))
  );
  assert.ok(perAnswer < weighted && weighted < uniform, `${perAnswer} ${weighted} ${uniform}`);
});

Deno.test("the seed of the start does not matter to a fit", () => {
  const { labels, predictions } = madeUp(60, 5);
  const products = ErrorProducts.of(predictions, labels);
  const [first, second] = [1, 99].map((seed) => fitBlend("weighted", products, seed)[0]);
  assertAllClose(first, second, { absolute: 1e-6, relative: 0 });
});

Deno.test("folds hold every galaxy once, in sizes that differ by at most one", () => {
  const folds = makeFolds(23, 5, SEED);
  assert.deepEqual(folds.flat().sort((a, b) => a - b), Array.from({ length: 23 }, (_, i) => i));
  assert.deepEqual(folds.map((fold) => fold.length), [5, 5, 5, 4, 4]);
  assert.deepEqual(makeFolds(23, 5, SEED), folds);
  assert.notDeepEqual(makeFolds(23, 5, SEED + 1), folds);
});

Deno.test("cross-validation scores each fold with weights fitted to the others", () => {
  const { labels, predictions } = madeUp(30, 4);
  const folds = makeFolds(30, 3, SEED);
  const parts = folds.map((rows) => ErrorProducts.of(predictions, labels, rows));
  for (const blend of BLENDS) {
    let squared = 0;
    for (const fold of folds) {
      const others = folds.filter((other) => other !== fold).flat();
      const weights = fitBlend(blend, ErrorProducts.of(predictions, labels, others), SEED);
      const blended = applyBlend(weights, predictions);
      for (const row of fold) {
        for (let i = 37 * row; i < 37 * (row + 1); i++) squared += (blended[i] - labels[i]) ** 2;
      }
    }
    const expected = Math.sqrt(squared / (30 * 37));
    assert.ok(Math.abs(crossValidatedRmse(blend, parts, SEED) - expected) < 1e-7, blend);
  }
});

Deno.test("cross-validation sees through weights that only fit the noise", () => {
  // Eight models of the same kind: nothing but equal weights is to be learned from 20 galaxies.
  const { labels, predictions: [, ...same] } = madeUp(20, 9, 0.05);
  const { blends } = compareBlends(same.map(String), same, labels, { folds: 5, seed: SEED });
  const [uniform, , perAnswer] = blends;
  assert.equal(uniform.rmse.toFixed(12), uniform.crossValidatedRmse.toFixed(12));
  assert.ok(perAnswer.rmse < 0.9 * uniform.rmse);
  assert.ok(perAnswer.crossValidatedRmse > 1.1 * uniform.rmse);
});

Deno.test("leaving a model out changes the uniform blend as blending the others does", () => {
  const { labels, predictions } = madeUp(40, 3);
  predictions[1] = predictions[1].map((value) => value + 0.2);
  const { models } = compareBlends(["a", "b", "c"], predictions, labels, { folds: 2, seed: SEED });
  const all = rmse(applyBlend(uniformWeights(3), predictions), labels);
  models.forEach(({ change }, model) => {
    const others = predictions.filter((_, other) => other !== model);
    const without = rmse(applyBlend(uniformWeights(2), others), labels);
    assert.ok(Math.abs(change! - (without - all)) < 1e-7);
  });
  assert.ok(models[0].change! > 0 && models[1].change! < 0 && models[2].change! > 0);
});

Deno.test("the paper's seventeen models on its 6,157 galaxies take seconds", () => {
  const labels = new Float32Array(6157 * 37).map((_, i) => 0.5 + 0.3 * Math.sin(i));
  const predictions = Array.from(
    { length: 17 },
    (_, model) => labels.map((label, i) => label + 0.08 * Math.sin(i * (model + 1.7))),
  );
  const names = predictions.map((_, model) => `model${model}`);
  const started = performance.now();
  const { blends } = compareBlends(names, predictions, labels, { folds: 5, seed: SEED });
  const seconds = (performance.now() - started) / 1000;
  assert.deepEqual(blends.map(({ name }) => name), BLENDS satisfies readonly Blend[]);
  assert.ok(seconds < 20, `${seconds.toFixed(1)} s`);
});
