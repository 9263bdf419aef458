/** Files and folders of pictures, as people name them. */
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { fileError } from "../files/explain.ts";
import { infoOf } from "../files/read.ts";

/** What could not be read, and why, in a sentence. */
export interface Failure {
  readonly path: string;
  readonly why: string;
}

export interface Inputs {
  /** Files, in the order of the command line; those of a folder by their names. */
  readonly paths: string[];
  /** What is no file and no folder of files. */
  readonly failures: Failure[];
}

/** So that `m9.jpg` stands before `m31.jpg`. */
const { compare } = new Intl.Collator("en", { numeric: true });

/**
 * Lists the files that paths name. Of a folder, all files that are in itself and whose names do not begin
 * with a dot; what is no picture is found out when it is read.
 */
export async function listInputs(named: readonly string[]): Promise<Inputs> {
  const paths: string[] = [];
  const failures: Failure[] = [];
  for (const path of named) {
    try {
      paths.push(...(await infoOf(path))?.isDirectory ? await filesIn(path) : [path]);
    } catch (error) {
      failures.push({ path, why: whyOf(error) });
    }
  }
  return { paths, failures };
}

/** @throws UserError when there are none, or the folder cannot be read */
async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.startsWith(".") || entry.isDirectory) continue;
      if (entry.isSymlink && (await infoOf(join(folder, entry.name)))?.isDirectory) continue;
      names.push(entry.name);
    }
  } catch (error) {
    throw fileError(error, folder, "read");
  }
  if (names.length === 0) throw new UserError(`${folder} is a folder without files in it`);
  return names.sort(compare).map((name) => join(folder, name));
}

/** The sentence of an error that a picture can cause. @throws any other error */
export function whyOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
