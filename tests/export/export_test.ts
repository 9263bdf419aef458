import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { MODELS, modelsNamed } from "../../lib/galaxy/models/all.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { parameterShapes } from "../../lib/galaxy/walk.ts";
import { describe } from "../../lib/galaxy/describe.ts";
import { elements } from "../../lib/nn/layer.ts";
import { loadParameters } from "../../lib/runs/parameter_files.ts";
import { exists } from "../../lib/files/read.ts";
import { assertAllClose } from "../assert.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { runScript } from "../process.ts";
import {
  exportQuietly,
  galaxies,
  ownPredictions,
  trainedMarks,
  viewsOf,
  writeRandomParameters,
} from "./trained.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const model = narrowed(modelsNamed(["extradense"])[0], 0.05);

Deno.test("all parameters of all models are exported", () => {
  for (const full of MODELS) {
    const counts = parameterShapes(full).map(({ shape }) => elements(shape));
    assert.equal(counts.reduce((sum, count) => sum + count), describe(full).parameters, full.name);
  }
});

gpuTest(
  "an exported state dict says what it was made from, and our own tasks take it",
  (gpu) =>
    inFolder(async (folder) => {
      const params = `${folder}/params.safetensors`;
      await writeRandomParameters(params, model, trainedMarks(model));
      const views = viewsOf(await galaxies(2));
      const expected = await ownPredictions(gpu, model, params, views, 2);
      const whole = `${folder}/whole.safetensors`, half = `${folder}/half.safetensors`;
      // Neither needs to be accepted: what is known of the parameters stays known.
      const options = { format: "safetensors", params, acceptUnmarked: false } as const;
      await exportQuietly(model, { ...options, out: whole });
      await exportQuietly(model, { ...options, out: half, dtype: "float16" });
      const network = await GalaxyNetwork.build(gpu, model, {
        batch: 2,
        trainable: false,
        slots: 1,
      });
      for (const [path, absolute] of [[whole, 1e-9], [half, 1e-3]] as const) {
        await loadParameters(path, network, { acceptUnmarked: false, warn: () => {} });
        network.load(views);
        network.run("predict", 1);
        assertAllClose(await network.answers(2), expected, { absolute, relative: 0 }, path);
      }
      network.destroy();
      const { tensors, metadata } = await readSafetensors(half);
      assert.equal(metadata.format, "pt");
      assert.equal(metadata.trained, "1 of 1 chunks");
      assert.equal(JSON.parse(metadata.outputs).length, 37);
      assert.match(metadata.made_from, /labels of 20/);
      assert.ok([...tensors.values()].every(({ data }) => data instanceof Float16Array));
      await assertUserError(
        exportQuietly(model, { ...options, out: params }),
        /params\.safetensors holds the parameters themselves: choose another place with --out/,
      );
      await assertUserError(
        exportQuietly(modelsNamed(["pysex"])[0], { ...options, out: whole }),
        /another model: pysex needs conv1\.weight \(32, 3, 6, 6\), the file has \(2, 3, 6, 6\)/,
      );
    }),
);

Deno.test("parameters that cannot be used are refused, and nothing is written", () =>
  inFolder(async (folder) => {
    const params = `${folder}/params.safetensors`, out = `${folder}/network.onnx`;
    await writeRandomParameters(params, model);
    const refused = (options: Partial<Parameters<typeof exportQuietly>[1]>, pattern: RegExp) =>
      assertUserError(exportQuietly(model, { format: "onnx", params, out, ...options }), pattern);
    await refused({ params: `${folder}/none` }, /none/);
    await refused({ acceptUnmarked: false }, /does not say what it was made from/);
    await refused({ format: "safetensors", input: "crop" }, /--input is what an ONNX network/);
    const { tensors, metadata } = await readSafetensors(params);
    const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
    const [weight] = named;
    const changed = async (value: number) => {
      const data = (weight.data as Float32Array).with(0, value);
      await writeSafetensors(params, [{ ...weight, data }, ...named.slice(1)], metadata);
    };
    await changed(NaN);
    await refused({}, /"conv1\.weight" holds 1 of 216 values that are not finite/);
    await changed(1e6);
    await refused({ dtype: "float16" }, /conv1\.weight has a 1000000, and float16 ends at 65504/);
    assert.equal(await Deno.stat(out).catch(() => "nothing"), "nothing");
    await exportQuietly(model, { format: "onnx", params, out });
    assert.ok((await Deno.stat(out)).size > 100_000);
    await assertUserError(
      exportQuietly(narrowed(model, 0.5), { format: "onnx", params, out }),
      /which was written for "extradense", perhaps with another --width/,
    );
  }));

Deno.test("the command line names what it wrote, and what is wrong", () =>
  inFolder(async (folder) => {
    const params = `${folder}/params.safetensors`, out = `${folder}/network.onnx`;
    await writeRandomParameters(params, model);
    const run = (...args: string[]) => runScript("tasks/export.ts", args);
    const flags = ["--params", params, "--width", "0.05", "--accept-unmarked"];
    const done = await run("extradense", ...flags, "--out", out, "--input", "picture");
    assert.equal(done.code, 0, done.error);
    assert.match(
      done.out,
      /network\.onnx: extradense at width 0\.05, [\d,]+ parameters in float32, .* picture\n$/,
    );
    assert.match((await run("extradens")).error, /no model "extradens"; did you mean extradense/);
    const none = await runScript("tasks/export.ts", ["extradense"], { cwd: folder });
    assert.match(
      none.error,
      /params\.safetensors is not there\. Train the model \(.*train:extradense/,
    );
    assert.match((await run()).error, /name one model, as extradense/);
    assert.match((await run("extradense", "--format", "h5")).error, /one of onnx, safetensors/);
    assert.match((await run("--help")).out, /Usage: .*export \[flags\] MODEL/);
    const pysex = narrowed(modelsNamed(["pysex"])[0], 0.05);
    await writeRandomParameters(params, pysex);
    const warned = await run("pysex", ...flags, "--out", out, "--input", "picture");
    assert.match(warned.error, /pysex looks at galaxies that are centred/);
  }));

Deno.test("without a training of one's own the shipped parameters are exported, and it is said which", () =>
  inFolder(async (folder) => {
    // Where it runs decides what is there: in the repository, and elsewhere with a training.
    const shipped = await runScript("tasks/export.ts", ["compact", "--out", `${folder}/c.onnx`], {
      cwd: ROOT,
    });
    assert.equal(shipped.code, 0, shipped.error);
    const own = await exists(`${ROOT}/analysis/final/compact/params.safetensors`);
    assert.match(
      shipped.out,
      own
        ? /^parameters: analysis\/final\/compact\/params\.safetensors, of the training here$/m
        : /^parameters: weights\/compact\.safetensors, as shipped, since there is no training in/m,
    );
    const compact = modelsNamed(["compact"])[0];
    await Deno.mkdir(`${folder}/analysis/final/compact`, { recursive: true });
    const params = `${folder}/analysis/final/compact/params.safetensors`;
    await writeRandomParameters(params, compact, trainedMarks(compact));
    const trained = await runScript("tasks/export.ts", ["compact", "--format", "safetensors"], {
      cwd: folder,
    });
    assert.match(trained.out, /^parameters: analysis\/final\/.*, of the training here$/m);
  }));
