/** The reproduction as job arrays of Slurm: a task for each model. Only what is missing is handed over. */
import type { PlannedJob } from "../slurm/hand_over.ts";
import type { ArrayTask } from "../slurm/job.ts";
import { type Handed, stateOf } from "../slurm/record.ts";
import type { QueuedTask } from "../slurm/slurm.ts";
import type { Step } from "./reproduce.ts";
import { stagesOf } from "./stages.ts";

export interface ClusterPlan {
  readonly jobs: readonly PlannedJob[];
  /** Tasks that wait or run already. */
  readonly queued: readonly string[];
  /** Ids of tasks that wait for something that has failed and is handed over again, as they are. */
  readonly outdated: readonly string[];
}

/**
 * Plans what is to be handed over.
 * @param flags of `reproduce`, that every task gets
 * @throws UserError when a step finds something in its place that would be lost
 */
export async function planCluster(
  steps: readonly Step[],
  flags: readonly string[],
  { folder, handed, queue }: { folder: string; handed: Handed; queue: readonly QueuedTask[] },
): Promise<ClusterPlan> {
  const stages = stagesOf(steps);
  const queued: string[] = [], outdated: string[] = [];
  const taskOf = (name: string, index: number): ArrayTask => ({
    index,
    name,
    args: ["reproduce", "--only", name, ...flags],
  });
  /** What has to be handed over of a part, and the ids of what waits or runs. */
  const missing = async (
    names: readonly string[],
    done: (index: number) => Promise<boolean>,
    /** Whether what it waits for is handed over again. */
    again: (index: number) => boolean = () => false,
  ) => {
    const tasks: ArrayTask[] = [];
    const ids = new Map<number, string>();
    for (const [index, name] of names.entries()) {
      const state = await stateOf(name, handed, queue, folder);
      const stale = state.kind === "waiting" && again(index);
      if (stale) outdated.push(state.id);
      if (!stale && (state.kind === "waiting" || state.kind === "running")) {
        ids.set(index, state.id);
        queued.push(name);
      } else if (!await done(index)) tasks.push(taskOf(name, index));
    }
    return { tasks, ids };
  };
  const namesOf = (some: readonly Step[]) => some.map(({ name }) => name);
  const train = await missing(namesOf(stages.train), (k) => stages.train[k].done());
  const trained = new Set([...train.tasks.map(({ index }) => index), ...train.ids.keys()]);
  const predict = await missing(
    namesOf(stages.predict),
    // What is to be trained has to be predicted after it.
    async (k) => !trained.has(k) && await stages.predict[k].done(),
    (k) => train.tasks.some(({ index }) => index === k),
  );
  const anyModel = train.tasks.length + train.ids.size + predict.tasks.length + predict.ids.size;
  const blend = await missing(
    ["blend"],
    async () => anyModel === 0 && await allDone(stages.blend),
    () => predict.tasks.length > 0,
  );
  const prepare = train.tasks.length + predict.tasks.length === 0
    ? { tasks: [], ids: new Map<number, string>() }
    : await missing(["prepare"], () => Promise.resolve(false));

  const jobs: PlannedJob[] = [];
  const add = (
    name: string,
    tasks: readonly ArrayTask[],
    rest: { gpu: boolean; resumes: boolean },
    after: PlannedJob["after"],
    ids: readonly string[] = [],
  ) => {
    if (tasks.length > 0) jobs.push({ job: { name, tasks, ...rest }, after, ids });
  };
  const nothing = { kind: "all", jobs: [] } as const;
  const prepared = { kind: "all", jobs: ["prepare"] } as const;
  const cpu = { gpu: false, resumes: false }, gpu = { gpu: true, resumes: false };
  add("prepare", prepare.tasks, { gpu: false, resumes: true }, nothing);
  add("train", train.tasks, { gpu: true, resumes: true }, prepared, [...prepare.ids.values()]);
  // Each prediction waits for its own training, wherever that is.
  const now = predict.tasks.filter(({ index }) => train.tasks.some((one) => one.index === index));
  const earlier = predict.tasks.filter(({ index }) => train.ids.has(index));
  const ready = predict.tasks.filter((task) => !now.includes(task) && !earlier.includes(task));
  add("predict", now, gpu, { kind: "same place", jobs: ["train"] });
  add("predict-trained", ready, gpu, prepared, [...prepare.ids.values()]);
  for (const task of earlier) {
    add(`predict-${task.index}`, [task], gpu, nothing, [train.ids.get(task.index)!]);
  }
  const predictions = jobs.map(({ job }) => job.name).filter((name) => name.startsWith("predict"));
  add("blend", blend.tasks, cpu, { kind: "all", jobs: predictions }, [...predict.ids.values()]);
  return { jobs, queued, outdated };
}

async function allDone(steps: readonly Step[]): Promise<boolean> {
  for (const step of steps) if (!await step.done()) return false;
  return true;
}
