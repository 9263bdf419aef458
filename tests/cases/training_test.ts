/** What happens around a training: cases 19 and 22, and others of their kind, as whole processes. */
import assert from "node:assert/strict";
import { unseal, writeSealed } from "../../lib/files/sealed_json.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { inFolder } from "../data/folder.ts";
import { type Outcome, runScript, scriptPath } from "../process.ts";
import { smallSurvey } from "../train/small.ts";

const TASK = "tests/train/small_task.ts";

const train = (...args: string[]) => runScript(TASK, args);

function assertRefused({ code, error, out }: Outcome, ...patterns: RegExp[]) {
  assert.equal(code, 1, out + error);
  for (const pattern of patterns) assert.match(error, pattern);
  assert.doesNotMatch(error, /internal error|\n {4}at /);
}

function assertDone({ code, out, error }: Outcome) {
  assert.equal(code, 0, out + error);
  return out + error;
}

/** A training that is under way; its output is read up to the line that `begun` matches. */
async function underWay(begun: RegExp, ...args: string[]) {
  return await startUntil(begun, Deno.execPath(), [...RUN, ...args]);
}

const RUN = [
  ...["run", "--no-prompt", "--allow-read", "--allow-write"],
  ...["--allow-env=INIT_CWD,GALAXIES_NOHUP", scriptPath(TASK)],
];

async function startUntil(
  begun: RegExp,
  program: string,
  args: string[],
  env: Record<string, string> = {},
) {
  const process = new Deno.Command(program, {
    args,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const error = new Response(process.stderr).text();
  let out = "";
  while (!begun.test(out)) {
    const { done, value } = await reader.read();
    if (done) assert.fail(out + await error);
    out += value;
  }
  return {
    process,
    /** Reads on to the end. */
    async end(): Promise<Outcome> {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        out += value;
      }
      return { code: (await process.status).code, out, error: await error };
    },
    /** Lets nobody read any more. */
    async hangUp(): Promise<Outcome> {
      await reader.cancel();
      return { code: (await process.status).code, out, error: await error };
    },
  };
}

const BEGUN = /GPU; 18 galaxies/;
const LONG = ["--chunks", "400", "--validate-every", "2"];

const parameters = (folder: string) => Deno.readFile(new RunFolder(folder).parameters);

Deno.test("case 19: of two trainings in one folder the second is refused, at once or later", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    const out = `${path}/run`;
    const settings = ["--chunks", "4", "--validate-every", "1"];
    const whole = (seed: string) =>
      train(...data, ...settings, "--out", `${path}/${seed}`, "--seed", seed);
    assertDone(await whole("7"));
    const both = await Promise.all(
      ["7", "99"].map((seed) => train(...data, ...settings, "--out", out, "--seed", seed)),
    );
    const [first, second] = both.toSorted((a, b) => a.code - b.code);
    assertDone(first);
    assertRefused(
      second,
      /run (is in use by train:small \(process \d+, since|already holds a run)/,
    );
    if (both[0].code === 0) assert.deepEqual(await parameters(out), await parameters(`${path}/7`));

    // While one goes on: a start, a resume, what would be one, and a look, which takes nothing.
    const other = `${path}/other`;
    const going = await underWay(BEGUN, ...data, ...LONG, "--out", other);
    const holder = new RegExp(`other is in use by train:small \\(process ${going.process.pid}, `);
    assertRefused(await train(...data, "--out", other), holder);
    assertRefused(await train(...data, "--out", other, "--resume"), holder);
    assertRefused(await train(...data, "--out", other, "--resume", "--dry-run"), holder);
    assertDone(await train(...data, "--out", other, "--profile"));
    going.process.kill("SIGTERM");
    assert.equal((await going.end()).code, 143);
    // Two resumes: one goes on.
    const resumed = await underWay(BEGUN, ...data, "--out", other, "--resume");
    assertRefused(await train(...data, "--out", other, "--resume"), /in use by train:small/);
    resumed.process.kill("SIGKILL");
    await resumed.end();
    // A killed one holds nothing.
    const last = await underWay(/resuming before chunk/, ...data, "--out", other, "--resume");
    last.process.kill("SIGINT");
    assert.equal((await last.end()).code, 130);
  }));

