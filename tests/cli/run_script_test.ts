import assert from "node:assert/strict";
import { formatCounts, readSummary } from "../main.ts";
import { onMachine, REPOSITORY, run } from "./machine.ts";

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", REPOSITORY))) as {
  tasks: Record<string, { description: string; command: string }>;
};

/** Tasks that there is one of, and the names of the models. */
const SINGLE = Object.keys(tasks).filter((name) => !/^(train|predict):/.test(name));
const MODELS = Object.keys(tasks).filter((name) => name.startsWith("train:"))
  .map((name) => name.replace("train:", ""));

Deno.test("every task has a description and a permission set", () => {
  for (const [name, { description, command }] of Object.entries(tasks)) {
    assert.ok(description, `${name} has no description`);
    // Every right comes from a permission set.
    const script = /^deno run --quiet -P=\w+ (tasks|tests)\/[\w/]+\.ts$/;
    if (name !== "ok") assert.match(command, script);
  }
});

Deno.test("without a task, ./run lists all of them in groups of 80 columns", async () => {
  const listed = await run([]);
  assert.deepEqual([listed.code, listed.error], [0, ""]);
  const lines = listed.out.split("\n");
  assert.ok(lines.every((line) => line.length <= 80), listed.out);
  for (const name of SINGLE) {
    const found = lines.filter((line) => line.startsWith(`  ${name} `));
    assert.deepEqual(found.map((line) => line.slice(22)), [tasks[name].description], name);
  }
  // One line each for what there is of every model, and their names once.
  const rows = lines.filter((line) => /^ {2}[\w:]+ {2}/.test(line)).length;
  assert.equal(rows, SINGLE.length + 2);
  assert.match(listed.out, /^ {2}train:MODEL +Train one of the 18 models below$/m);
  const models = listed.out.split("\nModels\n")[1].match(/\w+/g);
  assert.deepEqual(models, MODELS);
  const headings = lines.filter((line) => /^\w+$/.test(line));
  const groups = ["Start", "Data", "Train", "Predict", "Measure", "Develop", "Models"];
  assert.deepEqual(headings, groups);
  for (const help of ["help", "-h", "--help"]) {
    const { code, out } = await run([help]);
    assert.deepEqual([code, out.split("\n").slice(2)], [0, lines.slice(2)]);
  }
});

Deno.test("a mistyped task is answered with the one that was meant, and without the list", async () => {
  const meant: [string, string][] = [
    ["trian:extradense", "train:extradense"],
    ["train:extradnese_dup3", "train:extradense_dup3"],
    ["predict:extradens", "predict:extradense"],
    ["dmeo", "demo"],
    ["tests", "test"],
    ["train", "train:extradense"],
    ["extradense", "train:extradense"],
    ["check", "check:data"],
    ["fuzz", "test:fuzz"],
  ];
  for (const [typed, task] of meant) {
    const { code, out, error } = await run([typed]);
    assert.deepEqual([code, out], [1, ""]);
    assert.equal(error, `error: there is no task "${typed}"; did you mean ${task}?\n`);
  }
  for (const typed of ["nosuch", "x", "*"]) {
    const { code, out, error } = await run([typed]);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(error, /^error: there is no task ".*"\. The list of tasks: \/.*\/run\n$/);
  }
});

Deno.test("a task of several commands shows them as its help, and starts none", async () => {
  for (const args of [["ok", "-h"], ["ok", "--help"], ["help", "ok"]]) {
    const { code, out } = await run(args);
    assert.equal(code, 0);
    assert.match(out, /^Check format.*\n {2}deno fmt --check && .*\n\nUsage: .*\/run ok\n$/);
  }
});

Deno.test("help and hints name the program as it was called", () =>
  onMachine({ deno: "2.9.6", adapter: true }, async (folder, start) => {
    await Deno.symlink(`${folder}/run`, `${folder}/bin/galaxies`);
    await Deno.mkdir(`${folder}/a b`);
    await Deno.symlink("../run", `${folder}/a b/run`);
    const called = async (program: string, from = ".") => {
      const { stdout } = await new Deno.Command("/bin/sh", {
        args: ["-c", `cd "${folder}/${from}" && ${program} && ${program} info`],
        clearEnv: true,
        env: { PATH: `${folder}/bin`, HOME: folder, XDG_RUNTIME_DIR: "/private" },
      }).output();
      const out = new TextDecoder().decode(stdout);
      const [, task] = /^called (.*)$/m.exec(out) ?? [];
      assert.ok(out.startsWith(`Usage: ${task} TASK [ARGUMENT…]\n`), out);
      return task;
    };
    assert.equal(await called("./run"), "./run");
    assert.equal(await called("../run", "bin"), "../run");
    assert.equal(await called("galaxies"), "galaxies");
    assert.equal(await called("/bin/sh run"), "./run");
    assert.equal(await called("'a b/run'"), "'a b/run'");
    assert.equal((await start([])).out.split(" ")[1], `${folder}/run`);
  }));

