/** All readers that are fuzzed. */
import { formatReaders } from "./format_readers.ts";
import { PICTURE_READERS } from "./picture_readers.ts";
import type { Reader } from "./reader.ts";
import { runReaders } from "./run_readers.ts";
import { sealReaders } from "./seal_readers.ts";

/** @param folder an empty one, for the files that are read */
export async function allReaders(folder: string): Promise<Reader[]> {
  return [
    ...await formatReaders(folder),
    ...await sealReaders(folder),
    ...await runReaders(folder),
    ...PICTURE_READERS,
  ];
}
