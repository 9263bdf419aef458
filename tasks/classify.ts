/** `deno task classify <pictures or folders>`: what volunteers would say of anybody's galaxies. */
import { classifyPictures } from "../lib/classify/classify.ts";
import { howOf } from "../lib/classify/how.ts";
import type { Bands } from "../lib/classify/inputs.ts";
import { mergeShards } from "../lib/classify/merge.ts";
import { MOST_NAMED } from "../lib/classify/report_looked.ts";
import { shardOf } from "../lib/classify/shards.ts";
import { commandLine, shellWord } from "../lib/called.ts";
import { runCommand } from "../lib/cli/command.ts";
import type { Command, Flags, Values } from "../lib/cli/flags.ts";
import { UserError } from "../lib/errors.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";
import { requireSlurm, SLURM_FLAGS } from "../lib/slurm/flags.ts";

const flags = {
  params: {
    type: "paths",
    kind: "file",
    access: "read",
    value: "FILE",
    default: ["weights/compact.safetensors"],
    help: "Parameters, as params.safetensors of a training; given several times, the mean of all",
  },
  model: {
    type: "text",
    value: "NAME",
    help: "What the parameters are of, where their file does not name it",
  },
  transforms: {
    type: "text",
    value: "COUNT",
    choices: ["60", "1"],
    default: "60",
    help: "Looks at each picture: 60 at other angles and sizes, or 1, 15 times as fast",
  },
  csv: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write a table, a row for each picture (docs/classify.md §3)",
  },
  json: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write the same as JSON",
  },
  parquet: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write the same as Parquet",
  },
  report: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Write a page: figures of all pictures, and some of them (docs/classify.md §3)",
  },
  inside: {
    type: "text",
    value: "ID,…",
    help: "Pictures of which the page shows what the network sees; else the first 3 of up to 8",
  },
  resume: { type: "switch", help: "Go on with what was interrupted, given all the same flags" },
  images: {
    type: "paths",
    kind: "folder",
    access: "read",
    value: "DIR",
    help: "Where a catalogue's pictures are that are not in its folder; may be given several times",
  },
  shard: {
    type: "text",
    value: "I/N",
    help: "Take the Ith of N parts of the pictures, on a machine of its own (docs/classify.md §3)",
  },
  merge: {
    type: "integer",
    value: "N",
    min: 1,
    max: 10_000,
    help: "Put the results of all N parts together; names no pictures",
  },
  shards: {
    type: "integer",
    value: "N",
    min: 1,
    max: 10_000,
    help: "With --slurm: parts of the pictures, each a task",
  },
  ...SLURM_FLAGS,
  red: {
    type: "path",
    kind: "picture",
    access: "read",
    value: "FITS",
    help: "One more picture, of three bands in a file each: the one shown red, as i",
  },
  green: {
    type: "path",
    kind: "picture",
    access: "read",
    value: "FITS",
    help: "The band of that picture that is shown green, as r",
  },
  blue: { type: "path", kind: "picture", access: "read", value: "FITS", help: "The one as g" },
  fit: {
    type: "switch",
    help: "Find and scale the galaxy in every picture, also in those of 424×424 pixels",
  },
  "as-is": { type: "switch", help: "Take all pictures as they are: 424×424 pixels" },
  scale: {
    type: "number",
    value: "FACTOR",
    help: "Take the middle of each picture, scaled by hand",
  },
  crop: {
    type: "text",
    value: "X,Y,SIZE",
    help: "Take the square of SIZE pixels about column X and row Y",
  },
  "source-extractor": {
    type: "switch",
    help: "Measure galaxies with Source Extractor, which must be installed",
  },
} as const satisfies Flags;
const command: Command<typeof flags> = {
  task: "classify",
  gpu: true,
  summary:
    "Says what volunteers of Galaxy Zoo would say of pictures of galaxies: JPEG, PNG or FITS " +
    "files, folders of them, or catalogues (CSV or Parquet with id_str and file_loc). Exits with 2 " +
    "when some could not be read.",
  operand: "PATH…",
  operandPlace: { kind: "picture", access: "read" },
  flags,
};

