/**
 * `deno task test:slurm`: the reproduction on a real Slurm, with tasks that are killed, preempted and
 * drained, against the same on one machine.
 */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { UserError } from "../../lib/errors.ts";
import { runCommand } from "../../lib/cli/command.ts";
import { formatDuration } from "../../lib/cli/progress.ts";
import { readHistory } from "../../lib/runs/history.ts";
import { readHanded } from "../../lib/slurm/record.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";
import { Cluster, missingPrograms, until } from "./cluster.ts";

const MODELS = ["extradense", "maxout2048", "shareddense"];
const PORTS = [16817, 16818] as const;
const CHUNKS = 40;

if (import.meta.main) {
  await runCommand({
    task: "test:slurm",
    summary:
      "Starts a Slurm of its own on this machine, reproduces three narrow models on it while a task is\n" +
      "killed, one preempted and the node drained, classifies pictures in three parts, and compares the\n" +
      "results with those of one machine. Needs root, and Debian's packages slurm-wlm and munge.",
    flags: {},
  }, async () => {
    const missing = await missingPrograms();
    if (missing.length > 0) {
      throw new UserError(
        `${missing.join(", ")} cannot be found: install Debian's packages slurm-wlm and munge`,
      );
    }
    if (Deno.uid() !== 0) throw new UserError("only root can start a Slurm: call this as root");
    await Deno.mkdir("analysis", { recursive: true });
    const folder = resolve(await Deno.makeTempDir({ dir: "analysis", prefix: "slurm-" }));
    const started = performance.now();
    try {
      await trial(folder);
    } catch (error) {
      console.error(`what was written is in ${folder}`);
      throw error;
    }
    await Deno.remove(folder, { recursive: true });
    console.log(
      `the results are those of one machine, after ${
        formatDuration((performance.now() - started) / 1000)
      }\n1 passed, 0 failed`,
    );
  });
}

async function trial(folder: string) {
  const data = `${folder}/data`;
  await makeSurvey({ out: data, train: 60, test: 8, seed: 3, workers: 2 });
  const [alone, shared] = [`${folder}/alone`, `${folder}/shared`];
  const flags = (root: string) => [
    ...["--data", data, "--root", root, "--models", MODELS.join(",")],
    ...["--chunks", String(CHUNKS), "--chunk-size", "32", "--width", "0.03", "--allow-software"],
  ];
  say("one machine");
  await reproduce(flags(alone));

  await Deno.mkdir(`${folder}/slurm`);
  const cluster = await Cluster.start({ folder: `${folder}/slurm`, cpus: 3, ports: PORTS });
  try {
    const slurm = ["--slurm", "--gres", "none", "--cpus", "1", "--memory", "1G"];
    const handOver = () => reproduce([...flags(shared), ...slurm], cluster.environment);
    const status = () => reproduce([...flags(shared), "--status"], cluster.environment);
    const taskId = async (name: string) => (await readHanded(`${shared}/analysis/slurm`))[name];
    const chunksOf = async (model: string) =>
      (await readHistory(`${shared}/analysis/final/${model}/history.jsonl`)).length;

    say(await handOver());
    say("all three train at the same time");
    await until("all three train", 300, async () => {
      const counts = await Promise.all(MODELS.map(chunksOf));
      return counts.every((count) => count > 0);
    });
    const again = await handOver();
    assert.match(again, /in the queue already: 7/, "nothing is handed over twice");

    say("a more urgent job takes the place of one of them");
    const urgent = (await cluster.tell("sbatch", [
      ...["--parsable", "--partition=urgent", "--output=/dev/null", "--wrap=sleep 5"],
    ])).trim();
    const ids = await Promise.all(MODELS.map((model) => taskId(`train:${model}`)));
    const restarts = () => Promise.all(ids.map(async (id) => (await cluster.task(id)).restarts));
    await until(
      "one was preempted",
      180,
      async () => (await restarts()).some((count) => count > 0),
    );
    await until(
      "the urgent one has run",
      180,
      async () => (await cluster.task(urgent)).state === "COMPLETED",
    );
    const preempted = (await restarts()).findIndex((count) => count > 0);
    const saved = await chunksOf(MODELS[preempted]);
    assert.ok(saved > 0 && saved < CHUNKS, `${MODELS[preempted]} saved ${saved} chunks`);

    say(`${MODELS[preempted]} stopped after chunk ${saved}; another one is killed`);
    const victim = MODELS.findIndex((_, index) => index !== preempted);
    await kill(`train:${MODELS[victim]}`);
    await until(
      "it has failed",
      60,
      async () => (await cluster.task(ids[victim])).state === "FAILED",
    );
    const told = await status();
    say(told);
    assert.match(told, new RegExp(`train:${MODELS[victim]}: exit code 137`));

    say("the node is drained, and comes back");
    await cluster.tell("scontrol", [
      ...["update", `NodeName=${cluster.node}`, "State=DRAIN", "Reason=trial"],
    ]);
    await until(
      "all that runs has ended",
      600,
      async () =>
        (await cluster.tell("squeue", ["--noheader", "--states=RUNNING,COMPLETING"])).trim() === "",
    );
    await cluster.tell("scontrol", ["update", `NodeName=${cluster.node}`, "State=RESUME"]);

    const missing = await handOver();
    say(missing);
    assert.match(missing, new RegExp(`^train: job \\d+, train:${MODELS[victim]}$`, "m"));
    await until(
      "everything is done",
      1200,
      async () => (await cluster.tell("squeue", ["--noheader"])).trim() === "",
    );
    say(await status());
    const last = await handOver();
    assert.match(last, /everything is done/);
    await requireSameSubmissions(alone, shared);
    await classification(data, folder, cluster);
  } finally {
    await cluster.close();
  }
}

