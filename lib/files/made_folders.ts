/** Folders that are made to see whether something can be written, and not kept. */
import { dirname } from "node:path";
import { exists } from "./read.ts";

/**
 * Does some work, then removes the folders on the way to `folder`, itself included, that were not there
 * before and are empty.
 */
export async function withoutNewFolders<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const missing: string[] = [];
  for (let path = folder; await isMissing(path) && path !== dirname(path); path = dirname(path)) {
    missing.push(path);
  }
  try {
    return await work();
  } finally {
    // What is not empty, or was never made, stays as it is, and so do those above.
    for (const path of missing) await Deno.remove(path).catch(() => {});
  }
}

/** Folders further up may be none that this task may look at: then they are not its to remove. */
async function isMissing(path: string): Promise<boolean> {
  try {
    return !await exists(path);
  } catch {
    return false;
  }
}
