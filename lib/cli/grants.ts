/**
 * What a task may do, as flags of `deno run`: its permission set in `deno.json`, and the paths that its
 * command line names. `./run` starts every task twice: first to be told these flags, with the right to
 * read and no other, then with them. So a path is granted because of how its flag is declared, and
 * there is no second list to keep.
 */
import { basename, dirname, join, relative, resolve } from "node:path";
import { cacheFolderOf } from "../data/cache/folder.ts";
import { LABELS_FILE } from "../data/dataset.ts";
import { idsFile, parameterFile } from "../data/sextractor/files.ts";
import { cacheFiles } from "../data/cache/index_file.ts";
import { CALLED } from "../called.ts";
import { UserError } from "../errors.ts";
import { DEV_ADVICE } from "../files/explain.ts";
import { exists } from "../files/read.ts";
import { CATALOGUE, type Command, type Flags, type Place } from "./flags.ts";

/** Set by `./run`, to the name of the task, when it asks; no task is allowed to read it otherwise. */
const QUESTION = "GALAXIES_GRANTS";

/** What nothing writes to, whatever the command line says. */
export const SOURCE = [
  ...[".ci", ".deno", ".git", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE"],
  ...[
    "README.md",
    "bench",
    "deno.json",
    "deno.lock",
    "docs",
    "examples",
    "kernels",
    "lib",
    "mod.ts",
  ],
  ...["run", "tasks", "tests", "web", "weights"],
];

/** A permission set of `deno.json`; `true` stands for all there is. */
export type PermissionSet = Partial<
  Record<"env" | "net" | "read" | "run" | "sys" | "write", Allowed>
>;
type Allowed = readonly string[] | true;

/** The paths of a command line. */
export interface Named {
  read: string[];
  write: string[];
}

/** The name of the task whose permissions are asked for, if they are. */
export function taskAskedFor(): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: QUESTION });
  return state === "granted" ? Deno.env.get(QUESTION) : undefined;
}

/**
 * Flags of `deno run` for a task, one a line.
 * @param values the flags of the command line, by their name in camel case
 * @throws UserError for a path that cannot be used at all
 */
export async function grantsText<F extends Flags>(
  task: string,
  command: Command<F>,
  given: { values: Record<string, unknown>; operands: readonly string[] },
): Promise<string> {
  const set = setOf(task, await Deno.readTextFile("deno.json"));
  return permissionFlags(set, await namedPaths(command, given)).join("\n");
}

/** The permission set that `deno.json` names for a task. */
export function setOf(task: string, config: string): PermissionSet {
  const { tasks, permissions } = JSON.parse(config);
  const name = / -P=(\w+) /.exec(tasks[task].command)?.[1];
  if (!name || !permissions[name]) throw new Error(`${task} has no permission set in deno.json`);
  return permissions[name];
}

/**
 * The paths that a command line names, the defaults of what it leaves out among them.
 * @throws UserError for a path below /dev or in the program itself
 */
export async function namedPaths<F extends Flags>(
  { flags, operandPlace }: Command<F>,
  { values, operands }: { values: Record<string, unknown>; operands: readonly string[] },
): Promise<Named> {
  const named: Named = { read: [], write: [] };
  const valueOf = (name: string) =>
    values[name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
  const add = async (path: string, place: Place) => {
    const written = place.access === "write" &&
      (place.readWith === undefined || valueOf(place.readWith) === undefined);
    const isFile = place.kind === "file" || place.kind === "prediction";
    if (place.kind === "data") await addData(path, written, named);
    if (place.kind === "picture") named.read.push(...besidePicture(path));
    if (place.kind === "prediction") named.read.push(...predictionsLike(path));
    // A file that is written appears beside its place first.
    const whole = written && isFile ? dirname(path) : path;
    for (const part of place.within?.map((name) => join(whole, name)) ?? [whole]) {
      requireUsable(isFile ? path : part);
      if (written) requireForeign(path, part);
      named.read.push(part);
      if (written) named.write.push(part);
      // A dry run makes folders to see whether it can, and removes them again.
      if (written && valueOf("dry-run") === true) {
        const missing = missingAbove(part);
        named.read.push(...missing);
        named.write.push(...missing);
      }
    }
  };
  for (const [name, flag] of Object.entries(flags)) {
    const value = valueOf(name);
    if (flag.type === "path" && typeof value === "string") await add(value, flag);
    if (flag.type === "paths") { for (const path of value as string[]) await add(path, flag); }
  }
  for (const path of operandPlace ? operands : []) await add(path, operandPlace!);
  return named;
}

/** The folders on the way to a path that are not there. */
function missingAbove(path: string): string[] {
  const above = dirname(path);
  if (above === path || realPath(above) !== undefined) return [];
  return [above, ...missingAbove(above)];
}

/** The file of `galaxy.fits[2]`, the folder of a catalogue. */
function besidePicture(path: string): string[] {
  const file = /^(.+)\[[^[\]]+\]$/.exec(path)?.[1];
  return [...(file === undefined ? [] : [file]), ...(CATALOGUE.test(path) ? [dirname(path)] : [])];
}

/**
 * Where `predict` puts the averaged and the single pass, `{augmented,single}/test/<name>`, and a
 * training its predictions.
 */
function predictionsLike(path: string): string[] {
  const folder = dirname(path), root = join(folder, "..", "..");
  return [
    ...["augmented", "single"].map((kind) => join(root, kind, basename(folder), basename(path))),
    join(root, basename(path).replace(/\.npy(\.gz)?$/, ".csv.gz")),
  ];
}

/** What belongs to a data folder and lies elsewhere. */
async function addData(data: string, written: boolean, named: Named) {
  const archives = ["training_solutions_rev1", "images_training_rev1", "images_test_rev1"];
  const above = [
    LABELS_FILE,
    ...archives.slice(1),
    ...[...archives, "galaxy-zoo-the-galaxy-challenge"].map((archive) => `${archive}.zip`),
    ...(["train", "test"] as const).flatMap((set) => [
      idsFile(set),
      parameterFile("gen1", set),
      parameterFile("gen2", set),
    ]),
  ];
  named.read.push(...above.map((name) => join(data, "..", name)));
  for (const entry of linksIn(data)) requireUsable(join(data, entry));
  const cache = await cacheElsewhere(data);
  if (cache === undefined) return;
  named.read.push(cache);
  // The file that names it may have been written by anybody.
  if (written && await holdsCache(cache)) named.write.push(cache);
}

function linksIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isSymlink).map(({ name }) => name);
  } catch {
    return []; // the task says what is wrong with the folder
  }
}