Deno.test("what goes into a pipe has no colours", async () => {
  const { out } = await run(["test"], { deno: "2.9.6", adapter: true });
  assert.match(out, /^no colour 1$/m);
});

Deno.test("a recent Deno on the PATH runs the task with its grants and its arguments", async () => {
  for (const version of ["2.9.5", "2.9.6", "2.10.0", "3.0.0"]) {
    const { code, out, error } = await run(["test", "--filter", "a  b\nc", "*"], {
      deno: version,
      adapter: true,
    });
    assert.deepEqual([code, error], [0, ""]);
    const said = `deno ${version}:\n<run><--quiet><--no-prompt><--allow-read=/named by/test *>` +
      `<tests/main.ts><--filter><a  b\nc><*>\nbackend vulkan, caller ${Deno.cwd()}\nruntime /private\n`;
    assert.ok(out.startsWith(said), out);
  }
});

Deno.test("a task that cannot say what it needs is not started", () =>
  onMachine({ deno: "2.9.6", adapter: true }, async (folder, start) => {
    await Deno.writeTextFile(
      `${folder}/bin/deno`,
      '#!/bin/sh\ncase $1 in run) echo "error: --data needs a value" >&2; exit 1 ;; esac\n' +
        'echo "deno 2.9.6"\n',
    );
    const { code, out, error } = await start(["check:data", "--data", ""]);
    assert.deepEqual([code, out, error], [1, "", "error: --data needs a value\n"]);
  }));

Deno.test("an old Deno, or none, is replaced by a local one from npm", async () => {
  for (const deno of ["2.9.4", "2.8.12", "1.46.3", undefined]) {
    const { code, out, error } = await run(["test"], {
      ...(deno && { deno }),
      npm: true,
      adapter: true,
    });
    assert.equal(code, 0);
    assert.match(error, /^Installing Deno 2\.9\.6 into \.deno\/ with npm\nnpm install .*deno@2/);
    assert.match(out, /^deno 2\.9\.6:\n<run>.*<tests\/main\.ts>\n/);
  }
});

Deno.test("without Deno and npm the script says what to install", async () => {
  const { code, error } = await run(["test"], { adapter: true });
  assert.equal(code, 1);
  assert.match(error, /needs Deno 2\.9\.5 or later, or npm.*apt-get install npm/s);
});

Deno.test("without an adapter root gets Mesa's driver, announced first", async () => {
  const { code, out, error } = await run(["test"], { deno: "2.9.6", root: true });
  assert.equal(code, 0);
  assert.match(
    error,
    /^No WebGPU adapter here: installing .*\napt-get .*update -qq\napt-get .*install/,
  );
  assert.match(out, /<tests\/main\.ts>/);
});

Deno.test("without an adapter others get the command for their system", async () => {
  const { code, out, error } = await run(["test"], { deno: "2.9.6" });
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(error, /^error: no WebGPU adapter found.*sudo apt-get install.*sudo dnf/s);
});

Deno.test("help and tasks that need no adapter run without one", async () => {
  for (
    const [task, script] of [["submit", "submit"], ["cache", "cache"], ["check:data", "check_data"]]
  ) {
    const { code, out } = await run([task], { deno: "2.9.6" });
    assert.equal(code, 0);
    assert.match(out, new RegExp(`<tasks/${script}.ts>`));
  }
  for (const help of ["--help", "-h"]) {
    // Help needs no rights beyond those of the question.
    const { code, out } = await run(["test", help], { deno: "2.9.6" });
    assert.deepEqual([code, out], [0, "--allow-read=/named by/test *\n"]);
  }
});

Deno.test("the counts of a test run are read from its last summary", () => {
  const colours = "\x1b[0m\x1b[32mok\x1b[0m | 12 passed (3 steps) | 0 failed | 2 ignored | " +
    "4 filtered out \x1b[0m\x1b[38;5;245m(2s)\x1b[0m\n";
  const counts = { passed: 12, failed: 0, skipped: 2 };
  assert.deepEqual(readSummary(colours), counts);
  assert.deepEqual(readSummary(`FAILED | 1 passed | 9 failed (1s)\n\n${colours}\n`), counts);
  assert.deepEqual(readSummary("FAILED | 1 passed (1 step) | 3 failed (1 step) (8ms)"), {
    passed: 1,
    failed: 3,
    skipped: 0,
  });
  assert.equal(readSummary("error: Type checking failed."), undefined);
  assert.equal(formatCounts(counts), "12 passed, 0 failed, 2 skipped");
  assert.equal(formatCounts({ ...counts, skipped: 0 }), "12 passed, 0 failed");
});
