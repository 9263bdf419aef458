/** `deno task survey`: synthetic galaxies for those who do not have the competition's. */
import { UserError } from "../lib/errors.ts";
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { output } from "../lib/cli/terminal.ts";
import { ROWS, writeContactSheet } from "../lib/synthetic/contact_sheet.ts";
import { makeSurvey } from "../lib/synthetic/survey.ts";

const flags = {
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder to write the survey to",
  },
  train: { type: "integer", value: "N", default: 1000, min: 1, help: "Training galaxies" },
  test: { type: "integer", value: "N", default: 300, min: 1, help: "Test galaxies" },
  seed: {
    type: "integer",
    value: "N",
    default: 1,
    min: 0,
    help: "The same seed gives the same files",
  },
  workers: {
    type: "integer",
    value: "N",
    default: navigator.hardwareConcurrency,
    min: 1,
    max: 256,
    help: "Workers that draw; the files do not depend on it",
  },
  "contact-sheet": {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Also write one JPEG with rows of galaxies of each type; without --out, only that",
  },
} as const;
const command: Command<typeof flags> = {
  task: "survey",
  summary: "Draws synthetic galaxies and writes their vote fractions, in the competition's layout.",
  flags,
};

/** One line that is rewritten on a terminal, and left out in a pipe. */
function showProgress(done: number, total: number) {
  if (!Deno.stdout.isTerminal()) return;
  output.write(`\r${done} of ${total} galaxies${done === total ? "\n" : ""}`);
}

if (import.meta.main) {
  await runCommand(command, async ({ out, contactSheet, ...options }) => {
    if (!out && !contactSheet) throw new UserError("say where to: --out DIR, --contact-sheet FILE");
    if (out) {
      const result = await makeSurvey({ out, ...options, onProgress: showProgress });
      const numbers = `${options.train} training and ${options.test} test galaxies`;
      console.log(
        result === "present"
          ? `${out} holds this survey already: ${numbers}, seed ${options.seed}`
          : `${out}: ${numbers}, seed ${options.seed}. Use it with --data ${out}`,
      );
    }
    if (contactSheet) {
      await writeContactSheet(contactSheet, options.seed);
      console.log(
        `${contactSheet}: ${ROWS.length} rows, from ${ROWS[0].label} to ${ROWS.at(-1)!.label}`,
      );
    }
  });
}
