/** Command lines: strict flags with typed values, `--help` everywhere, errors for people. */
import { parseArgs } from "node:util";
import { messageOf, UserError } from "./errors.ts";

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
interface NumberFlag extends FlagBase {
  type: "integer" | "number";
  default?: number;
  min?: number;
  max?: number;
}
export type Flag = SwitchFlag | TextFlag | NumberFlag;
export type Flags = Record<string, Flag>;

type ValueOf<F extends Flag> = F extends SwitchFlag ? boolean
  : F extends { type: "text"; default: string } ? string
  : F extends { type: "text" } ? string | undefined
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
}

/** The text of `--help`. */
export function helpText(command: Command<Flags>): string {
  const rows = Object.entries(command.flags).map(([name, flag]) => {
    const placeholder = flag.type === "switch" ? "" : " " + (flag.value ?? "VALUE");
    const fallback = flag.type !== "switch" && flag.default !== undefined
      ? ` (default: ${flag.default})`
      : "";
    return [`--${name}${placeholder}`, flag.help + fallback];
  });
  rows.push(["--help", "Show this text"]);
  const width = Math.max(...rows.map(([left]) => left.length));
  const operand = command.operand ? ` ${command.operand}` : "";
  return [
    command.summary,
    "",
    `Usage: deno task ${command.task} [flags]${operand}`,
    "",
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
  ].join("\n");
}

/**
 * Parses a command line.
 * @throws UserError for an unknown flag, a missing or malformed value, or an unexpected operand
 */
export function parseFlags<F extends Flags>(
  command: Command<F>,
  args: readonly string[],
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
          { type: flag.type === "switch" ? "boolean" as const : "string" as const },
        ]),
      ),
    });
  } catch (error) {
    const reason = messageOf(error).split(". ")[0];
    throw new UserError(`${reason}. See: deno task ${command.task} --help`);
  }
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(command.flags)) {
    const raw = (parsed.values as Record<string, string | boolean | undefined>)[name];
    const key = name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    values[key] = flag.type === "switch" ? raw === true : readValue(name, flag, raw as string);
  }
  return { values: values as Values<F>, operands: parsed.positionals };
}

function readValue(name: string, flag: TextFlag | NumberFlag, raw: string | undefined) {
  if (raw === undefined) return flag.default;
  if (flag.choices && !flag.choices.includes(raw)) {
    throw new UserError(`--${name} must be one of ${flag.choices.join(", ")}, not "${raw}"`);
  }
  if (flag.type === "text") {
    if (raw === "") throw new UserError(`--${name} needs a value, as in --${name} ${flag.value}`);
    return raw;
  }
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
