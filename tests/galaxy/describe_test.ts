import assert from "node:assert/strict";
import { describe } from "../../lib/galaxy/describe.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { MODELS } from "../../lib/galaxy/models/all.ts";
import { gpuTest } from "../gpu.ts";

/** docs/models.md §1: parameters, multiply-adds per example, preparation. */
const SPEC: [name: string, parameters: number, multiplyAdds: number, preparation?: string][] = [
  ["8433n_maxout2048", 33_963_685, 390_014_976],
  ["8433n_extradense", 42_356_389, 398_403_584],
  ["8433n_extradense_pysex", 42_356_389, 398_403_584, "gen2"],
  ["8433n_maxout2048_pysex", 33_963_685, 390_014_976, "gen2"],
  ["bigger", 50_912_165, 447_762_432],
  ["maxout2048", 33_984_421, 412_035_072],
  ["extradense", 42_377_125, 420_423_680],
  ["extradense_big256", 76_081_061, 491_726_848],
  ["extradense_dup3", 42_377_125, 420_423_680],
  ["extradense_pysex", 42_377_125, 420_423_680, "gen2"],
  ["extradense_pysexgen1_dup", 42_377_125, 420_423_680, "gen1"],
  ["extradense_pysexgen1_dup2", 42_377_125, 420_423_680, "gen1"],
  ["maxout2048_pysex", 33_984_421, 412_035_072, "gen2"],
  ["normconstraint", 42_377_125, 420_423_680],
  ["pysex", 34_060_197, 412_110_848, "gen2"],
  ["shareddense", 17_469_861, 399_452_160],
  ["shareddense512", 34_509_733, 420_423_680],
];

Deno.test("the seventeen models have the parameters and multiply-adds of docs/models.md §1", () => {
  const found = MODELS.map((model) => {
    const { parameters, multiplyAdds } = describe(model);
    const row = [model.name, parameters, multiplyAdds];
    return model.preparation ? [...row, model.preparation] : row;
  });
  assert.deepEqual(found, SPEC);
});

Deno.test("`deno task info --json` says the same", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "tasks/info.ts", "--json"],
    cwd: new URL("../..", import.meta.url),
  }).output();
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), MODELS.map(describe));
});

gpuTest("a built network has the parameters of its description", async (gpu) => {
  for (const model of MODELS) {
    const narrow = narrowed(model, 0.04);
    const network = await GalaxyNetwork.build(gpu, narrow, {
      batch: 1,
      trainable: false,
      slots: 1,
    });
    assert.equal(network.parameterCount, describe(narrow).parameters, model.name);
    network.destroy();
  }
});
