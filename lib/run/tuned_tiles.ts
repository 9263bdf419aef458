/** The file in which `deno task tune` remembers what is fastest on an adapter. */
import { messageOf, UserError } from "../errors.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { readTextIfThere } from "../files/read.ts";
import type { Gpu } from "../gpu/device.ts";
import { defaultTiles, type TileChoice, useTuned } from "../nn/tiles.ts";
import { chosen } from "../nn/tuning.ts";

/** Where the files lie, one for each adapter. */
export const TILES_FOLDER = "analysis/tiles";

/** Changes whenever an entry of the tables of tiles means something else than before. */
const FORMAT = 2;

/** Tiles that were measured to be faster than the default. */
export interface TunedChoice {
  readonly tiles: TileChoice;
  /** Milliseconds with the default and with these tiles, alternating in one run. */
  readonly before: number;
  readonly after: number;
}

export interface TilesFile {
  readonly format: number;
  /** Name of the adapter, and invocations of its subgroups: files of others are not used. */
  readonly adapter: string;
  readonly subgroup: number;
  readonly deno: string;
  /** When something was last measured, in ISO 8601. */
  readonly date: string;
  /** By `tileKey`. */
  readonly choices: Readonly<Record<string, TunedChoice>>;
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
      say(`tiles: the default, since ${path} ${reason}. To measure again: deno task tune`);
      return undefined;
    }
    for (const { tiles } of Object.values(file.choices)) chosen(defaultTiles(gpu), tiles);
    return file;
  } catch (error) {
    throw new UserError(
      `${path} is damaged: ${messageOf(error)}. Delete it; deno task tune makes a new one`,
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

/** Writes what was measured to the adapter's file. Returns its path. */
export async function writeTiles(
  gpu: Gpu,
  folder: string,
  choices: TilesFile["choices"],
): Promise<string> {
  const file: TilesFile = {
    format: FORMAT,
    adapter: gpu.name,
    subgroup: gpu.subgroup,
    deno: Deno.version.deno,
    date: new Date().toISOString(),
    choices,
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
  const choices = Object.entries(file.choices);
  useTuned(gpu, new Map(choices.map(([key, { tiles }]) => [key, tiles])));
  const count = `${choices.length} ${choices.length === 1 ? "choice" : "choices"}`;
  console.log(`tiles: tuned on ${file.date.slice(0, 10)}, ${count} other than the default`);
}
