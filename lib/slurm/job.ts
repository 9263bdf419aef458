/** What is handed to Slurm: arrays of tasks, each a command of `./run`. */

/** One element of an array. */
export interface ArrayTask {
  /** Its place in the array; one that waits for the same place of another array has the same. */
  readonly index: number;
  /** What it does, as `train:extradense`; names it in tables and files. */
  readonly name: string;
  /** The task of `./run` and its arguments. */
  readonly args: readonly string[];
}

/** A job array. */
export interface ArrayJob {
  /** As `train`; with it, Slurm's job is called `galaxies-train`. */
  readonly name: string;
  readonly tasks: readonly ArrayTask[];
  /** Whether each task needs a GPU of its own. */
  readonly gpu: boolean;
  /** Whether a task that was stopped by a signal has saved what it did, and goes on when it is started again. */
  readonly resumes: boolean;
  /** An exit code that is as good as 0. */
  readonly alsoGood?: number;
}

/** What a job waits for. */
export type Dependency =
  /** All of these have succeeded: ids as `17`, or `17_3` for one task. */
  | { readonly kind: "all"; readonly ids: readonly string[] }
  /** The task of the same place in this array has succeeded. */
  | { readonly kind: "same place"; readonly id: string };

/** What a site wants to be told, and where things are. */
export interface ClusterSettings {
  /** The program's folder, which all nodes see under this name. */
  readonly program: string;
  /** The folder that relative paths of tasks mean. */
  readonly caller: string;
  /** Scripts, logs and records: a folder that all nodes see under this name. */
  readonly folder: string;
  readonly partition?: string | undefined;
  /** For what needs no GPU; as `partition` where it is left out. */
  readonly cpuPartition?: string | undefined;
  readonly account?: string | undefined;
  /** As `1-00:00:00`. */
  readonly time?: string | undefined;
  /** What asks for one GPU, as `gpu:1` or `gpu:h100:1`; none where it is empty. */
  readonly gres: string;
  readonly cpus: number;
  /** As `16G`. */
  readonly memory: string;
  /** Tasks of an array that run at the same time, at most. */
  readonly atOnce?: number | undefined;
  /** Lines on top of every script: `#SBATCH` ones, and commands such as `module load`. */
  readonly profile: readonly string[];
}

/** Where a task writes what it ended with. */
export function endedFile(folder: string, task: string): string {
  return `${folder}/ended/${task.replaceAll(":", "-")}`;
}
