import assert from "node:assert/strict";
import { fuse, type FusionOptions } from "../../lib/galaxy/fusion.ts";
import { defineModel, type ModelBuilder } from "../../lib/galaxy/model.ts";
import { extradense } from "../../lib/galaxy/models/extradense.ts";
import { pysex } from "../../lib/galaxy/models/pysex.ts";
import { shareddense } from "../../lib/galaxy/models/shareddense.ts";

const TRAINING = { trainable: true, dropout: true };
const WITHOUT_DROPOUT = { trainable: true, dropout: false };
const PREDICTION = { trainable: false, dropout: true };

/** The steps as lines: the layer, and what it does besides. */
function lines(model: Pick<typeof extradense, "layers">, options: FusionOptions): string[] {
  return fuse(model.layers, options).map((step) => {
    if ("dropout" in step) return `dropout ${step.dropout}`;
    const { layer, ...fused } = step;
    const name = "name" in layer ? layer.name : layer.type;
    const does = Object.entries(fused).map(([key, value]) =>
      value === true ? key : `${key} ${value}`
    );
    return [name, ...does].join(" + ");
  });
}

Deno.test("training: pooling does the ReLU's gradient, dense layers maxout, what is before them dropout", () => {
  assert.deepEqual(lines(extradense, TRAINING), [
    "conv1 + ofData + leavesRelu",
    "maxPool",
    "conv2 + leavesRelu",
    "maxPool",
    "conv3",
    "conv4 + leavesRelu",
    "maxPool",
    "merge + mask 0",
    "dense1 + maxout + mask 1",
    "dense2 + maxout + mask 2",
    "output",
  ]);
});

Deno.test("training without dropout: no masks", () => {
  assert.deepEqual(lines(extradense, WITHOUT_DROPOUT).slice(7), [
    "merge",
    "dense1 + maxout",
    "dense2 + maxout",
    "output",
  ]);
});

Deno.test("prediction: convolutions pool, nothing is dropped", () => {
  assert.deepEqual(lines(extradense, PREDICTION), [
    "conv1 + ofData + pool",
    "conv2 + pool",
    "conv3",
    "conv4 + pool",
    "merge",
    "dense1 + maxout",
    "dense2 + maxout",
    "output",
  ]);
});

Deno.test("a dense layer that the parts share has dropout of its own, and a maxout", () => {
  assert.deepEqual(lines(shareddense, TRAINING).slice(6), [
    "maxPool",
    "dropout 0",
    "shared",
    "maxout",
    "merge + mask 1",
    "dense1 + maxout + mask 2",
    "output",
  ]);
  assert.deepEqual(lines(shareddense, PREDICTION).slice(3), [
    "conv4 + pool",
    "shared",
    "maxout",
    "merge",
    "dense1 + maxout",
    "output",
  ]);
});

Deno.test("a dense layer with a ReLU draws the next one's dropout, too", () => {
  assert.deepEqual(lines(pysex, TRAINING).slice(7), [
    "merge + mask 0",
    "dense1 + mask 1",
    "output",
  ]);
});

Deno.test("pooling follows a convolution, of whose ReLU it applies the gradient", () => {
  const pools = (declare: (galaxy: ModelBuilder) => ModelBuilder) => () =>
    fuse(defineModel("pools", declare).layers, TRAINING);
  const conv = { filters: 4, size: 6 };
  pools((galaxy) => galaxy.conv(conv).maxPool())();
  assert.throws(pools((galaxy) => galaxy.maxPool()), /pooling follows a convolution/);
  assert.throws(
    pools((galaxy) => galaxy.conv(conv).maxPool().maxPool()),
    /pooling follows a convolution/,
  );
});
