/** Whole training processes: killed, interrupted, resumed, refused. */
import assert from "node:assert/strict";
import { openGpu } from "../../lib/gpu/device.ts";
import { inFolder } from "../data/folder.ts";
import { smallSurvey } from "./small.ts";

const TASK = new URL("./small_task.ts", import.meta.url).pathname;
const EXTRADENSE = new URL("../../tasks/train/extradense.ts", import.meta.url).pathname;
const SETTINGS = ["--chunks", "5", "--validate-every", "1"];

function start(...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-write", TASK, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(...args: string[]) {
  const { code, stdout, stderr } = await start(...args).output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout), errors: text.decode(stderr) };
}

/** Starts a run and sends it a signal once `lines` of its progress have come. */
async function interrupt(signal: Deno.Signal, lines: number, ...args: string[]) {
  const process = start(...args);
  let output = "";
  let sent = false;
  const errors = process.stderr.pipeTo(new WritableStream());
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    if (!sent && output.split("\nchunk").length > lines) {
      sent = true;
      process.kill(signal);
    }
  }
  await errors;
  return { ...await process.status, output };
}

Deno.test("killing a run again and again changes nothing", () =>
  inFolder(async (folder) => {
    const data = ["--data", await smallSurvey(`${folder}/survey`)];
    const whole = await finish(...data, ...SETTINGS, "--out", `${folder}/whole`);
    assert.equal(whole.code, 0, whole.errors);
    const out = ["--out", `${folder}/killed`];
    const first = await interrupt("SIGKILL", 1, ...data, ...SETTINGS, ...out);
    assert.equal(first.success, false);
    // At a moment that no line of output marks: in the middle of a chunk, a file, a start.
    for (const delay of [400, 700, 1000, 1300]) {
      const process = start(...data, ...out, "--resume");
      setTimeout(() => {
        try {
          process.kill("SIGKILL");
        } catch {
          // It had ended by itself.
        }
      }, delay);
      await process.output();
    }
    const last = await finish(...data, ...out, "--resume");
    assert.equal(last.code, 0, last.errors);
    assert.deepEqual(
      await Deno.readFile(`${folder}/killed/params.safetensors`),
      await Deno.readFile(`${folder}/whole/params.safetensors`),
    );
  }));

Deno.test("Ctrl-C saves, exits with 130, and the run can go on", () =>
  inFolder(async (folder) => {
    const data = ["--data", await smallSurvey(`${folder}/survey`)];
    const settings = [...SETTINGS, "--chunk-size", "40"];
    await finish(...data, ...settings, "--out", `${folder}/whole`);
    const out = ["--out", `${folder}/stopped`];
    const stopped = await interrupt("SIGINT", 1, ...data, ...settings, ...out);
    assert.equal(stopped.code, 130);
    assert.match(stopped.output, /stopped in chunk \d; all is saved/);
    assert.equal((await finish(...data, ...out, "--resume")).code, 0);
    assert.deepEqual(
      await Deno.readFile(`${folder}/stopped/params.safetensors`),
      await Deno.readFile(`${folder}/whole/params.safetensors`),
    );
  }));

Deno.test("the full network is not trained on a software adapter without a yes", async () => {
  const gpu = await openGpu();
  const { software } = gpu;
  gpu.close();
  if (!software) return;
  await inFolder(async (folder) => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-read", "--allow-write", EXTRADENSE],
        ...["--data", await smallSurvey(`${folder}/survey`), "--out", `${folder}/run`],
      ],
    }).output();
    assert.equal(code, 1);
    assert.match(new TextDecoder().decode(stderr), /computes on the processor.*--allow-software/);
    assert.throws(() => Deno.statSync(`${folder}/run`), Deno.errors.NotFound);
  });
});

Deno.test("what cannot be trained is refused in a sentence, with exit code 1", () =>
  inFolder(async (folder) => {
    const data = ["--data", await smallSurvey(`${folder}/survey`)];
    const out = ["--out", `${folder}/run`];
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, output, errors } = await finish(...args);
      assert.equal(code, 1, output + errors);
      assert.match(errors, pattern);
      assert.doesNotMatch(errors, /\n\s+at |internal error/, "a stack trace");
    };
    await refused(/--epochs/, "--epochs", "3");
    await refused(/--chunks must be a whole number, not "few"/, "--chunks", "few");
    await refused(/10 is not a multiple of --batch-size 4; 12 would be/, "--chunk-size", "10");
    await refused(/nowhere/, "--data", `${folder}/nowhere`);
    await refused(/has no run to resume/, ...data, ...out, "--resume");

    const image = [...Deno.readDirSync(`${folder}/survey/images_training_rev1`)][3].name;
    const path = `${folder}/survey/images_training_rev1/${image}`;
    const whole = await Deno.readFile(path);
    await Deno.writeFile(path, whole.subarray(0, 5000));
    await refused(new RegExp(`${image}.*truncated|truncated.*${image}`, "s"), ...data, ...out);
    await Deno.writeFile(path, whole);

    assert.equal((await finish(...data, ...out, "--chunks", "1")).code, 0);
    const history = await Deno.readTextFile(`${folder}/run/history.jsonl`);
    for (const harmless of ["--dry-run", "--profile"]) {
      // A dry run is refused as a run would be.
      const over = await finish(...data, ...out, harmless);
      assert.equal(over.code, harmless === "--profile" ? 0 : 1, over.output + over.errors);
      assert.equal(await Deno.readTextFile(`${folder}/run/history.jsonl`), history, harmless);
      assert.equal((await finish(...data, "--out", `${folder}/none/run`, harmless)).code, 0);
      assert.throws(() => Deno.statSync(`${folder}/none`), Deno.errors.NotFound);
    }
    await refused(/already holds a run of small/, ...data, ...out);
    const other = ["--chunks", "2", "--seed", "9"];
    await refused(
      /--chunks was 1, now 2; --seed was 1, now 9/,
      ...data,
      ...out,
      "--resume",
      ...other,
    );
    await smallSurvey(`${folder}/survey`);
    const labels = `${folder}/survey/training_solutions_rev1.csv`;
    const lines = (await Deno.readTextFile(labels)).split("\n");
    const [id, ...rest] = lines[1].split(",");
    const swapped = [id, ...lines[2].split(",").slice(1)].join(",");
    assert.ok(rest.length === 37);
    await Deno.writeTextFile(labels, [lines[0], swapped, ...lines.slice(2)].join("\n"));
    await refused(/the labels: labels of 20 \(\w{8}\) there/, ...data, ...out, "--resume");
  }));

Deno.test("a network that does no better than the mean is told so at the end", () =>
  inFolder(async (folder) => {
    const data = ["--data", await smallSurvey(`${folder}/survey`)];
    const { code, output, errors } = await finish(
      ...[...data, "--chunks", "1", "--out", `${folder}/short`],
    );
    assert.equal(code, 0, errors);
    assert.match(output, /done: validation RMSE/);
    assert.match(errors, /does no better than predicting the mean/);
  }));
