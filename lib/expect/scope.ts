/** The names of a kernel while it is read, and what whole numbers are made of them. */
import { type Type, typeOf } from "./types.ts";
import { at, builtin, operation, type Value } from "./whole.ts";
import type { Expression, TypeName } from "./tree.ts";

export interface Entry {
  readonly type: Type;
  readonly space: "constant" | "private" | "shared" | "buffer";
  /** Where its value is, or the number of the binding. */
  readonly slot: number;
}

/** Values of all variables of an invocation, by slot. */
export class Scope {
  readonly values: Value[];
  readonly #entries: Map<string, Entry>;
  readonly #callType: (call: TypeName) => Type | undefined;

  private constructor(
    values: Value[],
    entries: Map<string, Entry>,
    callType: (call: TypeName) => Type | undefined,
  ) {
    this.values = values;
    this.#entries = entries;
    this.#callType = callType;
  }

  /** The scope of a module. @param callType of a constructor or a function of the kernel */
  static outermost(callType: (call: TypeName) => Type | undefined): Scope {
    return new Scope([], new Map(), callType);
  }

  inner(): Scope {
    return new Scope(this.values, new Map(this.#entries), this.#callType);
  }

  declare(name: string, type: Type, space: Entry["space"], value: Value = 0): Entry {
    const entry = { type, space, slot: this.values.push(value) - 1 };
    this.#entries.set(name, entry);
    return entry;
  }

  /** Another name of a variable, or a buffer. */
  name(name: string, entry: Entry) {
    this.#entries.set(name, entry);
  }

  /** @throws Error for a name that there is not */
  entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`the kernel knows no ${name}`);
    return entry;
  }

  type(expression: Expression): Type {
    return typeOf(expression, (name) => this.entry(name).type, this.#callType);
  }

  /** The variable that an index, a member or a pointer leads to. */
  root(expression: Expression): Entry | undefined {
    switch (expression.is) {
      case "name":
        return this.entry(expression.name);
      case "index":
      case "member":
        return this.root(expression.base);
      case "unary":
        return "*&".includes(expression.operator) ? this.root(expression.operand) : undefined;
      default:
        return undefined;
    }
  }

  isConstant(expression: Expression): boolean {
    switch (expression.is) {
      case "number":
        return true;
      case "name":
        return this.entry(expression.name).space === "constant";
      case "unary":
        return this.isConstant(expression.operand);
      case "binary":
        return this.isConstant(expression.left) && this.isConstant(expression.right);
      case "index":
        return this.isConstant(expression.base) && this.isConstant(expression.index);
      case "member":
        return this.isConstant(expression.base);
      case "call":
        return expression.callee.name !== "arrayLength" &&
          expression.args.every((arg) => this.isConstant(arg));
    }
  }

  /** The value of a constant expression of whole numbers. */
  constant(expression: Expression): Value {
    return this.#value(expression)();
  }

  /** How to compute an expression of whole numbers; floats and what is loaded are 0. */
  value(expression: Expression): () => Value {
    const compute = this.#value(expression);
    if (!this.isConstant(expression)) return compute;
    const value = compute();
    return () => value;
  }

  #value(expression: Expression): () => Value {
    const { values } = this;
    switch (expression.is) {
      case "number": {
        const { value, type } = expression;
        return () => type === "f32" ? 0 : value;
      }
      case "name": {
        const { slot, space } = this.entry(expression.name);
        return space === "buffer" || space === "shared" ? () => 0 : () => values[slot];
      }
      case "unary": {
        const operand = this.value(expression.operand);
        if ("*&".includes(expression.operator)) return operand;
        if (expression.operator === "!") return () => Number(operand() === 0);
        const minus = operation("-", this.type(expression));
        return () => minus(0, operand());
      }
      case "binary": {
        const { operator, left: l, right: r } = expression;
        const [left, right] = [this.value(l), this.value(r)];
        const apply = operation(operator, this.type(l));
        return () => apply(left(), right());
      }
      case "index": {
        if (this.#isLoaded(expression)) return () => 0;
        const [base, index] = [this.value(expression.base), this.value(expression.index)];
        return () => at(base(), index() as number);
      }
      case "member": {
        if (this.#isLoaded(expression)) return () => 0;
        const base = this.value(expression.base);
        const component = "xyzw".indexOf(expression.name);
        return component < 0 ? () => 0 : () => at(base(), component);
      }
      case "call": {
        const { callee: { name } } = expression;
        const args = expression.args.map((arg) => this.value(arg));
        return () => builtin(name, args.map((arg) => arg()));
      }
    }
  }

  #isLoaded(expression: Expression): boolean {
    const space = this.root(expression)?.space;
    return space === "buffer" || space === "shared";
  }
}
