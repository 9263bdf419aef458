/** Size and date of files, by which a change shows without reading them. */
import { infoOf } from "../files/read.ts";

export interface FileState {
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

/** Files asked for at a time: enough to keep a slow or a distant disk busy. */
export const CONCURRENCY = 32;

/**
 * The state of every file; `undefined` for one that is not there.
 * @throws UserError when that cannot be found out
 */
export async function fileStates(paths: readonly string[]): Promise<(FileState | undefined)[]> {
  const states = new Array<FileState | undefined>(paths.length);
  let next = 0;
  const look = async () => {
    while (next < paths.length) {
      const index = next++;
      const info = await infoOf(paths[index]);
      states[index] = info && stateOf(info);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, look));
  return states;
}

export function stateOf({ size, mtime }: Deno.FileInfo): FileState {
  return { bytes: size, modified: mtime?.getTime() ?? 0 };
}

export function sameState(a: FileState | undefined, b: FileState | undefined): boolean {
  return a !== undefined && b !== undefined && a.bytes === b.bytes && a.modified === b.modified;
}
