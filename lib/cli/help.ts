/** `--help`, the same for every task: what it does, how it is called, and a line for every flag. */
import { commandLine } from "../called.ts";
import type { Command, Flag, Flags } from "./flags.ts";

/** Columns of a terminal that is not made wider. */
const COLUMNS = 80;

/** Whether a command line asks for `--help`, whatever else it says. */
export function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.includes("--help") || flags.includes("-h");
}

/** The text of `--help`, in lines of 80 columns. */
export function helpText(command: Command<Flags>): string {
  const rows = Object.entries(command.flags).map(([name, flag]) => [
    flag.type === "switch" ? `--${name}` : `--${name} ${flag.value ?? "VALUE"}`,
    flag.help + defaultOf(flag),
  ]);
  rows.push(["-h, --help", "Show this text"]);
  const width = Math.max(...rows.map(([left]) => left.length)) + 4;
  const operand = command.operand ? ` ${command.operand}` : "";
  return [
    ...paragraphs(command.summary).flatMap((text) => wrap(text, COLUMNS)),
    "",
    `Usage: ${commandLine(command.task)} [flags]${operand}`,
    "",
    ...rows.flatMap(([left, right]) =>
      wrap(right, COLUMNS - width).map((line, at) =>
        (at === 0 ? `  ${left}` : "").padEnd(width) + line
      )
    ),
  ].join("\n");
}

function defaultOf(flag: Flag): string {
  if (flag.type === "switch" || flag.default === undefined) return "";
  const value = flag.type === "paths" ? flag.default.join(" ") : flag.default;
  return ` (default: ${value})`;
}

/** A text without the ends of its lines, but for those beside lines that begin with a space. */
function paragraphs(text: string): string[] {
  return text.replace(/^(?! )(.*)\n(?! )/gm, "$1 ").split("\n");
}

/** Lines of at most `columns` characters, where words are not longer. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && line.length <= columns) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines;
}