if (import.meta.main) {
  await runCommand(command, async (values, operands) => {
    requireMeaning(values, operands);
    const { merge, csv, json, parquet } = values;
    const output = { csv, json, parquet, say: console.log, warn: console.warn };
    if (merge !== undefined) return await mergeShards(merge, output);
    const { slurm, shards } = values;
    if (slurm && shards !== undefined) {
      const { classifyOnCluster } = await import("../lib/classify/on_cluster.ts");
      return await classifyOnCluster({
        ...output,
        shards,
        args: Deno.args,
        own: { shards: flags.shards, ...SLURM_FLAGS },
        slurm: values,
      });
    }
    return values.sourceExtractor
      ? await inOwnFolder((folder) => run(values, operands, folder))
      : await run(values, operands);
  });
}

/** @throws UserError for flags that say nothing together */
function requireMeaning(values: Values<typeof flags>, operands: readonly string[]) {
  const { merge, shard, shards, slurm, resume, csv, json, parquet, report, inside } = values;
  requireSlurm(values);
  if (slurm !== (shards !== undefined)) {
    throw new UserError(
      "--slurm and --shards N belong together: N tasks, each a part of the pictures",
    );
  }
  if (slurm && (merge !== undefined || shard !== undefined || resume || report !== undefined)) {
    throw new UserError(
      "--slurm hands all parts over, goes on and merges: leave out --shard, --merge, --resume and --report",
    );
  }
  if (report !== undefined && (merge !== undefined || shard !== undefined)) {
    throw new UserError("--report is about all pictures of one run: leave out --shard and --merge");
  }
  if (inside !== undefined && report === undefined) {
    throw new UserError("--inside says what a report shows: name one, as --report page.html");
  }
  const named = operands.length > 0 || bandsOf(values) !== undefined;
  if (merge !== undefined) {
    if (!named && shard === undefined && !resume) return;
    throw new UserError("--merge puts finished parts together: give it files of results only");
  }
  if (!named) {
    throw new UserError("name pictures of galaxies, a folder, or a catalogue");
  }
  const kept = [csv, json, parquet, report].some((path) => path !== undefined);
  if (!kept && (resume || shard !== undefined)) {
    const flag = resume ? "--resume" : "--shard";
    throw new UserError(`${flag} is for results in a file: name one, as with --csv FILE`);
  }
}

/** @throws UserError for more than a page takes */
function insideOf({ inside }: Values<typeof flags>): string[] {
  const ids = inside?.split(",").map((id) => id.trim()).filter((id) => id !== "") ?? [];
  if (ids.length <= MOST_NAMED) return ids;
  throw new UserError(
    `--inside names ${ids.length} pictures: a report takes ${MOST_NAMED} of them`,
  );
}

/** @throws UserError where one is missing */
function bandsOf({ red, green, blue }: Values<typeof flags>): Bands | undefined {
  if (red !== undefined && green !== undefined && blue !== undefined) return [red, green, blue];
  if (red === undefined && green === undefined && blue === undefined) return undefined;
  throw new UserError(
    "a picture of three bands needs all of them: --red FITS --green FITS --blue FITS, as of the " +
      "bands i, r and g. A single band is a picture by itself, shown grey",
  );
}

async function run(
  values: Values<typeof flags>,
  paths: readonly string[],
  sourceExtractor?: string,
): Promise<number> {
  const { transforms, params, model, csv, json, parquet, report, resume, shard } = values;
  // Results do not tell whether they were interrupted.
  const args = Deno.args.filter((argument) => argument !== "--resume");
  return await classifyPictures(paths, {
    params,
    model: model === undefined ? undefined : modelsNamed([model])[0],
    csv,
    json,
    parquet,
    report,
    command: commandLine(["classify", ...args.map(shellWord)].join(" ")),
    resume,
    shard: shard === undefined ? undefined : shardOf(shard),
    transforms: transforms === "60" ? 60 : 1,
    inside: insideOf(values),
    how: howOf(values),
    bands: bandsOf(values),
    sourceExtractor,
    say: console.log,
    warn: console.warn,
  });
}

/** Others may be at work at the same time. */
async function inOwnFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `analysis/classify/${crypto.randomUUID()}`;
  await Deno.mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
