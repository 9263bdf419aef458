import assert from "node:assert/strict";
import { gpuTest } from "../gpu.ts";
import { canRun } from "../../lib/verify/checks/bench.ts";
import { quickChecks } from "../../bench/checks.ts";

const ROOT = new URL("../..", import.meta.url);
const text = new TextDecoder();

async function deno(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: ROOT });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

/** Paths of all kernels in a folder and in its folders. */
function kernelsIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) =>
    isDirectory ? kernelsIn(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

Deno.test("bench --quick measures everything and finds nothing wrong", async () => {
  const { code, stdout, stderr } = await deno("task", "--quiet", "bench", "--quick", "--json");
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  assert.match(report.date, /^\d{4}-\d\d-\d\dT/);
  assert.equal(report.deno, Deno.version.deno);
  assert.equal(report.command, "deno task bench --quick --json");
  assert.ok(report.adapter);
  const titles = report.tables.map(({ title }: { title: string }) => title);
  for (
    const title of [
      "checks",
      "memory, MiB",
      "kernels",
      "steps",
      "pipeline",
      "training, from files to updates",
      "prediction, from files to answers",
    ]
  ) {
    assert.ok(titles.includes(title), `${title} is missing in ${titles}`);
  }
  for (const { title, columns, rows } of report.tables) {
    assert.ok(rows.length > 0, `${title} is empty`);
    for (const row of rows) assert.equal(row.length, columns.length, title);
  }
});

Deno.test("bench --quick ends with 1 and names what a broken kernel computes", async () => {
  const permissions = ["--allow-read", "--allow-write"];
  const task = new URL("broken_kernel_task.ts", import.meta.url).pathname;
  const { code, stderr } = await deno("run", ...permissions, task, "--quick", "step");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^WRONG: squared_error, batch 1, small tiles: y gradient is off by/m);
  assert.match(stderr, /^WRONG: extradense, forward and backward/m);
});

Deno.test("sections, models and batches that do not exist are refused by name", async () => {
  for (
    const [args, message] of [
      [["speed"], /no section "speed"; the sections are memory, loads, kernels/],
      [["step", "peers"], /compared apart from all else.*deno task bench peers/],
      [["peers", "--models", "bigger"], /there is no flag --models/],
      [["step", "--models", "alexnet"], /no model "alexnet"; the models are/],
      [["step", "--batch", "16,x"], /"x" is none/],
      [["--fast"], /there is no flag --fast/],
    ] as const
  ) {
    const { code, stderr } = await deno("task", "--quiet", "bench", ...args);
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
});

gpuTest("a quick run checks every kernel of the repository that can run here", async (gpu) => {
  let code = "";
  const make = gpu.device.createShaderModule.bind(gpu.device);
  const listening = (descriptor: GPUShaderModuleDescriptor) => {
    code += descriptor.code;
    return make(descriptor);
  };
  Object.defineProperty(gpu.device, "createShaderModule", { value: listening });
  for (const { run } of quickChecks(gpu)) await run(gpu);
  for (const folder of ["conv2d", "dense", "galaxy", "pointwise", "shared"]) {
    for (const path of kernelsIn(`kernels/${folder}`)) {
      if (/subgroup|transposed/.test(path) && !canRun(gpu, "smallSubgroup")) continue;
      const [comment] = /^(\/\/.*\n)+/.exec(Deno.readTextFileSync(new URL(path, ROOT)))!;
      assert.ok(code.includes(comment), `${path} is not checked: see quickChecks`);
    }
  }
});
