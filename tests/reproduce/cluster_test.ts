/** What of a reproduction is handed over to Slurm. */
import assert from "node:assert/strict";
import { planCluster } from "../../lib/reproduce/cluster.ts";
import type { Step } from "../../lib/reproduce/reproduce.ts";
import { stepsNamed } from "../../lib/reproduce/stages.ts";
import { plannedText } from "../../lib/slurm/hand_over.ts";
import type { QueuedTask } from "../../lib/slurm/slurm.ts";

const MODELS = ["a", "b", "c"];

/** Steps of three models, of which some are done. */
function stepsWith(done: readonly string[]): Step[] {
  const step = (kind: Step["kind"], name: string): Step => ({
    kind,
    name,
    flags: [],
    done: () => Promise.resolve(done.includes(name)),
    check: () => Promise.reject(new Error("nothing is checked here")),
    run: () => Promise.reject(new Error("nothing runs here")),
  });
  return [
    step("check", "check:data"),
    step("cache", "cache"),
    ...MODELS.flatMap((name) => [
      step("train", `train:${name}`),
      step("predict", `predict:${name}`),
    ]),
    step("blend", "ensemble"),
    step("submit", "submit"),
  ];
}

const none = { folder: "/nowhere", handed: {}, queue: [] };

/** Arrays with their tasks, and what they wait for. */
async function planned(
  done: readonly string[],
  known: { folder: string; handed: Record<string, string>; queue: QueuedTask[] } = none,
) {
  const { jobs } = await planCluster(stepsWith(done), ["--width", "1"], known);
  return jobs.map(({ job, after, ids }) => {
    const waits = [...after.jobs.map((name) => `${after.kind} ${name}`), ...ids];
    const tasks = job.tasks.map(({ index, name }) => `${index} ${name}`);
    return `${job.name}: ${tasks.join(", ")}${waits.length ? `; after ${waits.join(", ")}` : ""}`;
  });
}

const running = (id: string): QueuedTask => ({ id, state: "RUNNING", reason: "", node: "n1" });

Deno.test("everything is handed over, and predictions wait for their own trainings", async () => {
  assert.deepEqual(await planned([]), [
    "prepare: 0 prepare",
    "train: 0 train:a, 1 train:b, 2 train:c; after all prepare",
    "predict: 0 predict:a, 1 predict:b, 2 predict:c; after same place train",
    "blend: 0 blend; after all predict",
  ]);
});

Deno.test("what is done is not handed over again", async () => {
  assert.deepEqual(await planned(["train:a", "predict:a", "train:b"]), [
    "prepare: 0 prepare",
    "train: 2 train:c; after all prepare",
    "predict: 2 predict:c; after same place train",
    "predict-trained: 1 predict:b; after all prepare",
    "blend: 0 blend; after all predict, all predict-trained",
  ]);
});

Deno.test("nothing is left when all is done", async () => {
  const models = MODELS.flatMap((name) => [`train:${name}`, `predict:${name}`]);
  assert.deepEqual(await planned([...models, "ensemble"]), ["blend: 0 blend"]);
  assert.deepEqual(await planned([...models, "ensemble", "submit"]), []);
});

Deno.test("what waits or runs is left alone, and what needs it waits for it", async () => {
  const handed = { "train:a": "7_0", "predict:a": "8_0", "train:b": "7_1", "train:c": "7_2" };
  const queue = [
    running("7_0"),
    { id: "8_0", state: "PENDING", reason: "Dependency", node: "" },
    running("7_1"),
    { id: "7_2", state: "FAILED", reason: "NonZeroExitCode", node: "" },
  ];
  assert.deepEqual(await planned([], { folder: "/nowhere", handed, queue }), [
    "prepare: 0 prepare",
    "train: 2 train:c; after all prepare",
    "predict: 2 predict:c; after same place train",
    "predict-1: 1 predict:b; after 7_1",
    "blend: 0 blend; after all predict, all predict-1, 8_0",
  ]);
});

Deno.test("what waits for something that failed is handed over again", async () => {
  const handed = { "train:a": "7_0", "predict:a": "8_0" };
  const queue = [{
    id: "8_0",
    state: "PENDING",
    reason: "DependencyNeverSatisfied",
    node: "",
  }];
  const jobs = await planned([], { folder: "/nowhere", handed, queue });
  assert.match(jobs[2], /^predict: 0 predict:a/);
});

Deno.test("what waits for something that is handed over again is taken back", async () => {
  const handed = { "train:a": "7_0", "predict:a": "8_0", "blend": "9_0" };
  const waiting = (id: string) => ({ id, state: "PENDING", reason: "Dependency", node: "" });
  const queue = [
    { id: "7_0", state: "FAILED", reason: "NonZeroExitCode", node: "" },
    waiting("8_0"),
    waiting("9_0"),
  ];
  const known = { folder: "/nowhere", handed, queue };
  const { jobs, outdated } = await planCluster(stepsWith([]), [], known);
  assert.deepEqual(outdated, ["8_0", "9_0"]);
  assert.deepEqual(jobs.map(({ job }) => job.name), ["prepare", "train", "predict", "blend"]);
});

Deno.test("the printed commands name the jobs they wait for", async () => {
  const { jobs } = await planCluster(stepsWith([]), [], none);
  const text = plannedText(jobs, {
    ...{
      program: "/p",
      caller: "/p",
      folder: "/f",
      gres: "gpu:1",
      cpus: 1,
      memory: "1G",
      profile: [],
    },
  });
  assert.match(text, /sbatch --parsable "--dependency=aftercorr:<train>" .*\/f\/predict\.sh$/m);
});

Deno.test("a part is asked for by its name", () => {
  const steps = stepsWith([]);
  assert.deepEqual(stepsNamed("prepare", steps).map(({ name }) => name), ["check:data", "cache"]);
  assert.deepEqual(stepsNamed("train:b", steps).map(({ name }) => name), ["train:b"]);
  assert.throws(() => stepsNamed("train:d", steps), /no part "train:d"; did you mean train:\w/);
});
