/** What `./run` lets tasks do: the rights of every task, and cases 09 and 13. */
import assert from "node:assert/strict";
import { DEV_ADVICE } from "../../lib/files/explain.ts";
import { permissionFlags, type PermissionSet, setOf, SOURCE } from "../../lib/cli/grants.ts";
import { inFolder } from "../data/folder.ts";
import { REPOSITORY, runReal } from "./machine.ts";
import { smallSurvey } from "../train/small.ts";

const CONFIG = Deno.readTextFileSync(new URL("deno.json", REPOSITORY));
const { tasks, permissions } = JSON.parse(CONFIG) as {
  tasks: Record<string, { command: string }>;
  permissions: Record<string, PermissionSet>;
};
const ROOT = decodeURIComponent(REPOSITORY.pathname).replace(/\/$/, "");

/** Those with a permission set. */
const NAMES = Object.keys(tasks).filter((task) => tasks[task].command.startsWith("deno run"));

/** What a task answers when it is asked what it needs. */
async function ask(task: string, ...args: string[]) {
  const script = tasks[task].command.split(" ").at(-1)!;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--allow-read", "--allow-env=GALAXIES_GRANTS,INIT_CWD"],
      ...[script, ...args],
    ],
    cwd: REPOSITORY,
    env: { GALAXIES_GRANTS: task, INIT_CWD: ROOT, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, lines: text.decode(stdout).split("\n"), error: text.decode(stderr) };
}

Deno.test("tasks write to data, analysis and predictions, and read no more than they need", () => {
  const used = new Set(NAMES.map((task) => setOf(task, CONFIG)).map((set) => JSON.stringify(set)));
  const made = new Set(Object.values(permissions).map((set) => JSON.stringify(set)));
  assert.deepEqual(used, made);
  for (
    const [name, { read = [], write = [], run = [], env, net, ...rest }] of Object.entries(
      permissions,
    )
  ) {
    // Nobody comes into the net, and two serve pages to this machine.
    const serves = ["watch", "screenshots"].includes(name);
    assert.deepEqual(net, serves ? ["127.0.0.1"] : undefined, name);
    assert.ok(Array.isArray(read) && Array.isArray(write) && Array.isArray(run), name);
    // The second one only for what saves when its terminal is closed; the doctor also looks which
    // drivers the system is told to use, and what to call `~` in a report.
    const variables = name === "doctor"
      ? /^INIT_CWD(,(HOME|USERPROFILE|DENO_WEBGPU_\w+|VK_\w+))+$/
      : /^INIT_CWD(,GALAXIES_NOHUP)?$/;
    assert.match(String(env), variables, name);
    assert.ok(Object.keys(rest).every((kind) => kind === "sys"), name);
    for (const path of write) assert.match(path, /^(data|analysis|predictions)(\/|$)/, name);
    const own = /^(data|analysis|predictions|lib|kernels|weights|web|LICENSE)(\/|$)/;
    if (!["test", "faults"].includes(name)) {
      for (const path of read) assert.match(path, own, name);
    }
    // Whoever may start deno may do everything: only those do whose purpose it is, as bundling.
    if (run.includes("deno")) assert.ok(["test", "bench", "web"].includes(name), name);
  }
});

Deno.test("whatever a task's help calls a folder or a file is granted when it is named", async () => {
  const alike = (task: string) => /^(train|predict):(?!extradense$|normconstraint$)/.test(task);
  let flags = 0;
  for (const task of NAMES.filter((task) => !alike(task))) {
    const { lines: help } = await ask(task, "-h");
    assert.ok(help.length > 4 && help.every((line) => line.length <= 80), help.join("\n"));
    for (const line of help) {
      const [, name, value] = /^ {2}--([\w-]+) (DIR|FILE\S*) /.exec(line) ?? [];
      if (!name) continue;
      flags++;
      const path = `/named/${value.replace("FILE", "file")}`;
      const { code, lines, error } = await ask(task, `--${name}`, path);
      assert.equal(code, 0, error);
      const grants = lines.filter((line) => line.startsWith("--allow-read=/named"));
      // A written file with its folder; ROOT of reproduce with what is in it.
      const expected = /=\/named(\/DIR(\/analysis)?|\/file\S*)?$/;
      assert.ok(grants.some((grant) => expected.test(grant)), `${task} --${name}: ${lines}`);
    }
    const operand = /^Usage: .*\[?(FILE|FOLDER|PATH)…?\]?$/m.test(help.join("\n"));
    if (!operand) continue;
    const { lines } = await ask(task, "/named/operand");
    assert.ok(lines.includes("--allow-read=/named/operand"), `${task}: ${lines}`);
  }
  assert.ok(flags > 30, `${flags}`);
});

