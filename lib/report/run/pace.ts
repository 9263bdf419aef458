/** How fast a training is, and how far. */
import type { HistoryEntry } from "../../runs/history.ts";
import type { RunLook } from "../../runs/look.ts";

export interface Pace {
  /** Of the last chunks. */
  readonly imagesPerSecond: number | undefined;
  /** Seconds of training so far, over all sessions. */
  readonly taken: number;
  /** Seconds to go; `undefined` where nobody can know. */
  readonly left: number | undefined;
}

/** Chunks that the present speed is measured over. */
const RECENT = 5;

/** @param chunks of the whole run, if they are known */
export function paceOf(history: readonly HistoryEntry[], chunks: number | undefined): Pace {
  const last = history.at(-1);
  if (!last) return { imagesPerSecond: undefined, taken: 0, left: undefined };
  const before = history.at(-1 - Math.min(RECENT, history.length - 1))!;
  const [since, images] = before === last
    ? [last.seconds, last.images]
    : [last.seconds - before.seconds, last.images - before.images];
  const imagesPerSecond = since > 0 ? images / since : undefined;
  const perChunk = since / (before === last ? 1 : last.chunk - before.chunk);
  const left = chunks === undefined ? undefined : perChunk * (chunks - last.chunk);
  return { imagesPerSecond, taken: last.seconds, left };
}

/** Whether a run is over, under way, or silent for longer than a few of its chunks take. */
export type Status = "finished" | "under way" | "silent";

/** Seconds that a run may be silent, beside what its chunks take: validations and checkpoints. */
const GRACE = 60;

export function statusOf({ description, history }: RunLook, now: number): Status {
  if (description.value?.finished !== undefined) return "finished";
  const entries = history.value ?? [];
  const last = Math.max(0, history.written?.getTime() ?? 0, description.written?.getTime() ?? 0);
  const { taken } = paceOf(entries, undefined);
  const chunk = entries.length > 0 ? taken / entries.length : 600;
  return now - last < 1000 * (GRACE + 4 * chunk) ? "under way" : "silent";
}
