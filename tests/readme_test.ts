/** Every command of the README is run here, in its order, or by the test that the table names. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { inFolder } from "./data/folder.ts";
import { makeSurvey } from "../lib/synthetic/survey.ts";
import { runReal } from "./cli/machine.ts";

const ROOT = new URL("..", import.meta.url);
const README = Deno.readTextFileSync(new URL("README.md", ROOT));

/** Flags that make a command of the README work on a synthetic survey, or where else it is run. */
type Run = (folder: string) => string[];
const RUNS: Record<string, Run | "by a test of its own" | "by CI"> = {
  "classify picture.jpg": "by a test of its own",
  "classify catalogue.csv --csv answers.csv --report answers.html": "by a test of its own",
  "evaluate": "by a test of its own",
  "watch": "by a test of its own",
  "report": "by a test of its own",
  "survey": (folder) => ["--out", `${folder}/survey`, "--train", "3", "--test", "1"],
  "check:data": (folder) => ["--data", `${folder}/raw`],
  "check:labels": (folder) => ["--data", `${folder}/raw`],
  "create:ids": (folder) => ["--data", `${folder}/raw`, "--out", `${folder}/ids`],
  "convert:labels": (folder) => ["--data", `${folder}/raw`, "--out", `${folder}/ids`],
  "cache": (folder) => ["--data", `${folder}/raw`],
  "info": () => [],
  "info extradense": () => [],
  // The whole network, 42 million parameters, for one minibatch.
  "train:extradense": (folder) => [
    ...["--data", `${folder}/raw`, "--out", `${folder}/run`, "--allow-software"],
    ...["--chunks", "1", "--chunk-size", "16"],
  ],
  "predict:extradense": (folder) => [
    ...["--data", `${folder}/raw`, "--out", `${folder}/predictions`],
    ...["--params", `${folder}/run/params.safetensors`, "--batch-size", "15"],
  ],
  "predict:extradense --set test": (folder) => [
    ...["--data", `${folder}/raw`, "--out", `${folder}/predictions`, "--transforms", "1"],
    ...["--params", `${folder}/run/params.safetensors`],
  ],
  "export extradense": (folder) => [
    ...["--params", `${folder}/run/params.safetensors`, "--out", `${folder}/extradense.onnx`],
  ],
  "submit": (folder) => [
    ...["--data", `${folder}/raw`],
    ...["--prediction", `${folder}/predictions/augmented/test/extradense.npy.gz`],
  ],
  "ensemble": (folder) => ["--data", `${folder}/raw`, "--predictions", `${folder}/predictions`],
  "submit --prediction predictions/final/blended/blended_predictions_uniform.npy.gz": (folder) => [
    ...["--data", `${folder}/raw`],
    ...["--prediction", `${folder}/predictions/blended/blended_predictions_uniform.npy.gz`],
  ],
  "verify": () => ["--only", "maxout"],
  "verify --golden tests/golden/small.safetensors": () => [],
  "bench": () => ["--quick", "step"],
  "bench --quick": "by a test of its own",
  "bench pipeline": "by a test of its own",
  "bench peers": "by a test of its own",
  "tune": "by a test of its own",
  "bench paper --card h100": () => ["--models", "compact"],
  "doctor": () => ["--quick"],
  "reproduce --slurm --print": (folder) => ["--data", `${folder}/raw`, "--root", folder],
  "reproduce --slurm --partition gpu --account me --time 1-00:00:00": "by a test of its own",
  "reproduce --status": (folder) => ["--root", folder],
  "reproduce --dry-run": "by a test of its own",
  "reproduce": "by a test of its own",
  "extract:sextractor": "by a test of its own",
  "demo": "by a test of its own",
  "web:build": (folder) => ["--out", `${folder}/web`],
  "test:faults": () => ["--only", "submit", "--every", "9"],
  "test:fuzz": () => ["--count", "20"],
  "test:slurm": "by a test of its own",
  "test": "by CI",
  "ok": "by CI",
};

Deno.test("the README's commands are all known here", () => {
  const lines = [...README.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => block.split("\n"));
  const inline = [...README.matchAll(/`(\.\/run [^`…]+)`/g)].map(([, command]) => command);
  const commands = [...lines, ...inline].map((line) => line.trim()).filter(Boolean);
  assert.ok(commands.length > 15);
  const unknown = commands.filter((command) => !(command.replace(/^\.\/run /, "") in RUNS));
  assert.deepEqual(unknown, []);
  const inReadme = new Set(commands.map((command) => command.replace(/^\.\/run /, "")));
  assert.deepEqual(Object.keys(RUNS).filter((command) => !inReadme.has(command)), []);
});

Deno.test("files and folders that the README names are there", () => {
  for (const [, path] of README.matchAll(/\]\((?!http)([^)]+)\)/g)) {
    Deno.statSync(new URL(path, ROOT));
  }
  for (const [, path] of README.matchAll(/^\| `((?:kernels|lib|tasks|tests)[^`]*)`/gm)) {
    Deno.statSync(new URL(path, ROOT));
  }
});

Deno.test("the README's program type-checks in a folder of somebody else's", () =>
  inFolder(async (folder) => {
    const imports = { "@galaxies/galaxies": new URL("mod.ts", ROOT).href };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    const programs = [...README.matchAll(/```ts\n(.*?)```/gs)].map(([, program]) => program);
    assert.equal(programs.length, 1);
    await Deno.writeTextFile(`${folder}/program.ts`, programs[0]);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "program.ts"],
      cwd: folder,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  }));

Deno.test("the README's commands work, one after the other", () =>
  inFolder(async (folder) => {
    await makeSurvey({ out: `${folder}/raw`, train: 20, test: 3, seed: 6, workers: 2 });
    for (const [command, run] of Object.entries(RUNS)) {
      if (typeof run === "string") continue;
      // The flags of the test stand last, and win over those of the README.
      const { code, out, error } = await runReal(fileURLToPath(ROOT), [
        ...command.split(" "),
        ...run(folder),
      ]);
      assert.equal(code, 0, `${command}\n${out}\n${error}`);
    }
    const submissions = [
      "augmented/test/extradense.csv.gz",
      "blended/blended_predictions_uniform.csv.gz",
    ];
    for (const path of submissions) Deno.statSync(`${folder}/predictions/${path}`);
  }));
