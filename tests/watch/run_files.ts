/** Files of runs that nobody has trained. */
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { writeSafetensors } from "../../lib/formats/safetensors.ts";
import { rowsShown } from "../../lib/report/run/galaxies.ts";
import { writeDescription } from "../../lib/runs/description.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { type HistoryEntry, historyText, writeHistory } from "../../lib/runs/history.ts";
import { INPUT_PIXELS, writeSnapshot } from "../../lib/runs/snapshot.ts";
import { Random } from "../../lib/random.ts";
import { SMALL_SETTINGS, smallModel } from "../train/small.ts";

/** Chunks of a run, every second one validated; the learning rate drops after the sixth. */
export function entriesOf(chunks: number, better = 0): HistoryEntry[] {
  return Array.from({ length: chunks }, (_, at) => ({
    chunk: at + 1,
    images: (at + 1) * 1000,
    learningRate: at < 6 ? 0.04 : 0.004,
    warmUp: at === 0,
    trainRmse: 0.1 + 0.1 / (at + 1) - better,
    ...(at % 2 ? { validRmse: 0.09 + 0.1 / (at + 1) - better } : {}),
    seconds: 10 * (at + 1),
  }));
}

/** A line of a history, or its beginning. */
export function lineOf(entries: readonly HistoryEntry[], chunk: number): string {
  return historyText([entries[chunk - 1]]);
}

export interface MadeRun {
  readonly chunks?: number;
  readonly of?: number;
  readonly better?: number;
  readonly finished?: boolean;
}

/** Writes `run.json` and `history.jsonl`. */
export async function makeRun(
  path: string,
  { chunks = 8, of = 20, better = 0, finished = false }: MadeRun = {},
) {
  const { description, history } = new RunFolder(path);
  await Deno.mkdir(path, { recursive: true });
  await writeDescription(description, {
    model: smallModel,
    settings: { ...SMALL_SETTINGS, chunks: of, chunkSize: 1000, batchSize: 4 },
    training: 16,
    validation: 4,
    marks: {},
    adapter: "Adapter <1>",
    tiles: "0".repeat(64),
    versions: { galaxies: "1", deno: "2" },
    started: "2026-01-02T03:04:05.000Z",
    ...(finished ? { finished: "2026-01-02T04:04:05.000Z" } : {}),
  });
  await writeHistory(history, entriesOf(chunks, better));
}

/** Fractions of `galaxies` galaxies that no question forbids: (galaxies, 37). */
function fractions(galaxies: number, seed: number): Float32Array {
  const random = new Random(seed, "test");
  return Float32Array.from({ length: galaxies * ANSWER_COUNT }, () => random.uniform(0, 0.3));
}

/** Writes the snapshot of a run and its parameters. */
export async function makeSeen(path: string, chunk = 8, galaxies = 20) {
  const { snapshot, parameters } = new RunFolder(path);
  await Deno.mkdir(path, { recursive: true });
  const predicted = fractions(galaxies, 1), labels = fractions(galaxies, 2);
  const jpeg = await encodeJpeg(new Uint8Array(3 * 64).fill(90), 8, 8, 90);
  await writeSnapshot(snapshot, {
    chunk,
    images: 1000 * chunk,
    predicted,
    labels,
    mean: labels.slice(0, ANSWER_COUNT),
    augmented: new Uint8Array(3 * INPUT_PIXELS).fill(70),
    pictures: rowsShown({ labels, predicted }).map((row) => ({ row, id: 1000 + row, jpeg })),
  });
  const random = new Random(3, "test");
  const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  await writeSafetensors(parameters, [
    { name: "conv1.weight", shape: [4, 3, 6, 6], data: normal(432) },
    { name: "conv1.bias", shape: [4], data: normal(4) },
  ]);
}
