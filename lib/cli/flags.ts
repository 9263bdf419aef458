/** Command lines: strict flags with typed values, and errors for people. */
import { isAbsolute, resolve } from "node:path";
import { parseArgs } from "node:util";
import { commandLine } from "../called.ts";
import { messageOf, UserError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";

interface FlagBase {
  /** One line for `--help`. */
  help: string;
  /** What stands for the value in `--help`, as `DIR`. */
  value?: string;
  /** Listed values are the only ones allowed. */
  choices?: readonly string[];
}
interface SwitchFlag extends FlagBase {
  type: "switch";
}
interface TextFlag extends FlagBase {
  type: "text";
  default?: string;
}
/**
 * What a path on the command line leads to. `./run` grants a task these paths, and no others, on top
 * of its permission set in `deno.json`.
 */
export interface Place {
  /**
   * Data: a folder of the competition's files, with what lies above it and its cache elsewhere.
   * Prediction: a file, with those of its name that `predict` makes in other folders. Picture: a file
   * or a folder; `galaxy.fits[2]` is an image in a file, and a catalogue comes with its folder.
   */
  kind: "file" | "folder" | "data" | "prediction" | "picture";
  /** Whoever writes may read as well. A file is written through its folder. */
  access: "read" | "write";
  /** Only read where this other flag is given, since that says where results go. */
  readWith?: string;
  /** All that is used of a folder, as `analysis`. */
  within?: readonly string[];
}
interface PathFlag extends FlagBase, Place {
  type: "path";
  default?: string;
}
interface PathsFlag extends FlagBase, Place {
  type: "paths";
  /** May be given several times. */
  default?: readonly string[];
}
interface NumberFlag extends FlagBase {
  type: "integer" | "number";
  default?: number;
  min?: number;
  max?: number;
}
export type Flag = SwitchFlag | TextFlag | PathFlag | PathsFlag | NumberFlag;
export type Flags = Record<string, Flag>;

/** Files with lists of pictures, by their names. */
export const CATALOGUE = /\.(csv|parquet)$/i;

type ValueOf<F extends Flag> = F extends SwitchFlag ? boolean
  : F extends PathsFlag ? readonly string[]
  : F extends { type: "text" | "path"; default: string } ? string
  : F extends { type: "text" | "path" } ? string | undefined
  : F extends { default: number } ? number
  : number | undefined;

/** `--chunk-size` is read as `chunkSize`. */
type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;
export type Values<F extends Flags> = {
  [K in keyof F as CamelCase<K & string>]: ValueOf<F[K]>;
};

export interface Command<F extends Flags> {
  /** The task as a user calls it, as `train:extradense`. */
  task: string;
  /** What it does, in a sentence or a few. */
  summary: string;
  flags: F;
  /** Shown in `--help` when the command takes an operand, as `FILE`. */
  operand?: string;
  /** What the operands lead to, where they are paths. */
  operandPlace?: Place;
  /** Computes on the GPU, so that `--adapter` says on which. */
  gpu?: true;
}

/**
 * The folder that relative paths of the command line mean: where `deno task` or `./run` was called,
 * which themselves go to the project's folder.
 */
export function callersFolder(): string {
  const query = { name: "env", variable: "INIT_CWD" } as const;
  // Asking for more would stop at a prompt.
  const granted = Deno.permissions.querySync(query).state === "granted";
  const folder = granted ? Deno.env.get("INIT_CWD") : undefined;
  return folder && isAbsolute(folder) ? folder : Deno.cwd();
}

/** A path of the command line: as it was given if that means the same here, else the whole path. */
function readPath(raw: string, from: string): string {
  return isAbsolute(raw) || from === Deno.cwd() ? raw : resolve(from, raw);
}

/**
 * Parses a command line.
 * @param from the folder that relative paths mean; defaults mean the process's
 * @throws UserError for an unknown flag, a missing or malformed value, or an unexpected operand
 */
export function parseFlags<F extends Flags>(
  command: Command<F>,
  args: readonly string[],
  from: string = callersFolder(),
): { values: Values<F>; operands: string[] } {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: command.operand !== undefined,
      options: Object.fromEntries(
        Object.entries(command.flags).map(([name, flag]) => [
          name,
          {
            type: flag.type === "switch" ? "boolean" as const : "string" as const,
            multiple: flag.type === "paths",
          },
        ]),
      ),
    });
  } catch (error) {
    const help = commandLine(`${command.task} --help`);
    throw new UserError(`${reasonOf(error, command.flags)} See: ${help}`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(command.flags)) {
    const raw = (parsed.values as Record<string, unknown>)[name];
    const key = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (flag.type === "switch") values[key] = raw === true;
    else if (flag.type !== "paths") {
      values[key] = readValue(name, flag, raw as string | undefined, from);
    } else {
      const given = raw as string[] | undefined;
      values[key] = given?.map((path) => readPathValue(name, flag, path, from)) ??
        flag.default ?? [];
    }
  }
  const operands = command.operandPlace
    ? parsed.positionals.map((raw) => {
      if (raw === "") throw new UserError(`${command.operand} is empty: name a path`);
      return readPath(raw, from);
    })
    : parsed.positionals;
  return { values: values as Values<F>, operands };
}

/** What is wrong with a command line, in a sentence. */
function reasonOf(error: unknown, flags: Flags): string {
  const [reason] = messageOf(error).split(". ");
  const unknown = /^Unknown option '(-[^']*)'/.exec(reason)?.[1];
  if (unknown === undefined) return `${reason}.`;
  const names = [...Object.keys(flags), "help"].map((name) => `--${name}`);
  return `there is no flag ${unknown}${didYouMean(unknown, names) || "."}`;
}

function readValue(
  name: string,
  flag: TextFlag | PathFlag | NumberFlag,
  raw: string | undefined,
  from: string,
) {
  if (raw === undefined) return flag.default;
  if (flag.choices && !flag.choices.includes(raw)) {
    throw new UserError(`--${name} must be one of ${flag.choices.join(", ")}, not "${raw}"`);
  }
  if (flag.type === "path") return readPathValue(name, flag, raw, from);
  if (flag.type === "text") return requireValue(name, flag, raw);
  const number = raw.trim() === "" ? NaN : Number(raw);
  if (!Number.isFinite(number) || (flag.type === "integer" && !Number.isSafeInteger(number))) {
    const kind = flag.type === "integer" ? "a whole number" : "a number";
    throw new UserError(`--${name} must be ${kind}, not "${raw}"`);
  }
  if (flag.min !== undefined && number < flag.min) {
    throw new UserError(`--${name} must be at least ${flag.min}, not ${number}`);
  }
  if (flag.max !== undefined && number > flag.max) {
    throw new UserError(`--${name} must be at most ${flag.max}, not ${number}`);
  }
  return number;
}

function readPathValue(name: string, flag: FlagBase, raw: string, from: string): string {
  return readPath(requireValue(name, flag, raw), from);
}

function requireValue(name: string, { value }: FlagBase, raw: string): string {
  if (raw === "") throw new UserError(`--${name} needs a value, as in --${name} ${value}`);
  return raw;
}
