/** `deno task check:data`: what is there and what is missing, in one screen. */
import type { Finding } from "../lib/data/finding.ts";
import { takeInventory } from "../lib/data/inventory.ts";
import { KAGGLE_PAGE } from "../lib/data/packed.ts";
import { runCommand } from "../lib/run/command.ts";

const flags = {
  data: {
    type: "text",
    value: "DIR",
    default: "data/raw",
    help: "Folder with the competition's files",
  },
} as const;

const MARKS = { ok: "ok", absent: "--", wrong: "!!" };
const NAME_WIDTH = 35;

/** `ok  labels      all 61,578`; further lines of the text under the first. */
function line({ name, state, text, fatal }: Finding): string {
  const mark = fatal ? "!!" : MARKS[state];
  return `${mark}  ${name.padEnd(NAME_WIDTH)}${
    text.replaceAll("\n", "\n" + " ".repeat(NAME_WIDTH + 4))
  }`;
}

if (import.meta.main) {
  await runCommand({
    task: "check:data",
    summary: "Says what is there and what is missing of everything that training and prediction\n" +
      "read. Exit code 1 where training is impossible.",
    flags,
  }, async ({ data }) => {
    const findings = await takeInventory(data);
    console.log(`${data}\n${findings.map(line).join("\n")}\n`);
    const fatal = findings.filter((finding) => finding.fatal).map(({ name }) => name);
    if (fatal.length === 0) {
      const stale = findings.some(({ name, state }) => name.endsWith("cache") && state === "wrong");
      console.log(`ready to train${stale ? " once the cache is up to date: deno task cache" : ""}`);
      return 0;
    }
    console.log(`training is impossible: ${fatal.join(", ")}. Kaggle's files: ${KAGGLE_PAGE}`);
    return 1;
  });
}
