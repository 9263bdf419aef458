/** The content of a folder, to put back and to compare. */
import { Buffer } from "node:buffer";
import { dirname, join, relative } from "node:path";

/** A file, or a folder. */
type Entry = { readonly bytes: Uint8Array; readonly modified: Date } | "folder";
/** By path from the folder. */
export type Snapshot = ReadonlyMap<string, Entry>;

/** What is in a folder now. */
export function snapshotOf(folder: string): Snapshot {
  const found = new Map<string, Entry>();
  const look = (place: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(place)) {
      const path = join(place, name);
      found.set(relative(folder, path), isDirectory ? "folder" : entryOf(path));
      if (isDirectory) look(path);
    }
  };
  look(folder);
  return found;
}

function entryOf(path: string): Entry {
  const { mtime } = Deno.statSync(path);
  return { bytes: Deno.readFileSync(path), modified: mtime ?? new Date(0) };
}

/** Makes a folder what it was, the times of its files included. */
export function restore(folder: string, wanted: Snapshot) {
  const now = snapshotOf(folder);
  for (const path of now.keys()) {
    if (wanted.has(path)) continue;
    const above = dirname(path);
    if (above !== "." && !wanted.has(above)) continue; // gone with its folder
    Deno.removeSync(join(folder, path), { recursive: true });
  }
  for (const [path, entry] of wanted) {
    const here = now.get(path);
    const whole = join(folder, path);
    if (entry === "folder") {
      if (!here) Deno.mkdirSync(whole);
      continue;
    }
    const same = here && here !== "folder" && sameBytes(here.bytes, entry.bytes);
    if (same && here.modified.getTime() === entry.modified.getTime()) continue;
    if (!same) Deno.writeFileSync(whole, entry.bytes);
    Deno.utimeSync(whole, entry.modified, entry.modified);
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
