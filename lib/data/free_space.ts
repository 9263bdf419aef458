/** How much can still be written somewhere. */
import { statfsSync } from "node:fs";

const TMPFS = 0x01021994;

/** Bytes that can be written to a folder; on a file system in memory, what is free of both. */
export function freeBytes(folder: string): number {
  const { bavail, bsize, type } = statfsSync(folder);
  const free = bavail * bsize;
  return type === TMPFS ? Math.min(free, Deno.systemMemoryInfo().available) : free;
}

/** `30.9 GiB` */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
