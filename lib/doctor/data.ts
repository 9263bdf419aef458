/** Which of the competition's files are there, and is the cache of decoded images? */
import { commandLine } from "../called.ts";
import type { Finding as DataFinding } from "../data/finding.ts";
import type { Finding } from "./finding.ts";

export interface DataFacts {
  /** The data folder, as the command line names it. */
  readonly folder: string;
  /** Of `takeInventory`. */
  readonly inventory: readonly DataFinding[];
}

/** The files that a training and a prediction need, in one finding, and the caches in another. */
export function dataFindings({ folder, inventory }: DataFacts): Finding[] {
  const named = (pattern: RegExp) => inventory.filter(({ name }) => pattern.test(name));
  return [
    needed(folder, named(/^labels$| images$/)),
    ...tables(named(/pysex/)),
    ...cache(named(/ cache$/)),
  ];
}

function needed(folder: string, found: readonly DataFinding[]): Finding {
  const topic = "Data";
  const text = (state: DataFinding["state"]) =>
    found.filter((entry) => entry.state === state).map(({ name }) => name).join(", ");
  const check = commandLine("check:data");
  if (found.every(({ state }) => state === "absent")) {
    return {
      topic,
      state: "note",
      text: `${folder} has none of the competition's files`,
      remedy: `${commandLine("survey")} draws galaxies to try everything with; where to get the ` +
        `real ones: ${check}`,
    };
  }
  const there = found.filter(({ state }) => state === "ok")
    .map(({ name, text }) => `${name} (${text})`).join(", ");
  const problems = [
    text("absent") && `missing: ${text("absent")}`,
    text("wrong") && `wrong: ${text("wrong")}`,
  ].filter(Boolean).join("; ");
  if (!problems) return { topic, state: "good", text: there };
  return {
    topic,
    state: "note",
    text: there ? `${there}; ${problems}` : problems,
    remedy: `More about it: ${check}`,
  };
}

function tables(found: readonly DataFinding[]): Finding[] {
  const topic = "Centring";
  const wrong = found.filter(({ state }) => state === "wrong").map(({ name }) => name);
  const lost = found.filter(({ state }) => state === "absent").map(({ name }) => name);
  const remedy = `Only the pysex models need it. More about it: ${commandLine("check:data")}`;
  if (wrong.length > 0) {
    return [{ topic, state: "note", text: `wrong: ${wrong.join(", ")}`, remedy }];
  }
  if (lost.length === 0) return [{ topic, state: "good", text: "all measurements are there" }];
  // Whoever has none has not come that far; a few lost ones are a surprise.
  if (lost.length === found.length) return [];
  return [{ topic, state: "note", text: `missing: ${lost.join(", ")}`, remedy }];
}

function cache(found: readonly DataFinding[]): Finding[] {
  const topic = "Cache";
  if (found.length === 0) return [];
  const sets = (state: DataFinding["state"]) =>
    found.filter((entry) => entry.state === state).map(({ name }) => name.replace(" cache", ""));
  if (sets("wrong").length > 0) {
    return [{
      topic,
      state: "note",
      text: `the cache of ${sets("wrong").join(" and ")} images is out of date or damaged`,
      remedy: `Bring it up to date: ${commandLine("cache")}`,
    }];
  }
  const made = sets("ok"), lacking = sets("absent");
  if (lacking.length === 0) {
    return [{ topic, state: "good", text: `complete for ${made.join(" and ")} images` }];
  }
  return [{
    topic,
    state: "note",
    text: `none of ${lacking.join(" and ")} images: JPEGs are decoded again for every look`,
    remedy: `${commandLine("cache")} decodes each once; on a software adapter that hardly matters`,
  }];
}
