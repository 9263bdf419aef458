/** The figures of an evaluation for programs. */
import { writeFileAtomic } from "../files/atomic.ts";
import type { Figures } from "../galaxy/figures.ts";
import { galaxiesMark } from "../marks.ts";
import { VERSION } from "../version.ts";
import type { Evaluation } from "./evaluate.ts";

/** What `--json` writes. */
export interface FiguresFile extends Omit<Figures, "galaxies"> {
  readonly model: string;
  readonly parameters: {
    /** Of their values, as their own provenance has it (docs/files.md). */
    readonly sha256: string;
    readonly trainedOn: string | null;
  };
  readonly galaxies: {
    /** The last tenth, or all. */
    readonly set: "valid" | "labelled";
    readonly count: number;
    readonly text: string;
    /** Of their ids, as in provenance marks. */
    readonly sha256: string;
  };
  readonly adapter: string;
  readonly version: string;
}

export function figuresFile(evaluation: Evaluation): FiguresFile {
  const { model, digest, trainedOn, set, ids, adapter, figures } = evaluation;
  const { text, digest: sha256 } = galaxiesMark(ids);
  const { galaxies: count, ...rest } = figures;
  return {
    model,
    parameters: { sha256: digest, trainedOn: trainedOn ?? null },
    galaxies: { set, count, text, sha256 },
    adapter,
    version: VERSION,
    ...rest,
  };
}

/** Writes the file, whole or not at all. */
export async function writeFigures(path: string, evaluation: Evaluation) {
  const text = JSON.stringify(figuresFile(evaluation), undefined, 2) + "\n";
  await writeFileAtomic(path, new TextEncoder().encode(text));
}
