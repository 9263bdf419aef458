/** Values of whole numbers: what decides how often a loop runs, and which number is loaded. */
import type { Type } from "./types.ts";

/** A number, or those of a vector or an array. Floats are not followed: 0 stands for them. */
export type Value = number | Value[];

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": Math.imul,
  "/": (a, b) => Math.trunc(a / b),
  "%": (a, b) => a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
  ">>": (a, b) => a >>> b,
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "&&": (a, b) => Number(a !== 0 && b !== 0),
  "||": (a, b) => Number(a !== 0 || b !== 0),
};

/** What an operator makes of two values of a type. */
export function operation(operator: string, type: Type): (a: Value, b: Value) => Value {
  const plain = OPERATORS[operator];
  if (!plain) throw new Error(`an operator "${operator}" for whole numbers`);
  const unsigned = type.is === "numbers" && type.of === "u32";
  const single = unsigned
    ? (a: number, b: number) => plain(a, b) >>> 0
    : operator === ">>"
    ? (a: number, b: number) => a >> b
    : (a: number, b: number) => plain(a, b) | 0;
  const both = (a: Value, b: Value): Value => {
    if (typeof a === "number" && typeof b === "number") return single(a, b);
    const length = Math.max(...[a, b].map((value) => typeof value === "number" ? 0 : value.length));
    return Array.from({ length }, (_, i) => both(at(a, i), at(b, i)));
  };
  return both;
}

/** An element, or the number itself where it stands for all. */
export function at(value: Value, index: number): Value {
  return typeof value === "number" ? value : value[index] ?? 0;
}

/** What WGSL's functions make of whole numbers; 0 for those that only floats go through. */
export function builtin(name: string, args: readonly Value[]): Value {
  const vector = /^vec([234])/.exec(name);
  if (vector) {
    const parts = args.flat() as Value[];
    const length = Number(vector[1]);
    return parts.length === 1 ? new Array(length).fill(parts[0]) : parts;
  }
  const numbers = args as number[];
  switch (name) {
    case "i32":
    case "subgroupBroadcast":
      return args[0];
    case "u32":
      return typeof args[0] === "number" ? args[0] >>> 0 : args[0];
    case "min":
    case "max":
      return Math[name](numbers[0], numbers[1]);
    case "select":
      return typeof args[2] === "number" ? args[2] !== 0 ? args[1] : args[0] : args[1];
    case "array":
      return [...args];
    default:
      return 0;
  }
}
