/** Scripts for Slurm, looked at and run without it. */
import assert from "node:assert/strict";
import type { ArrayJob, ClusterSettings } from "../../lib/slurm/job.ts";
import { SLURM_FLAGS, withoutFlags } from "../../lib/slurm/flags.ts";
import { jobScript } from "../../lib/slurm/script.ts";
import { inFolder } from "../data/folder.ts";

const job: ArrayJob = {
  name: "train",
  tasks: [
    { index: 0, name: "train:a", args: ["reproduce", "--only", "train:a"] },
    { index: 4, name: "train:b", args: ["reproduce", "--only", "train:b", "--data", "it's here"] },
  ],
  gpu: true,
  resumes: true,
};

const settings: ClusterSettings = {
  program: "/home/me/galaxies",
  caller: "/home/me",
  folder: "/home/me/analysis/slurm",
  partition: "gpu",
  account: "zoo",
  time: "1-00:00:00",
  gres: "gpu:1",
  cpus: 8,
  memory: "8G",
  atOnce: 4,
  profile: ["#SBATCH --constraint=h100", "module load cuda"],
};

Deno.test("a script tells Slurm what it needs, before its first command", () => {
  const lines = jobScript(job, settings).split("\n");
  const first = lines.findIndex((line) => line !== "" && !line.startsWith("#"));
  assert.deepEqual(lines.slice(0, first).filter((line) => line !== ""), [
    "#!/bin/sh",
    "#SBATCH --job-name=galaxies-train",
    "#SBATCH --array=0,4%4",
    "#SBATCH --output=/home/me/analysis/slurm/logs/train-%A_%a.log",
    "#SBATCH --open-mode=append",
    "#SBATCH --requeue",
    "#SBATCH --signal=TERM@120",
    "#SBATCH --nodes=1",
    "#SBATCH --ntasks=1",
    "#SBATCH --cpus-per-task=8",
    "#SBATCH --mem=8G",
    "#SBATCH --gres=gpu:1",
    "#SBATCH --partition=gpu",
    "#SBATCH --account=zoo",
    "#SBATCH --time=1-00:00:00",
    "#SBATCH --constraint=h100",
  ]);
  assert.equal(lines[first], "module load cuda");
});

Deno.test("what needs no GPU asks for none, in its own partition", () => {
  const text = jobScript({ ...job, gpu: false }, { ...settings, cpuPartition: "cpu" });
  assert.doesNotMatch(text, /gres/);
  assert.match(text, /--partition=cpu$/m);
});

/** What the script does as element `index`, when `srun` ends with `code` and the job is in `state`. */
function ran(one: ArrayJob, index: number, code: number, state: string) {
  return inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/ended`);
    const fake = async (name: string, text: string) => {
      await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };
    await fake("srun", `for word; do echo "<$word>"; done; exit ${code}`);
    await fake("squeue", `echo ${state}`);
    await fake("scontrol", 'echo "scontrol $*"');
    await fake("sleep", "exit 0");
    const script = jobScript(one, { ...settings, caller: folder, folder, profile: [] });
    const { code: exit, stdout } = await new Deno.Command("sh", {
      args: ["-c", script],
      env: {
        PATH: `${folder}:${Deno.env.get("PATH")}`,
        SLURM_ARRAY_TASK_ID: String(index),
        SLURM_ARRAY_JOB_ID: "17",
        SLURM_JOB_ID: "18",
      },
    }).output();
    const name = one.tasks.find((task) => task.index === index)!.name.replace(":", "-");
    const ended = await Deno.readTextFile(`${folder}/ended/${name}`);
    return { exit, out: new TextDecoder().decode(stdout), ended };
  });
}

Deno.test("each element runs its own command, and writes how it ended", async () => {
  const { exit, out, ended } = await ran(job, 4, 3, "RUNNING");
  assert.equal(exit, 3);
  assert.match(ended, /^3 17_4 \S+\n$/);
  assert.match(out, /^train:b on .*, start 1$/m);
  const words = [...out.matchAll(/^<(.*)>$/gm)].map(([, word]) => word);
  assert.deepEqual(words, ["--ntasks=1", "/home/me/galaxies/run", ...job.tasks[1].args]);
  assert.doesNotMatch(out, /scontrol/);
});

Deno.test("an exit code that is as good as 0 is taken for it", async () => {
  const { exit, ended } = await ran({ ...job, alsoGood: 2 }, 0, 2, "RUNNING");
  assert.equal(exit, 0);
  assert.match(ended, /^0 /);
  assert.equal((await ran({ ...job, alsoGood: 2 }, 0, 1, "RUNNING")).exit, 1);
});

Deno.test("flags of Slurm are taken out of a command line, with their values", () => {
  const args = [
    "a.csv",
    "--slurm",
    "--csv",
    "b.csv",
    "--time=1:00",
    "--cpus",
    "4",
    "--transforms=1",
  ];
  assert.deepEqual(withoutFlags(args, SLURM_FLAGS), [
    ...["a.csv", "--csv", "b.csv", "--transforms=1"],
  ]);
});

Deno.test("a task that a signal stopped goes back to the queue, unless it was cancelled", async () => {
  assert.match((await ran(job, 0, 143, "RUNNING")).out, /^scontrol requeue 18$/m);
  assert.doesNotMatch((await ran(job, 0, 143, "COMPLETING")).out, /scontrol/);
  assert.doesNotMatch((await ran({ ...job, resumes: false }, 0, 143, "RUNNING")).out, /scontrol/);
});
