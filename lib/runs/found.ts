/** The runs that lie below a folder. */
import { join } from "node:path";
import { fileError, isAbsent } from "../files/explain.ts";
import { exists } from "../files/read.ts";
import { RunFolder } from "./folder.ts";

/** Where trainings are, by their models' names. */
export const RUNS_FOLDER = "analysis/final";

/**
 * The folders with a description or a history directly below one, by their names. Links are not
 * followed.
 */
export async function runsBelow(path: string): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(path)) {
      if (!isDirectory) continue;
      const { description, history } = new RunFolder(join(path, name));
      if (await exists(description) || await exists(history)) found.push(join(path, name));
    }
  } catch (error) {
    if (!isAbsent(error)) throw fileError(error, path, "read");
  }
  return found.sort();
}