Deno.test("a catalogue comes with its folder, and every path of a flag is granted", async () => {
  const args = ["/c/all.csv", "/d/all.PARQUET", "/e/one.jpg", "--images", "/f", "--images", "/g"];
  const { lines } = await ask("classify", ...args, "--params", "/p/a", "--params", "/p/b");
  const read = lines.filter((line) => line.startsWith("--allow-read=/"))
    .map((line) => line.replace("--allow-read=", "")).filter((path) => path.lastIndexOf("/") < 3);
  assert.deepEqual(
    new Set(read),
    new Set([
      ...["/c", "/c/all.csv", "/d", "/d/all.PARQUET", "/e/one.jpg", "/f", "/g", "/p/a", "/p/b"],
    ]),
  );
});

Deno.test("only what is to be written can be written", async () => {
  const writes = async (task: string, ...args: string[]) => {
    const { code, lines, error } = await ask(task, ...args);
    assert.equal(code, 0, error);
    return lines.filter((line) => line.startsWith("--allow-write=/"))
      .map((line) => line.replace("--allow-write=", ""));
  };
  assert.deepEqual(await writes("train:extradense", "--data", "/d", "--out", "/o"), ["/o"]);
  assert.deepEqual(await writes("predict:extradense", "--params", "/p", "--sextractor", "/s"), []);
  assert.deepEqual(await writes("submit", "--prediction", "/p/x.npy.gz"), ["/p"]);
  assert.deepEqual(
    await writes("submit", "--prediction", "/p/x.npy.gz", "--out", "/o/x.csv.gz"),
    ["/o"],
  );
  assert.deepEqual(await writes("extract:sextractor", "--data", "/d"), ["/d"]);
  assert.deepEqual(await writes("extract:sextractor", "--data", "/d", "--out", "/o"), ["/o"]);
  assert.deepEqual(
    await writes("reproduce", "--data", "/d", "--root", "/r"),
    ["/d", "/r/analysis", "/r/predictions"],
  );
  // A dry run removes what it has made on the way.
  assert.deepEqual(
    await writes("train:extradense", "--out", `${ROOT}/../none/here/run`, "--dry-run"),
    [`${ROOT}/../none/here/run`, `${ROOT}/../none/here`, `${ROOT}/../none`],
  );
});

Deno.test("the program itself is never written to, even by who may write to its folder", async () => {
  const { code, error } = await ask("survey", "--out", `${ROOT}/lib/made`);
  assert.equal(code, 1);
  assert.match(error, /lib belongs to the program itself/);
  const script = "for (const path of Deno.args) { " +
    'console.log(path, Deno.permissions.querySync({ name: "write", path }).state); }';
  const { stdout } = await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/query.ts`, script);
    const flags = permissionFlags({}, { read: [], write: [ROOT] });
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        ...flags,
        `${folder}/query.ts`,
        "x.csv",
        "lib/errors.ts",
        ...SOURCE,
      ],
      cwd: REPOSITORY,
    }).output();
  });
  const states = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(states[0], "x.csv granted");
  for (const state of states.slice(1)) assert.match(state, / denied$/);
  assert.equal(states.length, SOURCE.length + 2);
});

Deno.test("everything under version control but what runs write is the program itself", async () => {
  const git = await new Deno.Command("git", {
    args: ["ls-tree", "--name-only", "HEAD"],
    cwd: REPOSITORY,
  }).output().catch(() => ({ success: false, stdout: new Uint8Array() }));
  if (!git.success) return console.warn("SKIPPED, this is no clone: what belongs to the program");
  const names = new TextDecoder().decode(git.stdout).trim().split("\n");
  const rest = names.filter((name) => !["data", "analysis", "predictions"].includes(name));
  assert.deepEqual(rest.filter((name) => !SOURCE.includes(name)), []);
});

Deno.test("a path that no permission can be given for is refused, with the way round it", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/a,b`);
    const { code, error } = await runReal(folder, ["check:labels", "--data", "a,b"]);
    assert.equal(code, 1);
    assert.match(error, /^error: \/.*a,b has a comma .*make a symbolic link/);
    Deno.symlinkSync(data, `${folder}/ab`);
    const linked = await runReal(folder, ["check:labels", "--data", "ab"]);
    assert.equal(linked.code, 0, linked.error);
  }));