async function cacheElsewhere(data: string): Promise<string | undefined> {
  try {
    return await cacheFolderOf(data);
  } catch {
    return undefined; // as above
  }
}

async function holdsCache(folder: string): Promise<boolean> {
  for (const set of ["train", "test"] as const) {
    if (await exists(cacheFiles(folder, set).index).catch(() => false)) return true;
  }
  return false;
}

/** @throws UserError for a path that is, or leads, below /dev, and one that no flag can name */
function requireUsable(path: string) {
  requireNameable(path);
  for (let place = resolve(path);; place = dirname(place)) {
    const real = realPath(place);
    if (real !== undefined && /^\/dev(\/|$)/.test(real)) {
      const way = real === place ? "" : ` leads to ${real} and`;
      throw new UserError(`${path}${way} cannot be used. ${DEV_ADVICE}`);
    }
    // Where nothing is yet, the folder decides.
    if (real !== undefined || dirname(place) === place) return;
  }
}

/** Where a path leads; `undefined` where there is nothing, or what is there is the task's to say. */
function realPath(path: string): string | undefined {
  if (path.startsWith("/dev/")) return path;
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    // Deno does not even look there.
    const refused = error instanceof Deno.errors.NotCapable &&
      /"(\/dev\/[^"]*)"/.exec(error.message);
    if (refused) return refused[1];
    if (!(error instanceof Deno.errors.NotFound)) return undefined;
  }
  try {
    return realPath(resolve(dirname(path), Deno.readLinkSync(path))); // a link to nothing
  } catch {
    return undefined;
  }
}

function requireNameable(path: string) {
  if (!/[,\n\r]/.test(path)) return;
  throw new UserError(
    `${path} has a comma or a line break in its name, and no permission can be given for that. ` +
      "Rename it, or make a symbolic link to it and name the link",
  );
}

/** @throws UserError for a path to be written that lies in the program itself */
function requireForeign(path: string, granted: string) {
  const [top] = relative(Deno.cwd(), resolve(granted)).split(/[/\\]/);
  if (!SOURCE.includes(top)) return;
  throw new UserError(
    `${path} cannot be written: ${top} belongs to the program itself. Choose another place`,
  );
}

/**
 * @returns flags of `deno run`
 * @throws UserError for paths that cannot be written as such flags
 */
export function permissionFlags(set: PermissionSet, named: Named): string[] {
  const flags: string[] = [];
  const allow = (name: keyof PermissionSet, more: readonly string[] = []) => {
    const allowed = set[name] ?? [];
    if (allowed === true) return flags.push(`--allow-${name}`);
    for (const item of new Set([...allowed, ...more])) flags.push(`--allow-${name}=${item}`);
  };
  for (const path of [...named.read, ...named.write]) requireNameable(path);
  allow("read", named.read);
  allow("write", named.write);
  allow("env", [CALLED]);
  allow("net");
  allow("sys");
  allow("run");
  return [...flags, ...SOURCE.map((path) => `--deny-write=${path}`)];
}
