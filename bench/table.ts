/** Results as plain data, and how people and programs get to see them. */

import type { Gpu } from "../lib/gpu/device.ts";

/** Text, a number, or null where there is nothing to say. */
export type Cell = string | number | null;

/** One table of results. Units stand in the columns' names. */
export interface BenchTable {
  readonly title: string;
  readonly columns: readonly string[];
  /** Each as long as `columns`. */
  readonly rows: readonly (readonly Cell[])[];
  /** What a reader must know to understand the figures, and what was left out. */
  readonly notes: readonly string[];
}

/** What every result carries: figures without it cannot be compared. */
export interface BenchHeader {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly adapter: string;
  /** True for an adapter that computes on the processor. */
  readonly software: boolean;
  readonly cores: number;
  readonly deno: string;
  /** The command line that gives this again. */
  readonly command: string;
}

/** The header of what is measured now. @param command what the user typed */
export function headerOf(
  { name, software }: Pick<Gpu, "name" | "software">,
  command: string,
): BenchHeader {
  return {
    date: new Date().toISOString(),
    adapter: name,
    software,
    cores: navigator.hardwareConcurrency,
    deno: Deno.version.deno,
    command,
  };
}

/** The middle of several measurements, and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError without a value */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("no measurement, no median");
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1)! };
}

/** Lowest and highest, as `1.20..1.31`. */
export function rangeText({ min, max }: Spread): string {
  return `${format(min)}..${format(max)}`;
}

/** Three significant digits: more would be noise. Whole numbers stay as they are. */
export function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(3));
}

function format(cell: Cell): string {
  if (cell === null) return "–";
  if (typeof cell === "string") return cell;
  const rounded = round(cell);
  return Math.abs(rounded) >= 1000 ? rounded.toLocaleString("en") : String(rounded);
}

/** Aligned columns: numbers to the right, text to the left. */
export function tableText({ title, columns, rows, notes }: BenchTable): string {
  const texts = rows.map((row) => row.map(format));
  const right = columns.map((_, column) =>
    rows.some((row) => typeof row[column] === "number") ||
    rows.every((row) => row[column] === null)
  );
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) =>
      right[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])
    ).join("  ").trimEnd();
  return [
    title,
    ...columns.length > 0 ? [line(columns), line(widths.map((width) => "-".repeat(width)))] : [],
    ...texts.map(line),
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** The header of a report, a line per fact. */
export function headerText({ date, adapter, software, cores, deno, command }: BenchHeader): string {
  return [
    `${date}, Deno ${deno}, ${cores} cores`,
    `adapter: ${adapter}${software ? " (on the processor)" : ""}`,
    `command: ${command}`,
  ].join("\n");
}

/** One JSON document: the header's facts and the tables, numbers rounded as people see them. */
export function benchJson(header: BenchHeader, tables: readonly BenchTable[]): string {
  const rounded = (_key: string, value: unknown) =>
    typeof value === "number" ? round(value) : value;
  return JSON.stringify({ ...header, tables }, rounded, 2);
}
