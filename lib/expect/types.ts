/** Types of WGSL values: whether they are whole numbers, which are followed, or floats, which are not. */
import type { Expression, Module, TypeName } from "./tree.ts";

export type Type =
  | { readonly is: "numbers"; readonly of: Scalar; readonly width: number }
  | { readonly is: "matrix"; readonly columns: number; readonly rows: number }
  | { readonly is: "array"; readonly of: Type; readonly length: number }
  | { readonly is: "struct"; readonly members: ReadonlyMap<string, Type> };
export type Scalar = "i32" | "u32" | "f32" | "bool";

export const I32: Type = { is: "numbers", of: "i32", width: 1 };
export const BOOL: Type = { is: "numbers", of: "bool", width: 1 };
export const F32: Type = { is: "numbers", of: "f32", width: 1 };

const LETTERS: Readonly<Record<string, Scalar>> = { f: "f32", i: "i32", u: "u32" };

/** The type of a name in angle brackets or after a colon. @param length of an array, evaluated */
export function namedType(
  { name, args }: TypeName,
  structs: Module["structs"],
  length: (expression: Expression) => number,
): Type {
  const vector = /^vec([234])([fiu])?$/.exec(name);
  if (vector) {
    const of = vector[2] ? LETTERS[vector[2]] : (args[0] as TypeName).name as Scalar;
    return { is: "numbers", of, width: Number(vector[1]) };
  }
  const matrix = /^mat(\d)x(\d)f?$/.exec(name);
  if (matrix) return { is: "matrix", columns: Number(matrix[1]), rows: Number(matrix[2]) };
  if (name === "array") {
    const of = namedType(args[0] as TypeName, structs, length);
    return { is: "array", of, length: args[1] ? length(args[1] as Expression) : Infinity };
  }
  if (name === "atomic") return namedType(args[0] as TypeName, structs, length);
  if (name === "ptr") return namedType(args[1] as TypeName, structs, length);
  const members = structs.get(name);
  if (members) {
    const types = members.map(({ name, type }) =>
      [name, namedType(type, structs, length)] as const
    );
    return { is: "struct", members: new Map(types) };
  }
  if (["i32", "u32", "f32", "bool"].includes(name)) {
    return { is: "numbers", of: name as Scalar, width: 1 };
  }
  throw new Error(`"${name}" is no type that a kernel uses`);
}

/** Four-byte numbers in a value: what it takes in registers. */
export function numbersIn(type: Type): number {
  if (type.is === "numbers") return type.width;
  if (type.is === "matrix") return type.columns * type.rows;
  if (type.is === "array") return type.length * numbersIn(type.of);
  return [...type.members.values()].reduce((sum, member) => sum + numbersIn(member), 0);
}

/** Whether there is no float in it. */
export function isWhole(type: Type): boolean {
  if (type.is === "numbers") return type.of !== "f32";
  if (type.is === "array") return isWhole(type.of);
  return type.is === "struct" && [...type.members.values()].every(isWhole);
}

const COMPARISONS = ["==", "!=", "<", ">", "<=", ">=", "&&", "||"];

/**
 * The type of an expression.
 * @param nameType of a variable or constant
 * @param callType of a function of the kernel, a type's constructor, or undefined for one of WGSL's own
 */
export function typeOf(
  expression: Expression,
  nameType: (name: string) => Type,
  callType: (call: TypeName) => Type | undefined,
): Type {
  const type = (inner: Expression) => typeOf(inner, nameType, callType);
  switch (expression.is) {
    case "number":
      return { is: "numbers", of: expression.type as Scalar, width: 1 };
    case "name":
      return nameType(expression.name);
    case "unary":
      return expression.operator === "!" ? BOOL : type(expression.operand);
    case "binary": {
      const joined = join(type(expression.left), type(expression.right));
      if (!COMPARISONS.includes(expression.operator)) return joined;
      return joined.is === "numbers" ? { ...joined, of: "bool" } : BOOL;
    }
    case "index": {
      const base = type(expression.base);
      if (base.is === "array") return base.of;
      if (base.is === "matrix") return { is: "numbers", of: "f32", width: base.rows };
      if (base.is === "numbers") return { ...base, width: 1 };
      break;
    }
    case "member": {
      const base = type(expression.base);
      if (base.is === "struct") return base.members.get(expression.name)!;
      if (base.is === "numbers") return { ...base, width: expression.name.length };
      break;
    }
    case "call": {
      const { callee: { name }, args } = expression;
      const own = callType(expression.callee);
      if (own) return own;
      if (name === "dot") return F32;
      if (name === "arrayLength") return I32;
      if (name === "select") return join(type(args[0]), type(args[1]));
      return args.map(type).reduce(join);
    }
  }
  throw new Error(`a ${expression.is} of another form`);
}

/** Of two operands: the wider, and that of floats where a whole literal meets them. */
function join(a: Type, b: Type): Type {
  if (a.is !== "numbers" || b.is !== "numbers") return a.is === "numbers" ? b : a;
  const width = Math.max(a.width, b.width);
  const of = [a.of, b.of].includes("f32") ? "f32" : [a.of, b.of].includes("u32") ? "u32" : a.of;
  return { is: "numbers", of, width };
}
