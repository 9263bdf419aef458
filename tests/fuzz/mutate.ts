/** Seeded structured mutations of files: what disks, networks, editors and other programs do to them. */
import type { Random } from "../../lib/random.ts";

/** No mutation makes a file longer than this. */
const LONGEST = 4 * 2 ** 20;
/** Files are looked at as text up to here. */
const TEXT_BYTES = 16_384;

/** What texts and numbers are replaced by. */
const TOKENS = [
  ..."0 -0 1 -1 2 1.5 1e999 -1e30 1e-400 255 65536 4294967296 9007199254740993".split(" "),
  ..."99999999999999999999 NaN nan Infinity null true false True None [] {} () \"\" '' 0x10 1L"
    .split(
      " ",
    ),
  ..."__proto__ constructor toString sha256 <f8 >f4 |u1 |O F16 F64 U8 .. / 100018.0 38% 1,5".split(
    " ",
  ),
  ..." |\n|\r\n|\0|\ufeff|\u2028|\u202e|\x1b[2J|\x07|\ud83d\ude00|\"|'|\\|\\u001b|,|;|:|{|}|[|]|(|)|\t"
    .split("|"),
  "[".repeat(5000),
  '{"a":'.repeat(1000),
  "9".repeat(400),
  "x".repeat(3000),
  ",".repeat(3000),
  "\n".repeat(500),
  '"' + "\x1b]0;x\x07".repeat(400) + '"',
  "\\u001b]0;x\\u0007".repeat(200),
].map((token) => new TextEncoder().encode(token));

/** Values of length fields, checked and unchecked. */
const LENGTHS = [
  0n,
  1n,
  -1n,
  127n,
  128n,
  255n,
  2n ** 15n,
  2n ** 16n - 1n,
  2n ** 31n - 1n,
  2n ** 31n,
]
  .concat([2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n]);

type Step = (random: Random, bytes: Uint8Array, others: readonly Uint8Array[]) => Uint8Array;

/** The kinds of mutations, each of which leaves its argument alone. */
const STEPS: Readonly<Record<string, Step>> = {
  flip(random, bytes) {
    const changed = bytes.slice();
    if (bytes.length) changed[place(random, bytes.length - 1)] ^= 1 << random.below(8);
    return changed;
  },
  set(random, bytes) {
    const changed = bytes.slice();
    const values = [0, 1, 0x20, 0x7f, 0x80, 0xff, random.below(256)];
    if (bytes.length) changed[place(random, bytes.length - 1)] = pick(random, values);
    return changed;
  },
  cut(random, bytes) {
    return bytes.slice(0, place(random, bytes.length));
  },
  remove(random, bytes) {
    const [start, end] = block(random, bytes);
    return replaced(bytes, start, end, new Uint8Array(0));
  },
  insert(random, bytes) {
    const at = place(random, bytes.length);
    const length = random.chance(0.1) ? random.below(2000) : 1 + random.below(16);
    const zeros = random.chance(0.3);
    const added = Uint8Array.from({ length }, () => zeros ? 0 : random.below(256));
    return replaced(bytes, at, at, added);
  },
  duplicate(random, bytes) {
    const [start, end] = block(random, bytes);
    const at = random.chance(0.5) ? end : place(random, bytes.length);
    return replaced(bytes, at, at, bytes.subarray(start, end));
  },
  swap(random, bytes) {
    const [start, end] = block(random, bytes);
    const without = replaced(bytes, start, end, new Uint8Array(0));
    const at = place(random, without.length);
    return replaced(without, at, at, bytes.subarray(start, end));
  },
  length(random, bytes) {
    const width = pick(random, [1, 2, 4, 8].filter((width) => width <= bytes.length));
    if (width === undefined) return bytes.slice();
    const changed = bytes.slice();
    // Where lengths stand, or anywhere.
    const at = random.chance(0.5)
      ? Math.min(pick(random, [0, 4, 8, 10, 12, 16]), bytes.length - width)
      : place(random, bytes.length - width);
    const value = pick(random, LENGTHS);
    const little = random.chance(0.7);
    for (let k = 0; k < width; k++) {
      changed[at + (little ? k : width - 1 - k)] = Number((value >> BigInt(8 * k)) & 0xffn);
    }
    return changed;
  },
  token(random, bytes) {
    const text = latin1(bytes.subarray(0, TEXT_BYTES));
    const found = [...text.matchAll(/-?\d[\d.eE+-]*|"[^"\n]*"|'[^'\n]*'|\w+|[{}[\](),:\n]/g)];
    if (found.length === 0) return bytes.slice();
    let { index, 0: whole } = found[random.below(found.length)];
    if (/^["']/.test(whole) && random.chance(0.5)) {
      // What stands between the quotes.
      whole = whole.slice(1, -1);
      index++;
    }
    const action = random.below(4);
    if (action === 0) return replaced(bytes, index, index + whole.length, new Uint8Array(0));
    if (action === 1) {
      // By another one of the same file.
      const other = found[random.below(found.length)];
      const token = bytes.slice(other.index, other.index + other[0].length);
      return replaced(bytes, index, index + whole.length, token);
    }
    return replaced(bytes, index, index + whole.length, pick(random, TOKENS));
  },
  join(random, bytes, others) {
    const other = pick(random, [bytes, ...others]);
    const rest = random.chance(0.5) ? other : other.subarray(place(random, other.length));
    return random.chance(0.5)
      ? replaced(bytes, bytes.length, bytes.length, rest)
      : replaced(bytes, 0, 0, rest);
  },
  splice(random, bytes, others) {
    // The beginning of one file and the end of another, as where a write stopped half-way.
    const other = pick(random, [bytes, ...others]);
    const at = place(random, Math.min(bytes.length, other.length));
    return replaced(bytes, at, bytes.length, other.subarray(at));
  },
};
const NAMES = Object.keys(STEPS);

/**
 * A mutated copy.
 * @param others further files of the same kind
 * @returns with the names of what was done
 */
export function mutate(
  random: Random,
  bytes: Uint8Array,
  others: readonly Uint8Array[],
): { bytes: Uint8Array; steps: string[] } {
  const count = random.chance(0.6) ? 1 : 1 + random.below(random.chance(0.8) ? 4 : 12);
  const steps = Array.from({ length: count }, () => NAMES[random.below(NAMES.length)]);
  let mutated = bytes;
  for (const step of steps) mutated = STEPS[step](random, mutated, others).subarray(0, LONGEST);
  return { bytes: mutated.slice(), steps };
}

function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.below(items.length)];
}

/** A place from 0 to `last`: anywhere, near the beginning or near the end, where headers and sums are. */
function place(random: Random, last: number): number {
  const near = Math.min(last, random.below(96));
  const where = random.below(4);
  return where === 0 ? near : where === 1 ? last - near : random.below(last + 1);
}

/** A part of a file: short ones most of the time. */
function block(random: Random, bytes: Uint8Array): [start: number, end: number] {
  const start = place(random, bytes.length);
  const most = bytes.length - start;
  const length = random.chance(0.7) ? Math.min(most, 1 + random.below(32)) : random.below(most + 1);
  return [start, start + length];
}

function replaced(bytes: Uint8Array, start: number, end: number, by: Uint8Array): Uint8Array {
  const changed = new Uint8Array(bytes.length - (end - start) + by.length);
  changed.set(bytes.subarray(0, start));
  changed.set(by, start);
  changed.set(bytes.subarray(end), start + by.length);
  return changed;
}

/** One character for each byte, whatever it is. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}