/** A folder of pictures, one of them broken, in three parts against one run. */
async function classification(data: string, folder: string, cluster: Cluster) {
  const pictures = `${data}/images_test_rev1`;
  await Deno.writeTextFile(`${pictures}/broken.jpg`, "no picture");
  const given = ["classify", pictures, "--transforms", "1", "--csv"];
  const [alone, shared] = [`${folder}/alone.csv`, `${folder}/shared.csv`];
  say("pictures in three parts");
  assert.match(await run([...given, alone], {}, 2), /7 pictures|8 pictures/);
  const slurm = ["--slurm", "--shards", "3", "--gres", "none", "--cpus", "1", "--memory", "1G"];
  const handOver = () => run([...given, shared, ...slurm], cluster.environment);
  say(await handOver());
  assert.match(await handOver(), /in the queue already: 4/);
  await until(
    "they are classified",
    300,
    async () => (await cluster.tell("squeue", ["--noheader"])).trim() === "",
  );
  assert.match(await handOver(), /everything is done/);
  assert.equal(await Deno.readTextFile(shared), await Deno.readTextFile(alone));
}

function reproduce(args: readonly string[], env?: Record<string, string>) {
  return run(["reproduce", ...args], env);
}

/** Runs a task. @returns what it printed @throws Error when its exit code is another */
async function run(args: readonly string[], env: Record<string, string> = {}, expected = 0) {
  const { code, stdout, stderr } = await new Deno.Command("./run", { args: [...args], env })
    .output();
  const text = new TextDecoder();
  const out = text.decode(stdout);
  if (code !== expected) {
    throw new Error(`${args.join(" ")}: exit code ${code}\n${out}${text.decode(stderr)}`);
  }
  return out;
}

/** Ends the process of a task without a warning, as a machine that runs out of memory does. */
async function kill(task: string) {
  const { stdout } = await new Deno.Command("pgrep", {
    args: ["--full", `^deno run .* --only ${task} `],
  }).output();
  const pids = new TextDecoder().decode(stdout).trim().split("\n").map(Number);
  assert.equal(pids.length, 1, `processes of ${task}: ${pids}`);
  // Deno itself may signal only with the right to run anything.
  await new Deno.Command("kill", { args: ["-KILL", String(pids[0])] }).output();
}

async function requireSameSubmissions(alone: string, shared: string) {
  const folder = "predictions/final/blended";
  let count = 0;
  for await (const { name } of Deno.readDir(`${alone}/${folder}`)) {
    if (!name.endsWith(".csv.gz")) continue;
    const [one, other] = [alone, shared].map((root) => `${root}/${folder}/${name}`);
    assert.deepEqual(await Deno.readFile(other), await Deno.readFile(one), `${name} differs`);
    count++;
  }
  assert.equal(count, 3, "three submissions");
}

function say(text: string) {
  console.log(text.trimEnd());
}