Deno.test("case 22: an output that goes away ends no training; a closed terminal saves it", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    const settings = ["--chunks", "3", "--validate-every", "1"];
    assertDone(await train(...data, ...settings, "--out", `${path}/whole`));
    const out = `${path}/run`;
    const unread = await underWay(BEGUN, ...data, ...settings, "--out", out);
    const { code, error } = await unread.hangUp();
    assert.equal(code, 0, error);
    assert.deepEqual(await parameters(out), await parameters(`${path}/whole`));

    const closed = `${path}/closed`;
    const going = await underWay(/chunk +1\/400/, ...data, ...LONG, "--out", closed);
    // The terminal tells it, and its shell.
    going.process.kill("SIGHUP");
    going.process.kill("SIGHUP");
    const stopped = await going.end();
    assert.equal(stopped.code, 129, stopped.error);
    assert.match(stopped.out, /stopped in chunk \d+; all is saved/);
    assertDone(await train(...data, "--out", closed, "--resume", "--dry-run"));
  }));

Deno.test({
  name: "a training that was started with nohup goes on when its terminal is closed",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (path) => {
      const data = ["--data", await smallSurvey(`${path}/survey`), "--out", `${path}/run`];
      const going = await startUntil(
        /chunk +1\/6/,
        "sh",
        [
          ...["-c", 'trap "" HUP; exec "$@"', "sh", Deno.execPath(), ...RUN],
          ...[...data, "--chunks", "6", "--validate-every", "3"],
        ],
        { GALAXIES_NOHUP: "1" }, // as ./run finds out
      );
      going.process.kill("SIGHUP");
      assert.match(assertDone(await going.end()), /done: validation RMSE/);
    }),
});

Deno.test("a folder that holds any file of a run is never begun anew", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    const out = `${path}/run`;
    assertDone(await train(...data, "--chunks", "2", "--validate-every", "1", "--out", out));
    const folder = new RunFolder(out);
    const found = await folder.found();
    assert.deepEqual(found, folder.files.slice(0, 5));
    const kept = new Map<string, Uint8Array>();
    for (const file of found) kept.set(file, await Deno.readFile(file));
    assertRefused(await train(...data, "--out", out), /already holds a run of small, started/);
    for (const file of found.slice(1)) {
      for (const each of found) await Deno.remove(each).catch(() => {});
      await Deno.writeFile(file, kept.get(file)!);
      assertRefused(
        await train(...data, "--out", out),
        new RegExp(`holds ${file}, but no run.json`),
      );
      const resumed = await train(...data, "--out", out, "--resume");
      assertRefused(resumed, new RegExp(`holds ${file}, but no run.json`));
      assert.deepEqual(await Deno.readFile(file), kept.get(file));
    }
    // A damaged run.json; and one without a checkpoint, though there was one.
    await Deno.writeTextFile(folder.description, "{}");
    assertRefused(await train(...data, "--out", out, "--resume"), /run\.json is damaged or was/);
    const { value } = unseal(new TextDecoder().decode(kept.get(folder.description))) as {
      value: Record<string, unknown>;
    };
    await writeSealed(folder.description, { ...value, finished: undefined });
    for (const file of found.slice(1)) await Deno.remove(file).catch(() => {});
    await Deno.writeFile(folder.parameters, kept.get(folder.parameters)!);
    assertRefused(
      await train(...data, "--out", out, "--resume"),
      /checkpoint\.safetensors is missing, though .*params\.safetensors is there/,
    );
  }));

Deno.test("finished means that the parameters are those of the last chunk", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    const out = `${path}/run`;
    const folder = new RunFolder(out);
    const chunks = (count: string) => ["--chunks", count, "--validate-every", "1"];
    assertDone(await train(...data, ...chunks("2"), "--out", out));
    const last = await parameters(out);
    const description = await Deno.readTextFile(folder.description);
    const { value } = unseal(description) as { value: Record<string, unknown> };
    assert.ok(value.finished);
    const resume = () => train(...data, "--out", out, "--resume");

    assert.match(assertDone(await resume()), /the run in .* was finished on .*\nnothing to do: /);
    assert.equal(await Deno.readTextFile(folder.description), description);

    // Killed after the last checkpoint: without parameters, or with those of a chunk before.
    await writeSealed(folder.description, { ...value, finished: undefined });
    await Deno.remove(folder.parameters);
    assert.match(assertDone(await resume()), /done: validation RMSE/);
    assert.deepEqual(await parameters(out), last);
    assert.match(assertDone(await resume()), /nothing to do/);

    // Damaged, or of another run of the same model, after it was finished.
    assertDone(await train(...data, ...chunks("1"), "--out", `${path}/other`));
    for (const other of [last.subarray(0, 5000), await parameters(`${path}/other`)]) {
      await Deno.writeFile(folder.parameters, other);
      assert.match(
        assertDone(await resume()),
        /warning: .*params\.safetensors (is damaged|is of chunk 1, not of the last one, 2).*anew/,
      );
      assert.deepEqual(await parameters(out), last);
    }
    // Other settings are no continuation of a finished run either.
    assertRefused(await train(...data, ...chunks("3"), "--out", out, "--resume"), /was 2, now 3/);
  }));

