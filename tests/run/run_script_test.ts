import assert from "node:assert/strict";
import { formatCounts, readSummary } from "../../tasks/test.ts";

const repository = new URL("../../", import.meta.url);
const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", repository))) as {
  tasks: Record<string, { description: string; command: string }>;
};

interface Machine {
  /** Version of the Deno on the PATH. */
  deno?: string;
  npm?: boolean;
  /** Whether there is a WebGPU adapter from the start. */
  adapter?: boolean;
  root?: boolean;
}

/** Runs a copy of the script on a made-up machine, whose programs only tell how they were called. */
async function run(args: string[], { deno, npm, adapter, root }: Machine = {}) {
  const folder = await Deno.makeTempDir();
  const program = (name: string, script: string) =>
    Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const fakeDeno = (version: string) =>
    `case $1 in --version) echo "deno ${version} (stable)" ;; eval) test -e adapter ;;
     *) echo "deno ${version}: $*"; echo "backend $DENO_WEBGPU_BACKEND" ;; esac`;
  try {
    // The real tools, and nothing else that this machine may have.
    await Deno.mkdir(`${folder}/bin`);
    for (const tool of ["awk", "chmod", "cp", "dirname", "mkdir", "touch"]) {
      await program(`bin/${tool}`, `PATH=/usr/bin:/bin exec ${tool} "$@"`);
    }
    await program("bin/uname", "echo Linux");
    await program("bin/id", `echo ${root ? 0 : 1000}`);
    await program("bin/apt-get", 'echo "apt-get $*" >&2; touch adapter');
    await program("newest", fakeDeno("2.9.6"));
    if (deno) await program("bin/deno", fakeDeno(deno));
    if (npm) {
      await program(
        "bin/npm",
        'echo "npm $*"; mkdir -p .deno/node_modules/@deno/x; cp newest .deno/node_modules/@deno/x/deno',
      );
    }
    if (adapter) await Deno.writeTextFile(`${folder}/adapter`, "");
    for (const file of ["run", "deno.json"]) {
      await Deno.copyFile(new URL(file, repository), `${folder}/${file}`);
    }
    const { code, stdout, stderr } = await new Deno.Command(`${folder}/run`, {
      args,
      clearEnv: true,
      env: { PATH: `${folder}/bin` },
    }).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), error: text.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("without a task, ./run lists every task with its description", async () => {
  const { code, out } = await run([]);
  assert.equal(code, 0);
  for (const [name, { description, command }] of Object.entries(tasks)) {
    assert.ok(description, `${name} has no description`);
    const line = out.split("\n").find((line) => line.startsWith(`  ${name} `));
    assert.equal(line?.slice(name.length + 2).trim(), description);
    assert.doesNotMatch(command, / -A\b|--allow-all/, `${name} takes every permission`);
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

Deno.test("a recent Deno on the PATH runs the task with its arguments", async () => {
  for (const version of ["2.9.5", "2.9.6", "2.10.0", "3.0.0"]) {
    const { code, out, error } = await run(["test", "--filter", "a b"], {
      deno: version,
      adapter: true,
    });
    assert.deepEqual([code, error], [0, ""]);
    assert.equal(out, `deno ${version}: task test --filter a b\nbackend vulkan\n`);
  }
});

Deno.test("an old Deno, or none, is replaced by a local one from npm", async () => {
  for (const deno of ["2.9.4", "2.8.12", "1.46.3", undefined]) {
    const { code, out, error } = await run(["test"], {
      ...(deno && { deno }),
      npm: true,
      adapter: true,
    });
    assert.equal(code, 0);
    assert.match(error, /^Installing Deno 2\.9\.6 into \.deno\/ with npm\nnpm install .*deno@2/);
    assert.match(out, /^deno 2\.9\.6: task test\n/);
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
    /^No WebGPU adapter here: installing .*\napt-get update -qq\napt-get install/,
  );
  assert.match(out, /task test/);
});

Deno.test("without an adapter others get the command for their system", async () => {
  const { code, out, error } = await run(["test"], { deno: "2.9.6" });
  assert.equal(code, 1);
  assert.equal(out, "");
  assert.match(error, /^error: no WebGPU adapter found.*sudo apt-get install.*sudo dnf/s);
});

Deno.test("help and tasks that need no adapter run without one", async () => {
  for (const args of [["test", "--help"], ["submit"], ["cache"], ["check:data"]]) {
    const { code, out } = await run(args, { deno: "2.9.6" });
    assert.equal(code, 0);
    assert.match(out, new RegExp(`task ${args.join(" ")}`));
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
