import assert from "node:assert/strict";
import type { LayerSpec } from "../../lib/galaxy/layers/all.ts";
import { defineModel, narrowed } from "../../lib/galaxy/model.ts";
import { modelsNamed } from "../../lib/galaxy/models/all.ts";

/** Parameters of a declaration, by the geometry of the parts: 3 channels of 45×45, sixteen times. */
function parameterCount(layers: readonly LayerSpec[]): number {
  let count = 0, channels = 3, side = 45;
  for (const layer of layers) {
    if (layer.type === "conv") {
      side += 1 - layer.size;
      count += layer.filters * (channels * layer.size ** 2 + side ** 2);
      channels = layer.filters;
    } else if (layer.type === "maxPool") {
      side /= 2;
    } else if (layer.type === "merge") {
      channels *= 16;
    } else if (layer.type === "maxout") {
      channels /= 2;
    } else {
      count += layer.units * (channels * side ** 2 + 1);
      [channels, side] = [layer.units, 1];
    }
  }
  return count;
}

const extradense = defineModel("extradense", (galaxy) =>
  galaxy
    .parts()
    .conv({ filters: 32, size: 6 }).maxPool()
    .conv({ filters: 64, size: 5 }).maxPool()
    .conv({ filters: 128, size: 3 })
    .conv({ filters: 128, size: 3, weightStd: 0.1 }).maxPool()
    .merge()
    .maxout(2048)
    .maxout(2048)
    .answers());

Deno.test("the paper's best model, declared, has the paper's number of parameters", () => {
  assert.equal(parameterCount(extradense.layers), 42_377_125);
});

Deno.test("layers are named and initialised as all 17 models have it, unless told otherwise", () => {
  const names = extradense.layers.flatMap((layer) => "name" in layer ? [layer.name] : []);
  assert.deepEqual(names, ["conv1", "conv2", "conv3", "conv4", "dense1", "dense2", "output"]);
  const find = (name: string) =>
    extradense.layers.find((layer) => "name" in layer && layer.name === name);
  assert.deepEqual(find("conv1"), {
    type: "conv",
    name: "conv1",
    filters: 32,
    size: 6,
    weightStd: 0.01,
    bias: 0.1,
  });
  assert.deepEqual(find("conv4"), { ...find("conv3"), name: "conv4", weightStd: 0.1 });
  const dense = { type: "dense", relu: false };
  const dense1 = { ...dense, name: "dense1", units: 4096, weightStd: 0.001, bias: 0.01 };
  assert.deepEqual(find("dense1"), dense1);
  assert.deepEqual(find("output"), {
    ...dense,
    name: "output",
    units: 37,
    weightStd: 0.01,
    bias: 0.1,
  });
});

Deno.test("maxout of shared and of rectified dense layers can be declared", () => {
  const { layers } = defineModel(
    "other",
    (galaxy) => galaxy.parts().partMaxout(256).merge().dense(4096).answers(),
  );
  assert.deepEqual(layers.map((layer) => layer.type), [
    "partDense",
    "maxout",
    "merge",
    "dense",
    "dense",
  ]);
  assert.partialDeepStrictEqual(layers[0], { name: "shared", units: 512, relu: false });
  assert.partialDeepStrictEqual(layers[3], { name: "dense1", units: 4096, relu: true });
});

/** Deviations of the initial weights. */
function deviations(layers: readonly LayerSpec[]): Record<string, number> {
  return Object.fromEntries(
    layers.flatMap((layer) => "weightStd" in layer ? [[layer.name, layer.weightStd]] : []),
  );
}

Deno.test("a narrowed network has a share of the filters and units, and weights that keep its numbers in scale", () => {
  assert.equal(narrowed(extradense, 1), extradense);
  const narrow = narrowed(extradense, 0.25);
  assert.equal(narrow.width, 0.25);
  assert.deepEqual(
    narrow.layers.flatMap((layer) =>
      layer.type === "conv" ? [layer.filters] : layer.type === "dense" ? [layer.units] : []
    ),
    [8, 16, 32, 32, 1024, 1024, 37],
  );
  // Deviation² times inputs: 2 before a ReLU, half of it after dropout, nothing else.
  assert.deepEqual(deviations(narrow.layers), {
    conv1: Math.sqrt(2 / (3 * 36)),
    conv2: Math.sqrt(2 / (8 * 25)),
    conv3: Math.sqrt(2 / (16 * 9)),
    conv4: Math.sqrt(2 / (32 * 9)),
    dense1: Math.sqrt(0.5 / (16 * 32 * 4)),
    dense2: Math.sqrt(0.5 / 512),
    output: Math.sqrt(0.5 / 512),
  });
  const [pysex, shareddense] = modelsNamed(["pysex", "shareddense"]);
  assert.partialDeepStrictEqual(deviations(narrowed(pysex, 0.25).layers), {
    dense1: Math.sqrt(1 / (16 * 32 * 4)),
    output: Math.sqrt(0.5 / 1024),
  });
  assert.partialDeepStrictEqual(deviations(narrowed(shareddense, 0.25).layers), {
    shared: Math.sqrt(0.5 / (32 * 4)),
    dense1: Math.sqrt(0.5 / (16 * 64)),
  });
});

Deno.test("narrowing twice is narrowing by the product", () => {
  assert.deepEqual(narrowed(narrowed(extradense, 0.5), 0.25), narrowed(extradense, 0.125));
});
