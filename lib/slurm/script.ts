/** The script of a job array, for `sbatch`. */
import { type ArrayJob, type ClusterSettings, endedFile } from "./job.ts";

/** Seconds before the end of its time at which a task is told to stop. */
const NOTICE = 120;

/**
 * A POSIX shell script. What is told to Slurm stands on top, so that the script can be read, changed
 * and submitted by hand.
 */
export function jobScript(job: ArrayJob, settings: ClusterSettings): string {
  const { program, caller, profile } = settings;
  // Slurm reads its own lines up to the first command.
  const own = profile.filter((line) => line.startsWith("#SBATCH"));
  const commands = profile.filter((line) => !line.startsWith("#SBATCH"));
  return [
    "#!/bin/sh",
    ...directives(job, settings).map((directive) => `#SBATCH --${directive}`),
    ...own,
    "",
    ...commands,
    `cd ${quoted(caller)} || exit 1`,
    "case $SLURM_ARRAY_TASK_ID in",
    ...job.tasks.map(({ index, name, args }) =>
      `  ${index}) name=${quoted(name)} ended=${quoted(endedFile(settings.folder, name))}\n` +
      `    set -- ${args.map(quoted).join(" ")} ;;`
    ),
    "esac",
    'echo "$name on $(hostname), start $((${SLURM_RESTART_COUNT:-0} + 1))"',
    'rm -f "$ended"',
    "# Slurm tells its steps to stop, and not this shell, so the work is a step. It does not pass on by",
    "# itself how many processors there are.",
    "export SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}",
    `srun --ntasks=1 ${quoted(`${program}/run`)} "$@"`,
    "code=$?",
    ...(job.alsoGood === undefined ? [] : [`[ $code -ne ${job.alsoGood} ] || code=0`]),
    ...(job.resumes ? REQUEUE : []),
    'printf "%s %s %s\\n" "$code" "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" "$(hostname)" > "$ended"',
    "exit $code",
    "",
  ].join("\n");
}

/** Not after `scancel`, which ends the job as well: then it is no longer running. */
const REQUEUE = [
  "# Stopped by a signal, as when its time is up, it has saved what it did and goes on in a new start.",
  "case $code in 129 | 130 | 143)",
  '  if [ "$(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T)" = RUNNING ]; then',
  '    echo "$name was stopped (exit code $code): back to the queue"',
  '    scontrol requeue "$SLURM_JOB_ID" && sleep 600',
  "  fi",
  "esac",
];

function directives({ name, tasks, gpu, resumes }: ArrayJob, settings: ClusterSettings): string[] {
  const { folder, partition, cpuPartition = partition, account, time, gres, atOnce } = settings;
  const queue = gpu ? partition : cpuPartition;
  const places = tasks.map(({ index }) => index).join(",");
  return [
    `job-name=galaxies-${name}`,
    `array=${places}${atOnce === undefined ? "" : `%${atOnce}`}`,
    `output=${folder}/logs/${name}-%A_%a.log`,
    "open-mode=append",
    "requeue",
    ...(resumes ? [`signal=TERM@${NOTICE}`] : []),
    "nodes=1",
    "ntasks=1",
    `cpus-per-task=${settings.cpus}`,
    `mem=${settings.memory}`,
    ...(gpu && gres !== "" ? [`gres=${gres}`] : []),
    ...(queue === undefined ? [] : [`partition=${queue}`]),
    ...(account === undefined ? [] : [`account=${account}`]),
    ...(time === undefined ? [] : [`time=${time}`]),
  ];
}

/** For a shell, as one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
