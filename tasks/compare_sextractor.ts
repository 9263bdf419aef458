/** `deno task compare:sextractor`: our Source Extractor parameters beside those of the original. */
import { join } from "node:path";
import { parameterFile, readParameterFile } from "../lib/data/sextractor/files.ts";
import { isFile } from "../lib/files/read.ts";
import { UserError } from "../lib/errors.ts";
import type { Command } from "../lib/cli/flags.ts";
import {
  type Generation,
  PARAMETER_KINDS,
  type ParameterRow,
  preparationOf,
} from "../lib/galaxy/sextractor.ts";
import { runCommand } from "../lib/cli/command.ts";

const flags = {
  reference: {
    type: "path",
    kind: "folder",
    access: "read",
    value: "DIR",
    help: "Folder with the original's pysex_params files and its train_ids.npy, test_ids.npy",
  },
  generation: {
    type: "text",
    value: "N",
    choices: ["1", "2"],
    default: "2",
    help: "Which parameters to compare",
  },
} as const;
const command: Command<typeof flags> = {
  task: "compare:sextractor",
  summary: "Compares what extract:sextractor wrote with the original's parameters, by GalaxyID.",
  flags,
  operand: "FOLDER…",
  operandPlace: { kind: "folder", access: "read" },
};

/** Rows of both sets of a folder, by GalaxyID. @throws UserError when there are none, or no ids */
async function rowsOf(folder: string, generation: Generation): Promise<Map<number, ParameterRow>> {
  const result = new Map<number, ParameterRow>();
  for (const set of ["train", "test"] as const) {
    if (!await isFile(join(folder, parameterFile(generation, set)))) continue;
    const { path, rows, companion } = await readParameterFile(folder, generation, set);
    if (!companion) throw new UserError(`there is no ${set}_ids.npy beside ${path}`);
    companion.ids.forEach((id, row) => result.set(id, rows[row]));
  }
  if (result.size > 0) return result;
  throw new UserError(
    `${folder} has neither ${parameterFile(generation, "train")} nor ` +
      parameterFile(generation, "test"),
  );
}

/** A row of the table: quantiles of `values`, and shares with a deviation within limits. */
function describe(
  name: string,
  values: readonly number[],
  limits: readonly number[],
  deviation = (value: number) => value,
): string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]?.toFixed(4);
  const within = limits.map((limit) => {
    const share = sorted.filter((value) => deviation(value) <= limit).length / sorted.length;
    return `${(100 * share).toFixed(2)} % ≤ ${limit}`;
  });
  const quantiles = [0.05, 0.5, 0.95, 1].map(quantile);
  return `| ${[name, sorted.length, ...quantiles, within.join(", ")].join(" | ")} |`;
}

/** |log| of a ratio: 0.01 is one percent, either way. */
const relative = (ratio: number) => Math.abs(Math.log(ratio));

function table(pairs: readonly [ParameterRow, ParameterRow][], generation: Generation): string {
  const kind = PARAMETER_KINDS[generation];
  const [a, petro] = [kind.columns.indexOf("a"), kind.columns.indexOf("petro_radius")];
  const ratio = (value: (row: ParameterRow) => number) =>
    pairs.map(([ours, theirs]) => value(ours) / value(theirs));
  return [
    "| ours against theirs | galaxies | 5 % | median | 95 % | largest | shares |",
    "|---|---|---|---|---|---|---|",
    describe(
      "distance of centres, px",
      pairs.map(([ours, theirs]) => Math.hypot(ours[0] - theirs[0], ours[1] - theirs[1])),
      [0.001, 0.1, 1],
    ),
    describe("a, ratio", ratio((row) => row[a]), [0.0001, 0.01, 0.1], relative),
    describe(
      "radius petro_radius · a, ratio",
      ratio((row) => row[petro] * row[a]),
      [0.0001, 0.01, 0.1],
      relative,
    ),
    describe(
      "scale after the limits, ratio",
      ratio((row) => preparationOf(row, kind).scale),
      [0.0001, 0.01, 0.1],
      relative,
    ),
    describe(
      "theta, degrees",
      pairs.map(([ours, theirs]) => Math.abs((ours[4] - theirs[4] + 270) % 180 - 90)),
      [0.06, 1, 10],
    ),
  ].join("\n");
}

if (import.meta.main) {
  await runCommand(command, async ({ reference, generation }, folders) => {
    if (!reference) throw new UserError("name the original's folder: --reference DIR");
    if (folders.length === 0) throw new UserError("name the folders to compare with it");
    const kind: Generation = generation === "1" ? "gen1" : "gen2";
    const theirs = await rowsOf(reference, kind);
    const pairs: [ParameterRow, ParameterRow][] = [];
    let unknown = 0;
    for (const folder of folders) {
      for (const [id, row] of await rowsOf(folder, kind)) {
        const other = theirs.get(id);
        if (other) pairs.push([row, other]);
        else unknown++;
      }
    }
    const lost = (side: 0 | 1) => pairs.filter((pair) => Number.isNaN(pair[side][2])).length;
    console.log(
      `${pairs.length} galaxies in both, ${unknown} unknown to ${reference}; without a detection: ` +
        `${lost(0)} of ours, ${lost(1)} of theirs\n\n${table(pairs, kind)}`,
    );
  });
}
