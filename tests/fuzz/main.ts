/** `deno task test:fuzz`: every reader against mutated files. */
import { fileURLToPath } from "node:url";
import { UserError } from "../../lib/errors.ts";
import type { Command } from "../../lib/cli/flags.ts";
import { runCommand } from "../../lib/cli/command.ts";
import { type Figures, Finding, fuzz } from "./fuzz.ts";
import { allReaders } from "./readers.ts";

const flags = {
  count: {
    type: "integer",
    value: "N",
    default: 100_000,
    min: 1,
    help: "Mutations for each reader",
  },
  seed: { type: "integer", value: "N", default: 1, min: 0, help: "Others for another seed" },
  only: { type: "text", value: "NAME", help: "Only this reader" },
  case: { type: "integer", value: "K", min: 0, help: "Only the mutation of this number" },
} as const;
const command: Command<typeof flags> = {
  task: "test:fuzz",
  summary:
    "Has every reader of files read mutated ones: bits flipped, parts cut, moved and joined, lengths\n" +
    "and words exchanged, with and without checksums that fit. Each has to be refused with a sentence,\n" +
    "or give the right value, within a second and a gigabyte. Exit code 1 at the first that does not.",
  flags,
};

/** Where the mutated files lie. */
const FOLDER = fileURLToPath(new URL("../../analysis/fuzz", import.meta.url));

/** A table of what was done. */
export function table(all: readonly Figures[]): string {
  const rows = all.map(({ reader, mutations, refused, same, other, slowest, memory, seconds }) => [
    reader,
    ...[mutations, refused, same, other].map((count) => count.toLocaleString("en")),
    slowest.toFixed(0),
    String(memory),
    seconds.toFixed(0),
  ]);
  const head = [
    "reader",
    "mutations",
    "refused",
    "same value",
    "other value",
    "slowest ms",
    "MB",
    "s",
  ];
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines.map((line) =>
    line.map((cell, k) => k ? cell.padStart(widths[k]) : cell.padEnd(widths[k])).join("  ")
  ).join("\n");
}

if (import.meta.main) {
  await runCommand(command, async ({ count, seed, only, case: number }) => {
    await Deno.mkdir(FOLDER, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: FOLDER });
    try {
      const readers = await allReaders(folder);
      const chosen = readers.filter(({ name }) => only === undefined || name === only);
      if (chosen.length === 0) {
        const names = readers.map(({ name }) => name).join(", ");
        throw new UserError(`--only ${only} is none of the readers: ${names}`);
      }
      const figures: Figures[] = [];
      let findings = 0;
      for (const reader of chosen) {
        try {
          const options = number === undefined ? { count } : { count: 1, first: number };
          figures.push(await fuzz(reader, { seed, ...options }));
          console.error(`${reader.name}: done`);
        } catch (error) {
          if (!(error instanceof Finding)) throw error;
          console.error(`FAILED: ${error.message}`);
          findings++;
        }
      }
      if (figures.length) console.log(table(figures));
      return findings ? 1 : 0;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
