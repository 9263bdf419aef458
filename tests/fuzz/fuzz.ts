/** Runs mutations through a reader and judges what it makes of them. */
import { crc32 } from "node:zlib";
import { UserError } from "../../lib/errors.ts";
import { Random } from "../../lib/random.ts";
import { mutate } from "./mutate.ts";
import { type Reader, type Sample, Violation } from "./reader.ts";

export interface FuzzOptions {
  seed: number;
  /** Mutations. */
  count: number;
  /** Number of the first, to repeat one. */
  first?: number;
}

export interface Figures {
  reader: string;
  mutations: number;
  /** Refused with an error of ours. */
  refused: number;
  /** Read with the value of a valid file. */
  same: number;
  /** Read with another value that is in order. */
  other: number;
  /** Of one mutation, in milliseconds. */
  slowest: number;
  /** The most memory that the process had, in megabytes. */
  memory: number;
  seconds: number;
}

/** A mutation that a reader does not take as it should. */
export class Finding extends Error {
  override name = "Finding";
}

const SLOWEST_MS = 1000;
const MOST_BYTES = 1e9;
const LONGEST_MESSAGE = 2000;
/** Control characters but for line ends, and those that turn the direction of text. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

type Outcome = { kind: "refused" } | { kind: "read"; value: string } | {
  kind: "wrong";
  why: string;
};

/**
 * Has a reader read mutated files.
 * @throws Finding at the first that it does not refuse with a sentence, and whose value is not right; or
 * that takes more than a second or a gigabyte
 */
export async function fuzz(reader: Reader, options: FuzzOptions): Promise<Figures> {
  const { seed, count, first = 0 } = options;
  const originals = await originalsOf(reader);
  const figures = { reader: reader.name, mutations: count, refused: 0, same: 0, other: 0 };
  let slowest = 0, memory = 0;
  const begin = performance.now();
  for (let number = first; number < first + count; number++) {
    // Native memory of readers that never wait is given back between tasks only.
    if (number % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    const { file, sample, steps } = fileOf(reader, seed, number);
    const { outcome, milliseconds } = await timed(reader, file);
    slowest = Math.max(slowest, milliseconds);
    if (number % 16 === 0 || milliseconds > 20) memory = Math.max(memory, Deno.memoryUsage().rss);
    const why = outcome.kind === "wrong"
      ? outcome.why
      : problemOf(reader, sample, outcome, originals) ??
        (milliseconds > SLOWEST_MS ? `it took ${milliseconds.toFixed(0)} ms` : undefined) ??
        (memory > MOST_BYTES ? `the process has ${megabytes(memory)} MB then` : undefined);
    if (why) {
      throw new Finding(
        `${reader.name}, case ${number} of seed ${seed} (${
          steps.join(", ")
        }; ${file.length} bytes): ` +
          `${why}\nRepeat it with --only ${reader.name} --seed ${seed} --case ${number}`,
      );
    }
    if (outcome.kind === "refused") figures.refused++;
    else if (originals.has((outcome as { value: string }).value)) figures.same++;
    else figures.other++;
  }
  return {
    ...figures,
    slowest,
    memory: megabytes(memory),
    seconds: (performance.now() - begin) / 1000,
  };
}

/** What the valid files hold. @throws Finding where the reader refuses one: then nothing is shown */
async function originalsOf(reader: Reader): Promise<Set<string>> {
  const originals = new Set<string>();
  for (const [k, { bytes, wrap }] of reader.samples.entries()) {
    const outcome = await outcomeOf(reader, wrap ? wrap(bytes) : bytes);
    if (outcome.kind !== "read") {
      const why = outcome.kind === "wrong" ? outcome.why : "it is refused";
      throw new Finding(`${reader.name}, valid file ${k}: ${why}`);
    }
    originals.add(outcome.value);
  }
  return originals;
}

/** The mutated file of a number, always the same one. */
export function fileOf({ name, samples }: Reader, seed: number, number: number) {
  const random = new Random(seed, "test", crc32(name), number);
  const sample = samples[random.below(samples.length)];
  const others = samples.filter(({ wrap }) => !wrap === !sample.wrap).map(({ bytes }) => bytes);
  const { bytes, steps } = mutate(random, sample.bytes, others);
  return { file: sample.wrap ? sample.wrap(bytes) : bytes, sample, steps };
}

/** Slow ones are tried again, since the machine may have been busy with something else. */
async function timed(reader: Reader, file: Uint8Array) {
  let milliseconds = Infinity;
  let outcome: Outcome = { kind: "refused" };
  for (let attempt = 0; attempt < 3 && milliseconds > SLOWEST_MS; attempt++) {
    const start = performance.now();
    outcome = await outcomeOf(reader, file);
    milliseconds = performance.now() - start;
  }
  return { outcome, milliseconds };
}

async function outcomeOf(reader: Reader, file: Uint8Array): Promise<Outcome> {
  try {
    return { kind: "read", value: await reader.read(file) };
  } catch (error) {
    if (error instanceof Violation) return { kind: "wrong", why: error.message };
    if (!(error instanceof UserError)) {
      return { kind: "wrong", why: error instanceof Error ? error.stack! : String(error) };
    }
    const bytes = new TextEncoder().encode(error.message).length;
    if (bytes > LONGEST_MESSAGE) return { kind: "wrong", why: `a message of ${bytes} bytes` };
    if (!UNSAFE.test(error.message)) return { kind: "refused" };
    return { kind: "wrong", why: `a control character in ${JSON.stringify(error.message)}` };
  }
}

function problemOf(
  reader: Reader,
  sample: Sample,
  outcome: Outcome,
  originals: ReadonlySet<string>,
): string | undefined {
  if (outcome.kind !== "read" || !sample.sealed) return undefined;
  const right = originals.has(outcome.value) || reader.accepts?.(outcome.value, originals);
  if (!right) return `it is read as if it were whole, with ${outcome.value.slice(0, 300)}`;
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
