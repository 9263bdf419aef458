import assert from "node:assert/strict";
import { formatCounts, readSummary } from "../../tasks/test.ts";
import { onMachine, REPOSITORY, run } from "./machine.ts";

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", REPOSITORY))) as {
  tasks: Record<string, { description: string; command: string }>;
};

Deno.test("without a task, ./run lists every task with its description", async () => {
  const { code, out } = await run([]);
  assert.equal(code, 0);
  for (const [name, { description, command }] of Object.entries(tasks)) {
    assert.ok(description, `${name} has no description`);
    const line = out.split("\n").find((line) => line.startsWith(`  ${name} `));
    assert.equal(line?.slice(name.length + 2).trim(), description);
    // Every right comes from a permission set.
    if (name !== "ok") assert.match(command, /^deno run --quiet -P=\w+ tasks\/[\w/]+\.ts$/);
  }
  const listed = out.split("\n").filter((line) => line.startsWith("  ")).length;
  assert.equal(listed, Object.keys(tasks).length);
});

Deno.test("an unknown task is an error that lists the tasks", async () => {
  const { code, out, error } = await run(["nosuch"], { deno: "2.9.6", adapter: true });
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(error, /^error: there is no task "nosuch"/);
  assert.match(error, /^ {2}test /m);
});

Deno.test("a recent Deno on the PATH runs the task with its grants and its arguments", async () => {
  for (const version of ["2.9.5", "2.9.6", "2.10.0", "3.0.0"]) {
    const { code, out, error } = await run(["test", "--filter", "a  b\nc", "*"], {
      deno: version,
      adapter: true,
    });
    assert.deepEqual([code, error], [0, ""]);
    const said = `deno ${version}:\n<run><--quiet><--no-prompt><--allow-read=/named by/test *>` +
      `<tasks/test.ts><--filter><a  b\nc><*>\nbackend vulkan, caller ${Deno.cwd()}\nruntime /private\n`;
    assert.equal(out, said);
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
    assert.match(out, /^deno 2\.9\.6:\n<run>.*<tasks\/test\.ts>\n/);
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
  assert.match(out, /<tasks\/test\.ts>/);
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
