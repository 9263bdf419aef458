/** `deno task check:data`: what is there and what is missing, in one screen. */
import { commandLine } from "../called.ts";
import type { Finding } from "../data/finding.ts";
import { takeInventory } from "../data/inventory.ts";
import { KAGGLE_PAGE } from "../data/packed.ts";

const MARKS = { ok: "ok", absent: "--", wrong: "!!" };
const NAME_WIDTH = 35;

/** `ok  labels      all 61,578`; further lines of the text under the first. */
function line({ name, state, text, fatal }: Finding): string {
  const mark = fatal ? "!!" : MARKS[state];
  return `${mark}  ${name.padEnd(NAME_WIDTH)}${
    text.replaceAll("\n", "\n" + " ".repeat(NAME_WIDTH + 4))
  }`;
}

/**
 * Says what is there.
 * @param need what must be there: for a training the labelled galaxies, for a submission all
 * @returns the exit code: 1 where something that is needed cannot be used
 */
export async function checkData(data: string, need: "train" | "test"): Promise<number> {
  const findings = await takeInventory(data, { need });
  console.log(`${data}\n${findings.map(line).join("\n")}\n`);
  const fatal = findings.filter((finding) => finding.fatal).map(({ name }) => name);
  if (fatal.length === 0) {
    const stale = findings.some(({ name, state }) => name.endsWith("cache") && state === "wrong");
    console.log(
      `ready to train${stale ? ` once the cache is up to date: ${commandLine("cache")}` : ""}`,
    );
    return 0;
  }
  const what = need === "test" ? "training and predicting is" : "training is";
  console.log(`${what} impossible: ${fatal.join(", ")}. Kaggle's files: ${KAGGLE_PAGE}`);
  return 1;
}
