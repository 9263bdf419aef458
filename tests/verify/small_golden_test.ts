/** The golden network of the repository: the kernels agree with it, and PyTorch makes it again. */
import assert from "node:assert/strict";
import { worstDeviation } from "../../lib/compare.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { compareWithGolden } from "../../lib/verify/golden.ts";
import { gpuTest } from "../gpu.ts";

const SMALL = path("golden/small.safetensors");

function path(name: string): string {
  return decodeURIComponent(new URL(`../${name}`, import.meta.url).pathname);
}

Deno.test("verify --golden compares the network of the repository, every tensor within tolerance", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", `--allow-read=${SMALL}`, path("../tasks/verify.ts")]
      .concat("--golden", SMALL),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  const lines = text.decode(stdout).trim().split("\n");
  assert.equal(code, 0, text.decode(stderr));
  const compared = lines.filter((line) => line.startsWith("ok ")).map((line) =>
    line.split(/ +/)[1]
  );
  const layers = ["conv1", "conv2", "conv3", "conv4", "shared", "dense1", "dense2", "output"];
  for (const group of ["grad", "warmup.grad", "trained"]) {
    const wanted = layers.flatMap((
      layer,
    ) => [`${group}.${layer}.weight`, `${group}.${layer}.bias`]);
    assert.deepEqual(
      compared.filter((name) => name.startsWith(`${group}.`) && !/losses/.test(name)),
      wanted,
    );
  }
  assert.match(lines.at(-1)!, /^60 tensors compared, all within tolerance$/);
});

gpuTest("the kernels that GPUs run agree with it too, tensor by tensor", async (gpu) => {
  const rows = await compareWithGolden({ ...gpu, software: false, subgroup: 0 }, SMALL);
  assert.equal(rows.length, 60);
  assert.deepEqual(rows.filter(({ excess }) => !(excess <= 1)), []);
});

gpuTest("without its norm constraint, its weights after the updates are others", async (gpu) => {
  const folder = await Deno.makeTempDir();
  try {
    const { tensors, metadata } = await readSafetensors(SMALL);
    delete metadata.max_norm;
    const free = `${folder}/free.safetensors`;
    await writeSafetensors(
      free,
      [...tensors].map(([name, tensor]) => ({ name, ...tensor })),
      metadata,
    );
    const rows = await compareWithGolden(gpu, free);
    const wrong = rows.filter(({ excess }) => !(excess <= 1)).map(({ tensor }) => tensor);
    assert.ok(wrong.includes("trained.dense1.weight"));
    assert.deepEqual(wrong.filter((tensor) => !tensor.startsWith("trained.")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("it is small enough for a repository", async () => {
  assert.ok((await Deno.stat(SMALL)).size < 1e6);
});

/** A Python that has PyTorch. */
async function pytorch(): Promise<string | undefined> {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const probe = new Deno.Command(python, { args: ["-c", "import torch, numpy"], stderr: "null" });
    if (await probe.output().then(({ success }) => success, () => false)) return python;
  }
}

const python = await pytorch();
if (!python) {
  console.warn("SKIPPED, there is no python3 with PyTorch: make.py makes the file again");
}

Deno.test({
  name: "make.py makes the file again",
  ignore: python === undefined,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const again = `${folder}/again.safetensors`;
      const run = new Deno.Command(python!, { args: [path("golden/make.py"), again] });
      const { success, stderr } = await run.output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const [made, kept] = [await readSafetensors(again), await readSafetensors(SMALL)];
      assert.deepEqual(made.metadata, kept.metadata);
      assert.deepEqual([...made.tensors.keys()], [...kept.tensors.keys()]);
      for (const [name, { shape, data }] of made.tensors) {
        const expected = kept.tensors.get(name)!;
        assert.deepEqual(shape, expected.shape, name);
        // Another version of PyTorch may add up in another order, in float64.
        const { excess } = worstDeviation(
          data as Float32Array,
          expected.data as Float32Array,
          { absolute: 1e-9, relative: 1e-6 },
        );
        assert.ok(excess <= 1, name);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
