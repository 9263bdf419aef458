/** What a site wants to be told, on the command line. */
import { callersFolder, type Flags, type Values } from "../cli/flags.ts";
import { UserError } from "../errors.ts";
import { readText } from "../files/read.ts";
import type { ClusterSettings } from "./job.ts";

export const SLURM_FLAGS = {
  slurm: { type: "switch", help: "Hand everything that is missing over to Slurm, as job arrays" },
  print: { type: "switch", help: "With --slurm: show the scripts, and hand over nothing" },
  partition: { type: "text", value: "NAME", help: "With --slurm: the partition with GPUs" },
  "cpu-partition": {
    type: "text",
    value: "NAME",
    help: "With --slurm: the partition of what needs no GPU (default: the same)",
  },
  account: { type: "text", value: "NAME", help: "With --slurm: the account that pays" },
  time: {
    type: "text",
    value: "D-HH:MM:SS",
    help: "With --slurm: time of a task; a training that needs more goes on in a new one",
  },
  gres: {
    type: "text",
    value: "TEXT",
    help: "With --slurm: what asks for one GPU, or none (default: gpu:1)",
  },
  cpus: {
    type: "integer",
    value: "N",
    min: 1,
    help: "With --slurm: processors of a task (default: 8)",
  },
  memory: {
    type: "text",
    value: "SIZE",
    help: "With --slurm: memory of a task (default: 8G)",
  },
  "at-once": { type: "integer", value: "N", min: 1, help: "With --slurm: tasks at the same time" },
  profile: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help: "With --slurm: lines for the top of every script, as #SBATCH ones and module load",
  },
} as const satisfies Flags;

export type SlurmFlags = Values<typeof SLURM_FLAGS>;

/** @throws UserError when a flag is given that means nothing without `--slurm` */
export function requireSlurm(values: SlurmFlags) {
  if (values.slurm) return;
  const given = Object.keys(SLURM_FLAGS).find((name) => {
    const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const value = (values as Record<string, unknown>)[key];
    return value !== undefined && value !== false;
  });
  if (given) throw new UserError(`--${given} says something to Slurm: give --slurm with it`);
}

/**
 * @param folder scripts, logs and records
 * @throws UserError when a value cannot stand in a script, or the profile cannot be read
 */
export async function clusterSettings(
  values: SlurmFlags,
  folder: string,
): Promise<ClusterSettings> {
  const { partition, cpuPartition, account, time, cpus = 8, atOnce } = values;
  const { gres = "gpu:1", memory = "8G" } = values;
  const program = Deno.cwd(), caller = callersFolder();
  const settings = { partition, cpuPartition, account, time, gres, memory };
  for (const [name, value] of Object.entries({ ...settings, folder, program, caller })) {
    if (value === undefined || !/[\s"'\\%]/.test(value)) continue;
    // Slurm replaces % in names of files, and reads its own lines word by word.
    const what = ["folder", "program", "caller"].includes(name) ? "the path" : `--${name}`;
    throw new UserError(
      `${what} ${value} cannot stand in a script for Slurm: it has a space, a quote, a backslash or a %`,
    );
  }
  const profile = values.profile === undefined ? [] : linesOf(await readText(values.profile));
  return {
    ...settings,
    program,
    caller,
    folder,
    gres: gres === "none" ? "" : gres,
    cpus,
    atOnce,
    profile,
  };
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  // A profile may be a script of its own.
  return (lines[0]?.startsWith("#!") ? lines.slice(1) : lines).filter((line) => line.trim() !== "");
}

/** A command line without these flags and their values. */
export function withoutFlags(args: readonly string[], flags: Flags): string[] {
  const kept: string[] = [];
  for (let k = 0; k < args.length; k++) {
    const [, name, value] = /^--([\w-]+)(=.*)?$/s.exec(args[k]) ?? [];
    const flag = name === undefined ? undefined : flags[name];
    if (flag === undefined) kept.push(args[k]);
    else if (flag.type !== "switch" && value === undefined) k++;
  }
  return kept;
}
