/** A real Slurm on this machine: munge, controller and one node, in a folder, for one test. */
import { hostname } from "node:os";

const PROGRAMS = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol"];

/** The programs of Slurm that are missing. */
export async function missingPrograms(): Promise<string[]> {
  const missing: string[] = [];
  for (const name of PROGRAMS) {
    try {
      await new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" })
        .output();
    } catch (error) {
      // What is not installed cannot be granted either.
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) {
        throw error;
      }
      missing.push(name);
    }
  }
  return missing;
}

export interface ClusterOptions {
  /** An empty folder. */
  readonly folder: string;
  /** Processors that the node says it has, whatever it has. */
  readonly cpus: number;
  /** Free ports of the controller and the node. */
  readonly ports: readonly [number, number];
}

/** A running Slurm; all of its processes end with `close`. */
export class Cluster {
  readonly node = hostname().split(".")[0];
  readonly #processes: Deno.ChildProcess[] = [];

  private constructor(readonly folder: string) {}

  get environment(): Record<string, string> {
    return { SLURM_CONF: `${this.folder}/slurm.conf` };
  }

  /** @throws Error when it does not start */
  static async start({ folder, cpus, ports }: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(folder);
    try {
      for (const name of ["state", "spool", "log"]) await Deno.mkdir(`${folder}/${name}`);
      const key = `${folder}/munge.key`;
      await Deno.writeFile(key, crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
      await Deno.writeTextFile(
        `${folder}/slurm.conf`,
        configuration(cluster.node, folder, cpus, ports),
      );
      const munge = ["key-file=munge.key", "socket=munge.socket", "pid-file=munged.pid"];
      cluster.#spawn("munged", [
        ...["--foreground", "--force"],
        ...[...munge, "log-file=log/munged.log", "seed-file=munged.seed"].map((option) =>
          `--${option.replace("=", `=${folder}/`)}`
        ),
      ]);
      await until(
        "munge answers",
        30,
        () => Deno.stat(`${folder}/munge.socket`).then(() => true, () => false),
      );
      cluster.#spawn("slurmctld", ["-D", "-c"]);
      cluster.#spawn("slurmd", ["-D", "-c"]);
      await until(
        "the node is idle",
        60,
        async () =>
          (await cluster.tell("sinfo", ["--noheader", "--format=%T"]).catch(() => "")).includes(
            "idle",
          ),
      );
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  #spawn(program: string, args: string[]) {
    const child = new Deno.Command(program, {
      args,
      env: this.environment,
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#processes.push(child);
  }

  /** What one of Slurm's commands prints. @throws Error when it does not succeed */
  async tell(program: string, args: readonly string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: this.environment,
    }).output();
    const text = new TextDecoder();
    if (!success) throw new Error(`${program} ${args.join(" ")}: ${text.decode(stderr)}`);
    return text.decode(stdout);
  }

  /** State, place and restarts of a task. */
  async task(id: string): Promise<{ state: string; restarts: number }> {
    const text = await this.tell("scontrol", ["show", "job", id]);
    return {
      state: /JobState=(\w+)/.exec(text)?.[1] ?? "",
      restarts: Number(/Restarts=(\d+)/.exec(text)?.[1] ?? 0),
    };
  }

  async close() {
    await this.tell("scancel", ["--user=root", "--signal=KILL", "--full"]).catch(() => "");
    for (const child of this.#processes.toReversed()) {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended.
      }
      await child.status;
    }
  }
}

/** Waits for something. @throws Error after so many seconds */
export async function until(what: string, seconds: number, true_: () => Promise<boolean>) {
  const end = performance.now() + 1000 * seconds;
  while (!await true_()) {
    if (performance.now() > end) throw new Error(`after ${seconds} s not yet: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function configuration(
  node: string,
  folder: string,
  cpus: number,
  [controller, daemon]: readonly [number, number],
): string {
  return `
ClusterName=galaxies
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${controller}
SlurmdPort=${daemon}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldLogFile=${folder}/log/slurmctld.log
SlurmdLogFile=${folder}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=sched_interval=1,batch_sched_delay=1,bf_interval=1
KillWait=30
MinJobAge=3600
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
SlurmdParameters=config_overrides
NodeName=${node} NodeAddr=127.0.0.1 CPUs=${cpus} RealMemory=64000 State=UNKNOWN
PartitionName=main Nodes=${node} Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=60
PartitionName=urgent Nodes=${node} PriorityTier=10 PreemptMode=OFF
`;
}
