/** The file that says what was measured to be fastest on an adapter. */
import { commandLine } from "../called.ts";
import { messageOf, UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { readTextIfThere } from "../files/read.ts";
import type { Gpu } from "../gpu/device.ts";
import { useTuned } from "../nn/tiles.ts";
import { type Choice, choiceKey, variantOf } from "../nn/variants.ts";
import type { Choices, Measurements } from "./ledger.ts";
import { OPERATIONS } from "./operations.ts";

/** Where the files lie, one for each adapter. */
export const TILES_FOLDER = "analysis/tiles";

/** Changes whenever a variant or an entry of a tile means something else than before. */
const FORMAT = 4;

export interface TilesFile {
  readonly format: number;
  /** Name of the adapter, and invocations of its subgroups: files of others are not used. */
  readonly adapter: string;
  readonly subgroup: number;
  readonly deno: string;
  /** The operating system, as Deno calls it: it decides what WebGPU stands on. */
  readonly system: string;
  /** When something was last measured, in ISO 8601. */
  readonly date: string;
  readonly choices: Choices;
  /** What was tried, for the next run to go on, and for others to look at. */
  readonly measured: Measurements;
}

/** The path of an adapter's file. */
export function tilesPath(gpu: Pick<Gpu, "name">, folder: string): string {
  return `${folder}/${gpu.name.replace(/[^\w.-]+/g, "_")}.json`;
}

/**
 * The adapter's file, if there is one that can be used here; says why not of one that cannot.
 * @throws UserError when the file is damaged
 */
export async function readTiles(
  gpu: Gpu,
  folder: string,
  say: (text: string) => void,
): Promise<TilesFile | undefined> {
  const path = tilesPath(gpu, folder);
  const text = await readTextIfThere(path);
  if (text === undefined) return undefined;
  try {
    const file = JSON.parse(text) as TilesFile;
    const reason = whyForeign(file, gpu);
    if (reason) {
      say(`tiles: the default, since ${path} ${reason}. To measure again: ${commandLine("tune")}`);
      return undefined;
    }
    for (const [key, choice] of Object.entries(file.choices)) checkChoice(key, choice);
    for (const [key, measured] of Object.entries(file.measured)) {
      operationOf(key);
      Object.values(measured.tried);
    }
    return file;
  } catch (error) {
    throw new UserError(
      `${path} is damaged: ${messageOf(error)}. Delete it; ${commandLine("tune")} makes a new one`,
    );
  }
}

function whyForeign({ format, adapter, subgroup }: TilesFile, gpu: Gpu): string | undefined {
  if (format !== FORMAT) return `has format ${format}, and this version reads ${FORMAT}`;
  if (adapter !== gpu.name) return `was measured on ${adapter}, and this is ${gpu.name}`;
  if (subgroup !== gpu.subgroup) {
    return `was measured with subgroups of ${subgroup}, and here they have ${gpu.subgroup}`;
  }
}

/** @throws Error when there is no such operation, variant or tile */
function checkChoice(key: string, choice: Choice) {
  variantOf(operationOf(key), choice);
}

/** @throws Error when there is no such operation */
function operationOf(key: string) {
  const operation = OPERATIONS.find(({ name }) => key.startsWith(`${name} `));
  if (!operation) throw new Error(`${key} is no operation`);
  return operation;
}

/** Writes what was measured to the adapter's file. Returns its path. */
export async function writeTiles(
  gpu: Gpu,
  folder: string,
  { choices, measured }: Pick<TilesFile, "choices" | "measured">,
): Promise<string> {
  const file: TilesFile = {
    format: FORMAT,
    adapter: gpu.name,
    subgroup: gpu.subgroup,
    deno: Deno.version.deno,
    system: Deno.build.os,
    date: new Date().toISOString(),
    choices,
    measured,
  };
  const path = tilesPath(gpu, folder);
  const text = JSON.stringify(file, undefined, 2) + "\n";
  await writeFileAtomic(path, new TextEncoder().encode(text));
  return path;
}

/**
 * Has all networks that are built on a device from now on use what was tuned for its adapter, if
 * anything was, and says so.
 * @throws UserError as `readTiles` does
 */
export async function useTunedTiles(gpu: Gpu, folder = TILES_FOLDER) {
  const file = await readTiles(gpu, folder, console.log);
  if (!file) return;
  const size = useTiles(gpu, file);
  const count = `${size} ${size === 1 ? "choice" : "choices"}`;
  console.log(`tiles: tuned on ${file.date.slice(0, 10)}, ${count} other than the default`);
}

/** Has all networks that are built on a device from now on use these. Returns how many there are. */
export function useTiles(gpu: Gpu, file: TilesFile): number {
  const choices = new Map(Object.entries(file.choices));
  useTuned(gpu, (operation, shape) => choices.get(choiceKey(operation, shape)));
  return choices.size;
}
