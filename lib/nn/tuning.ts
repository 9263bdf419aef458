/** Tiles for one kernel at one shape, where measuring found better ones than the default. */
import { UserError } from "../errors.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { broadcastTiles, GPU_TILES, type TileChoice, type Tiles } from "./tiles.ts";

/** The kernels that do nearly all the work. */
export const TUNED_KINDS = [
  "conv2d",
  "conv2d_input_gradient",
  "conv2d_weight_gradient",
  "dense",
  "dense_input_gradient",
  "dense_update",
] as const;
export type TunedKind = typeof TUNED_KINDS[number];

/** A dispatch whose tiles can be tuned; those that must be looked at together share the key. */
export interface TunableDispatch extends Dispatch {
  readonly tileKey: string;
  /** What they compute together, whatever the tiles. */
  readonly results: readonly Slice[];
}

/** Names a kernel at a shape, as `conv2d C32 H20 W20 K5 F64 N256`. */
export function tileKey(kind: TunedKind, shape: object): string {
  return [kind, ...Object.entries(shape).map(([name, size]) => name + size)].join(" ");
}

/** The table for a kernel at a shape: the default, with what was tuned for it. */
export function tilesAt(tiles: Tiles, kind: TunedKind, shape: object): Tiles {
  const choice = tiles.tuned?.get(tileKey(kind, shape));
  return choice ? chosen(tiles, choice) : tiles;
}

/** Marks dispatches that compute one thing together, with one choice of tiles. */
export function tunable(
  kind: TunedKind,
  shape: object,
  results: readonly Slice[],
  dispatches: readonly Dispatch[],
): TunableDispatch[] {
  const key = tileKey(kind, shape);
  return dispatches.map((dispatch) => ({ ...dispatch, tileKey: key, results }));
}

type Entries = { readonly [entry: string]: number | Entries };

/** All entries that a table can have. */
const { tuned: _, ...ALL }: Tiles = { ...GPU_TILES, broadcast: broadcastTiles(8).broadcast };
/** Groups of entries that a table can do without. */
const OPTIONAL = new Set<string>(["workgroup", "broadcast"] satisfies (keyof Tiles)[]);
/** No tile is larger; a table that has one was not written by us. */
const LARGEST = 65_536;

/** @throws UserError when an entry is unknown, missing or no sensible number afterwards */
export function chosen({ tuned, ...tiles }: Tiles, choice: TileChoice): Tiles {
  const result = replaced(tiles as unknown as Entries, choice);
  check(result, ALL as unknown as Entries, "tiles");
  return { ...result as unknown as Tiles, ...(tuned ? { tuned } : {}) };
}

function replaced(entries: Entries, choice: TileChoice): Entries {
  const result: Record<string, number | Entries> = { ...entries };
  for (const [name, value] of Object.entries(choice)) {
    const before = result[name];
    if (value === null) delete result[name];
    else if (typeof value !== "object") result[name] = value;
    else result[name] = replaced(typeof before === "object" ? before : {}, value);
  }
  return result;
}

function check(entries: Entries, all: Entries, path: string) {
  for (const name of new Set([...Object.keys(all), ...Object.keys(entries)])) {
    const value = entries[name], known = all[name];
    const where = `${path}.${name}`;
    if (known === undefined) throw new UserError(`${where} is no entry of a table of tiles`);
    if (value === undefined && OPTIONAL.has(name)) continue;
    if (value === undefined) throw new UserError(`${where} is missing`);
    if (typeof known === "object" && typeof value === "object") check(value, known, where);
    else if (
      typeof known === "object" || !Number.isInteger(value) || Number(value) < 1 ||
      Number(value) > LARGEST
    ) {
      throw new UserError(`${where} cannot be ${JSON.stringify(value)}`);
    }
  }
}
