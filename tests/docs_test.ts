/** Figures in the documents are those of the code. */
import assert from "node:assert/strict";
import { describe } from "../lib/galaxy/describe.ts";
import { ANSWER_COLUMNS, QUESTIONS } from "../lib/galaxy/questions.ts";
import { PARAMETER_KINDS, preparationOf } from "../lib/galaxy/sextractor.ts";
import { NO_AUGMENTATION, viewMaps } from "../lib/galaxy/transforms.ts";
import { MODELS } from "../lib/galaxy/models/all.ts";

const read = (name: string) => Deno.readTextFileSync(new URL(`../docs/${name}`, import.meta.url));

/** The cells of the rows of a document's tables whose first cell fits. */
function rows(name: string, first: RegExp): string[][] {
  return read(name).split("\n").filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()))
    .filter(([cell]) => first.test(cell));
}

const count = (value: number) => value.toLocaleString("en");
/** Numbers of a cell, a minus being the sign and not a hyphen. */
const numbers = (cell: string) =>
  [...cell.replaceAll("−", "-").matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));

Deno.test("the table of models has the seeds, layers and counts of their declarations", () => {
  const declared = MODELS.map((model) => {
    const convs = model.layers.filter((layer) => layer.type === "conv");
    const dense = model.layers.flatMap((layer, at) => {
      if (layer.type !== "dense" && layer.type !== "partDense") return [];
      if (layer.name === "output") return [];
      const maxout = model.layers[at + 1].type === "maxout";
      const shared = layer.type === "partDense" ? "shared " : "";
      return [shared + (maxout ? `maxout ${layer.units / 2}` : `ReLU ${layer.units}`)];
    });
    const { parameters, multiplyAdds } = describe(model);
    return [
      String(model.seed),
      `\`${model.name}\``,
      convs.map(({ filters }) => filters).join("/"),
      convs.map(({ size }) => size).join("/"),
      dense.join(", "),
      model.preparation ?? "",
      count(parameters),
      count(multiplyAdds),
    ];
  });
  const told = rows("models.md", /^\d+$/).map((
    [seed, model, _network, ...rest],
  ) => [seed, model, ...rest]);
  assert.deepEqual(told, declared);
});

Deno.test("the tables of layers have the shapes and counts of the declarations", () => {
  const convolutions = (name: string) => {
    const { layers } = describe(MODELS.find((model) => model.name === name)!);
    return layers.slice(0, 7).map((layer) => [
      `16 × (${layer.output.join(", ")})`,
      layer.parameters ? count(layer.parameters) : "",
      layer.multiplyAdds ? count(layer.multiplyAdds) : "",
    ]);
  };
  const small = convolutions("extradense"), large = convolutions("8433n_extradense");
  assert.deepEqual(
    rows("models.md", /^(conv\d|maxPool)$/).map(([_, ...cells]) => cells),
    small.map((cells, k) => [...cells, ...large[k]]),
  );
  // Networks by one of their models: what comes after the convolutions.
  const networks = ["extradense", "maxout2048", "pysex", "bigger", "extradense_big256"];
  for (const [k, name] of [...networks, "shareddense", "shareddense512"].entries()) {
    const { layers } = describe(MODELS.find((model) => model.name === name)!);
    const after = layers.slice(7);
    const of = (layer: string) => {
      const found = after.find(({ name }) => name === layer)?.parameters;
      return found ? count(found) : "";
    };
    const sum = (key: "parameters" | "multiplyAdds") =>
      count(after.reduce((total, layer) => total + layer[key], 0));
    const merged = after.find(({ name }) => name === "merge")!.output[0];
    const [, ...cells] = rows("models.md", /^A\d/)[k];
    assert.deepEqual(cells, [
      ...[count(merged), of("shared"), of("dense1"), of("dense2"), of("output")],
      ...[sum("parameters"), sum("multiplyAdds")],
    ], name);
  }
});

Deno.test("the decision tree is the code's: columns, parents, products", () => {
  const parents = new Map(
    QUESTIONS.flatMap(({ first, answers, parent }) =>
      answers.map((_, answer) => [first + answer, parent] as const)
    ),
  );
  const product = (answer: number): string => {
    const parent = parents.get(answer);
    return `a[${answer}]` + (typeof parent === "number" ? ` · ${product(parent)}` : "");
  };
  assert.deepEqual(
    rows("network.md", /^\d+$/).filter((cells) => cells.length === 6)
      .map(([index, column, , , , prediction]) => [index, column, prediction]),
    ANSWER_COLUMNS.map((column, index) => [String(index), `\`${column}\``, product(index)]),
  );
});

Deno.test("the check points of maps are where the code's maps lead", () => {
  const turned = { ...NO_AUGMENTATION, rotation: 30, zoom: 1.2, shiftX: 2, shiftY: -3 };
  const flipped = { ...turned, flip: true };
  const row = [211.927, 215.121, 30.689, 25.627, 147.7, 5.28];
  const preparation = preparationOf(row, PARAMETER_KINDS.gen2);
  const maps = [
    ...viewMaps(NO_AUGMENTATION),
    viewMaps(turned)[0],
    ...viewMaps(flipped),
    viewMaps(NO_AUGMENTATION, preparation)[0],
    viewMaps(turned, preparation)[0],
  ];
  const told = rows("augmentation.md", /^(view|the same)/).filter((cells) => cells.length === 6);
  assert.equal(told.length, maps.length);
  for (const [k, [name, matrix, ...points]] of told.entries()) {
    const [a, b, c, d, e, f] = maps[k];
    const places = [[0, 0], [68, 0], [0, 68], [34, 34]]
      .flatMap(([x, y]) => [a * x + b * y + c, d * x + e * y + f]);
    const found = [...numbers(matrix), ...points.flatMap(numbers)];
    const expected = [...maps[k], ...places];
    assert.equal(found.length, expected.length, name);
    found.forEach((value, at) => {
      assert.ok(Math.abs(value - expected[at]) < 6e-7, `${name}: ${value}, not ${expected[at]}`);
    });
  }
});
