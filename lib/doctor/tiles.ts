/** Were the kernels tuned for this adapter? */
import { commandLine } from "../called.ts";
import type { TilesFile } from "../tune/tuned_tiles.ts";
import type { Finding } from "./finding.ts";

export interface TilesFacts {
  readonly file: Pick<TilesFile, "date" | "choices"> | undefined;
  /** Why a file that is there is not used. */
  readonly problem?: string;
  readonly software: boolean;
}

export function tilesFinding({ file, problem, software }: TilesFacts): Finding {
  const topic = "Tiles";
  if (problem !== undefined) return { topic, state: "note", text: problem };
  if (file) {
    const count = Object.keys(file.choices).length;
    const text = `tuned on ${file.date.slice(0, 10)}: ${count} other than the default`;
    return { topic, state: "good", text };
  }
  if (software) return { topic, state: "good", text: "the default" };
  return {
    topic,
    state: "good",
    text: `the default; ${commandLine("tune")} looks for faster ones, which takes a while`,
  };
}