/** As `rm -r` does when it is told again: while a folder is emptied, something may be put into it. */
async function removeAll(path: string) {
  for (;;) {
    try {
      return await Deno.remove(path, { recursive: true });
    } catch (error) {
      if (!/not empty/i.test(String(error))) throw error;
    }
  }
}

Deno.test("a run whose folder or files are removed meanwhile ends with an error", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    const removals: [string, (folder: RunFolder) => Promise<void>, RegExp][] = [
      [
        "removed",
        (folder) => removeAll(folder.path),
        /removed\b.* was removed/,
      ],
      [
        "replaced",
        async (folder) => {
          await Deno.rename(folder.path, `${path}/moved`);
          await Deno.mkdir(folder.path);
        },
        /replaced was removed or replaced/,
      ],
      ["history", (folder) => Deno.remove(folder.history), /history\.jsonl was removed while/],
      ["checkpoint", (folder) => Deno.remove(folder.checkpoint), /checkpoint\.saf\w* was removed/],
      ["description", (folder) => Deno.remove(folder.description), /run\.json was removed/],
    ];
    for (const [name, remove, pattern] of removals) {
      const folder = new RunFolder(`${path}/${name}`);
      const going = await underWay(/chunk +3\/400/, ...data, ...LONG, "--out", folder.path);
      await remove(folder);
      assertRefused(await going.end(), pattern);
      const left = await folder.found();
      if (name === "removed") assert.throws(() => Deno.statSync(folder.path), name);
      if (name === "replaced") assert.deepEqual(left, []);
      if (name === "history") assert.ok(!left.includes(folder.history));
    }
  }));

Deno.test("a place that cannot be written is found out before anything is computed", () =>
  inFolder(async (path) => {
    const data = ["--data", await smallSurvey(`${path}/survey`)];
    await Deno.writeTextFile(`${path}/file`, "");
    assertRefused(await train(...data, "--out", `${path}/file/run`), /cannot be written/);
    await Deno.mkdir(`${path}/run/params.safetensors`, { recursive: true });
    const outcome = await train(...data, "--out", `${path}/run`);
    assertRefused(outcome, /params\.safetensors cannot be written: it is a folder/);
    assert.doesNotMatch(outcome.out, /adapter/);
    // What is refused leaves no folder behind.
    assertRefused(await train("--data", `${path}/none`, "--out", `${path}/new`), /does not exist/);
    assert.throws(() => Deno.statSync(`${path}/new`), Deno.errors.NotFound);
  }));

Deno.test("a run goes on only with the data it began with: other images behind the same ids", () =>
  inFolder(async (path) => {
    const survey = await smallSurvey(`${path}/survey`);
    const data = ["--data", survey];
    const out = `${path}/run`;
    const going = await underWay(/chunk +1\/400/, ...data, ...LONG, "--out", out);
    going.process.kill("SIGTERM");
    await going.end();
    const images = `${survey}/images_training_rev1`;
    const [one, two] = [...Deno.readDirSync(images)].map(({ name }) => `${images}/${name}`).sort();
    const saved = await Deno.readFile(one);
    await Deno.copyFile(two, one);
    const refused = await train(...data, "--out", out, "--resume");
    assertRefused(
      refused,
      /run holds a run of something else\. the images: 20 images \(\w{8}\) there/,
    );
    // The same image with another date is the same.
    await Deno.writeFile(one, saved);
    assertDone(await train(...data, "--out", out, "--resume", "--dry-run"));
  }));