Deno.test("case 09: relative paths mean the caller's folder, in what is read, written and said", () =>
  inFolder(async (folder) => {
    await smallSurvey(`${folder}/my survey/raw`);
    const caller = Deno.realPathSync(`${folder}/my survey`);
    const made = await runReal(caller, ["convert:labels", "--data", "raw", "--out", "out/rel"]);
    assert.equal(made.code, 0, made.error);
    assert.ok(made.out.startsWith(`${caller}/out/rel/solutions_train.npy: `), made.out);
    assert.ok(Deno.statSync(`${caller}/out/rel/solutions_train.npy`).isFile);
    assert.throws(() => Deno.statSync(new URL("out", REPOSITORY)));

    const operand = await runReal(`${caller}/raw`, [
      "check:labels",
      "./training_solutions_rev1.csv",
    ]);
    assert.equal(operand.code, 0, operand.error);
    const missing = await runReal(caller, ["check:labels", "--data", "data/raw"]);
    assert.equal(missing.code, 1);
    assert.ok(missing.error.includes(`${caller}/data/raw`), missing.error);

    // deno task goes to the project's folder, and says where it was called.
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "check:labels", "--data", "../data/none"],
      cwd: new URL("lib/", REPOSITORY),
      env: { NO_COLOR: "1", INIT_CWD: `${ROOT}/lib` },
    }).output();
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stderr), new RegExp(`${ROOT}/data/none`));
  }));

Deno.test("images behind symbolic links and a cache elsewhere can be read", () =>
  inFolder(async (folder) => {
    const survey = await smallSurvey(`${folder}/big disk/survey`);
    Deno.mkdirSync(`${folder}/raw`);
    for (const { name } of Deno.readDirSync(survey)) {
      Deno.symlinkSync(`${survey}/${name}`, `${folder}/raw/${name}`);
    }
    const made = await runReal(folder, ["cache", "--data", "raw", "--to", "memory"]);
    assert.equal(made.code, 0, made.error);
    const { code, out, error } = await runReal("/", ["check:data", "--data", `${folder}/raw`]);
    assert.equal(code, 0, out + error);
    assert.match(out, /^ok {2}train cache +complete, .*memory\/train\.rgb$/m);
    assert.match(out, /^ok {2}test images/m);
    // A second time: the cache's folder is known from the data folder only.
    const again = await runReal("/", ["cache", "--data", `${folder}/raw`]);
    assert.equal(again.code, 0, again.error);
    assert.match(again.out, /0 images decoded/);
  }));

Deno.test({
  name: "case 13: whatever leads to /dev/shm is refused with what can be done instead",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      Deno.symlinkSync("/dev/shm", `${folder}/shm`);
      Deno.mkdirSync(`${folder}/half`);
      Deno.symlinkSync("/dev/shm/none", `${folder}/half/images_test_rev1`);
      for (
        const args of [
          ["check:data", "--data", "/dev/shm/galaxies"],
          ["check:data", "--data", "shm/galaxies"],
          ["check:data", "--data", "half"],
          ["create:ids", "--data", "raw", "--out", "/dev/shm/ids"],
          ["cache", "--data", "raw", "--to", "shm/cache"],
          ["submit", "--prediction", "/dev/shm/x.npy.gz"],
          ["compare:sextractor", "--reference", "raw", "/dev/shm/galaxies"],
        ]
      ) {
        const { code, out, error } = await runReal(folder, args);
        assert.deepEqual([code, out], [1, ""], args.join(" "));
        assert.ok(error.startsWith("error: /") && error.endsWith(`${DEV_ADVICE}\n`), error);
        assert.doesNotMatch(error, /allow-all/);
      }
      // The same without ./run.
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "check:labels", "--data", "/dev/shm/galaxies"],
        cwd: REPOSITORY,
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assert.equal(code, 1);
      assert.ok(said.includes(DEV_ADVICE), said);
    }),
});
