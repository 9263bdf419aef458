/** Checks of the count of numbers that are not finite. */
import { countNotFinite } from "../../nn/not_finite.ts";
import { countNotFinite as twin } from "../reference/not_finite.ts";
import { type Check, check, compare, type TilesName } from "./bench.ts";

const QUIET_NAN = 0x7fc00000, SIGNALLING_NAN = 0x7f800001, ANY_NAN = 0xffffffff;
const INFINITY = 0x7f800000, MINUS_INFINITY = 0xff800000;
const NOT_FINITE = [QUIET_NAN, SIGNALLING_NAN, ANY_NAN, INFINITY, MINUS_INFINITY];

const LARGEST = 0x7f7fffff, SMALLEST_NORMAL = 0x00800000;
const DENORMAL = 0x007fffff, SMALLEST = 0x00000001, MINUS_ZERO = 0x80000000;
const FINITE = [LARGEST, SMALLEST_NORMAL, DENORMAL, SMALLEST, MINUS_ZERO];

interface Case {
  /** Numbers of the tensor. */
  readonly count: number;
  /** Every so many numbers is one that is not finite; none is for 0. */
  readonly every: number;
  /** Bytes that one binding may have. */
  readonly most?: number;
}

function notFiniteCheck(tiles: TilesName, { count, every, most = 2 ** 27 }: Case): Check {
  const cut = most < count * 4 ? `, bindings of ${most} bytes` : "";
  const name = `not finite ${count}, ${every ? `one in ${every}` : "none"}${cut}`;
  return check(name, tiles, async (bench) => {
    const bits = new Uint32Array(bench.numbers(count).buffer);
    // Numbers at the edges of what is finite, and beyond them up to the very last.
    for (let at = 0; at < count; at += 3) bits[at] = FINITE[at % FINITE.length];
    for (let at = count - 1, k = 0; every && at >= 0; at -= every, k++) {
      bits[at] = NOT_FINITE[k % NOT_FINITE.length];
    }
    const values = await bench.put(bits);
    const found = await bench.put(Uint32Array.of(0));
    await bench.run(countNotFinite(bench.tiles, { label: "w", values, count: found }, most));
    const [counted] = new Uint32Array((await bench.read(found, 1)).buffer);
    return [compare("count", [counted], [twin(bits)], [0])];
  });
}

export const NOT_FINITE_NUMBERS: readonly Check[] = [
  notFiniteCheck("software", { count: 100_003, every: 0 }),
  notFiniteCheck("software", { count: 100_003, every: 7 }),
  notFiniteCheck("gpu", { count: 33_001, every: 33_001 }),
  notFiniteCheck("gpu", { count: 70_000, every: 1 }),
  notFiniteCheck("small", { count: 1, every: 1 }),
  notFiniteCheck("small", { count: 1, every: 0 }),
  notFiniteCheck("small", { count: 514, every: 2 }),
  // Limits that are no multiple of what a binding may begin at.
  notFiniteCheck("software", { count: 10_007, every: 3, most: 5000 }),
  notFiniteCheck("small", { count: 200, every: 199, most: 256 }),
];
