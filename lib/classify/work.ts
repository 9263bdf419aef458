/** From a list of pictures to rows, a batch at a time, so that memory does not grow with them. */
import type { Failure, Input, PictureList } from "./inputs.ts";
import type { Classify } from "./networks.ts";
import { TOGETHER } from "./reader.ts";
import type { Result } from "./result.ts";
import { type Row, rowOf } from "./rows.ts";
import type { Seen } from "./seen.ts";

/** Reads pictures, in order. */
export type Read = (items: readonly { readonly path: string }[]) => Promise<(Seen | Failure)[]>;

/** What came of a batch. */
export interface Done {
  /** One for each picture, in order. */
  readonly rows: readonly Row[];
  /** Of those that could be read. */
  readonly results: readonly (Result & { readonly pixels: Uint8Array })[];
}

export interface Work {
  readonly read: Read;
  readonly classify: Classify;
  /** Takes a batch; the next one is read meanwhile. */
  take(done: Done): Promise<void>;
  /** Asked after each batch. */
  stopped(): boolean;
}

/**
 * Classifies the pictures of a list from a first one to one that is left out.
 * @throws UserError when a catalogue can no longer be read; what the parts of `work` throw
 */
export async function classifyAll(
  list: PictureList,
  [from, to]: readonly [number, number],
  work: Work,
) {
  let waiting: Batch | undefined;
  for await (const inputs of list.batches(from, to, TOGETHER)) {
    // The next ones are read while these are on the GPU.
    const [batch] = await Promise.all([readBatch(inputs, work.read), finish(waiting, work)]);
    if (work.stopped()) return;
    waiting = batch;
  }
  await finish(waiting, work);
}

interface Batch {
  readonly inputs: readonly Input[];
  /** One for each. */
  readonly seen: readonly (Seen | Failure)[];
}

async function readBatch(inputs: readonly Input[], read: Read): Promise<Batch> {
  const seen = await read(inputs.filter(({ why }) => why === undefined));
  let next = 0;
  return {
    inputs,
    seen: inputs.map(({ path, why }) => why === undefined ? seen[next++] : { path, why }),
  };
}

async function finish(batch: Batch | undefined, { classify, take }: Work) {
  if (batch === undefined) return;
  const good = batch.seen.filter((one) => "pixels" in one);
  const predictions = await classify(good.map(({ views }) => views));
  const results: Done["results"][number][] = [];
  const rows = batch.inputs.map(({ id, path }, index): Row => {
    const one = batch.seen[index];
    if ("why" in one) return { id, path, error: one.why };
    const { pixels, told, unusual } = one;
    const result = { id, path, told, unusual, pixels, prediction: predictions[results.length] };
    results.push(result);
    return rowOf(result);
  });
  await take({ rows, results });
}
