/** From the code of a dispatch to what its invocations do (trace.ts). */
import type { Dispatch } from "../gpu/kernel.ts";
import { kernelCode } from "../gpu/program.ts";
import { PieceMaker } from "./piece.ts";
import { Scope } from "./scope.ts";
import { type Invocation, type Item, type Observer, runItems, type Traced } from "./trace.ts";
import { isWhole, namedType, numbersIn, type Type } from "./types.ts";
import type { Value } from "./whole.ts";
import type { Expression, Function, Module, Statement, TypeName } from "./tree.ts";
import { parseWgsl } from "./wgsl.ts";

/** @throws Error where the kernel has a form that this cannot read */
export function traced(dispatch: Dispatch): Traced {
  try {
    return new Tracing(parseWgsl(kernelCode(dispatch)), dispatch).traced();
  } catch (error) {
    throw new Error(`cannot read ${dispatch.kernel.name} for ${dispatch.label}`, { cause: error });
  }
}

/** Places of a numbered set of variables that a builtin value may be asked for by. */
type Builtins = Readonly<Record<string, readonly number[]>>;

class Tracing {
  readonly #module: Module;
  readonly #dispatch: Dispatch;
  readonly #outermost: Scope;
  readonly #builtins: { slot: number; name: string }[] = [];
  #names = 0;
  /** What is declared in the scopes around the present place, and the most that ever was. */
  #kept = 0;
  #mostKept = 0;

  constructor(module: Module, dispatch: Dispatch) {
    this.#module = module;
    this.#dispatch = dispatch;
    this.#outermost = Scope.outermost((call) => this.#callType(call));
    for (const { name, value } of module.constants) {
      this.#declareConstant(this.#outermost, name, value);
    }
    for (const { name, type, binding } of module.buffers) {
      this.#outermost.name(name, { type: this.#type(type), space: "buffer", slot: binding });
    }
    for (const { name, type } of module.shared) {
      this.#outermost.declare(name, this.#type(type), "shared");
    }
  }

  traced(): Traced {
    const main = [...this.#module.functions.values()].find(({ workgroupSize }) => workgroupSize)!;
    const scope = this.#outermost.inner();
    for (const { name, type, builtin } of main.parameters) {
      const { slot } = scope.declare(name, this.#type(type), "private");
      this.#builtins.push({ slot, name: builtin ?? name });
    }
    const items: Item[] = [];
    const maker = new PieceMaker(items);
    this.#statements(main.body, scope, maker, undefined);
    maker.end();
    const size = this.#outermost.constant(main.workgroupSize![0]) as number;
    const shared = this.#module.shared.map(({ type }) => 4 * numbersIn(this.#type(type)));
    return {
      size,
      sharedBytes: shared.reduce((a, b) => a + b, 0),
      kept: this.#mostKept,
      run: (invocation, observer) => this.#run(items, { size, invocation, observer }),
    };
  }

  #run(
    items: readonly Item[],
    { size, invocation, observer }: { size: number; invocation: Invocation; observer: Observer },
  ) {
    const { workgroup, workgroups, local } = invocation;
    const builtins: Builtins = {
      workgroup_id: workgroup,
      num_workgroups: workgroups,
      local_invocation_id: [local, 0, 0],
      global_invocation_id: [workgroup[0] * size + local, workgroup[1], workgroup[2]],
    };
    for (const { slot, name } of this.#builtins) {
      this.#outermost.values[slot] = [...builtins[name]];
    }
    runItems(items, observer);
  }

  #type(name: TypeName): Type {
    return namedType(
      name,
      this.#module.structs,
      (length) => this.#outermost.constant(length) as number,
    );
  }

  /** Of a call of the kernel's functions or of a constructor. */
  #callType(call: TypeName): Type | undefined {
    const own = this.#module.functions.get(call.name);
    if (own) return this.#type(own.result!);
    const constructs = /^(?:vec|mat|array$|[iuf]32$|bool$)/.test(call.name) ||
      this.#module.structs.has(call.name);
    return constructs ? this.#type(call) : undefined;
  }

  #declareConstant(scope: Scope, name: string, value: Expression) {
    const type = scope.type(value);
    scope.declare(name, type, "constant", isWhole(type) ? scope.constant(value) : 0);
  }

  #statements(
    body: readonly Statement[],
    scope: Scope,
    maker: PieceMaker,
    result: string | undefined,
  ) {
    const kept = this.#kept;
    for (const statement of body) this.#statement(statement, scope, maker, result);
    this.#kept = kept;
  }

  #keep(numbers: number, forLong: boolean) {
    this.#mostKept = Math.max(this.#mostKept, this.#kept + numbers);
    if (forLong) this.#kept += numbers;
  }

  #statement(
    statement: Statement,
    scope: Scope,
    maker: PieceMaker,
    result: string | undefined,
  ): void {
    const inline = (expression: Expression) => this.#inlined(expression, scope, maker);
    switch (statement.is) {
      case "block":
        return this.#statements(statement.body, scope.inner(), maker, result);
      case "declare": {
        const { keyword, name } = statement;
        const value = statement.value && inline(statement.value);
        if (keyword === "const") return this.#declareConstant(scope, name, value!);
        const type = statement.type
          ? this.#declaredType(statement.type, scope)
          : scope.type(value!);
        this.#keep(numbersIn(type), keyword === "var");
        const blank = type.is === "array" ? new Array<Value>(type.length).fill(0) : 0;
        const { slot } = scope.declare(name, type, "private", blank);
        if (value) maker.assign(scope, { is: "name", name }, "=", value);
        else if (isWhole(type)) maker.step(() => scope.values[slot] = structuredClone(blank));
        return;
      }
      case "assign":
        return maker.assign(scope, statement.target, statement.operator, inline(statement.value));
      case "call": {
        const { call } = statement;
        if (call.is !== "call") return;
        const { callee: { name }, args } = call;
        if (name === "workgroupBarrier") return maker.end({ is: "barrier" });
        const own = this.#module.functions.get(name);
        if (own) return this.#call(own, args.map(inline), scope, maker);
        return maker.atomic(scope, args.map(inline));
      }
      case "if": {
        const condition = inline(statement.condition);
        if (scope.isConstant(condition)) {
          const taken = scope.constant(condition) ? statement.then : statement.otherwise;
          return this.#statements(taken, scope.inner(), maker, result);
        }
        maker.branch(scope, condition);
        // What depends on floats is taken to be so.
        const value = maker.dependsOnFloats(scope, condition) ? () => 1 : scope.value(condition);
        const then = this.#items(statement.then, scope, result);
        const otherwise = this.#items(statement.otherwise, scope, result);
        return maker.end({ is: "if", condition: value, then, otherwise });
      }
      case "switch":
        return this.#statement(asIf(statement), scope, maker, result);
      case "for":
        return this.#loop(statement, scope, maker, result);
      case "return":
        if (statement.value && result) {
          return maker.assign(scope, { is: "name", name: result }, "=", inline(statement.value));
        }
        return maker.end({ is: "return" });
    }
  }

  #loop(
    { first, condition, step, body }: Statement & { is: "for" },
    around: Scope,
    maker: PieceMaker,
    result: string | undefined,
  ) {
    const scope = around.inner();
    if (first.is !== "declare" || step.is !== "assign") throw new Error("a loop of another form");
    const from = scope.value(first.value!);
    const { slot } = scope.declare(first.name, scope.type(first.value!), "private");
    const next = scope.value(
      { is: "binary", operator: step.operator, left: step.target, right: step.value },
    );
    maker.end({
      is: "loop",
      first: () => scope.values[slot] = from(),
      condition: scope.value(condition),
      step: () => scope.values[slot] = next(),
      body: this.#items(body, scope, result),
    });
  }

  #items(body: readonly Statement[], scope: Scope, result: string | undefined): Item[] {
    const items: Item[] = [];
    const maker = new PieceMaker(items);
    this.#statements(body, scope.inner(), maker, result);
    maker.end();
    return items;
  }

  /** Of a local variable: its length may depend on local constants. */
  #declaredType(name: TypeName, scope: Scope): Type {
    return namedType(
      name,
      this.#module.structs,
      (length) => scope.constant(length) as number,
    );
  }

  /** An expression in which the results of the kernel's own functions are variables. */
  #inlined(expression: Expression, scope: Scope, maker: PieceMaker): Expression {
    const inline = (inner: Expression) => this.#inlined(inner, scope, maker);
    switch (expression.is) {
      case "number":
      case "name":
        return expression;
      case "unary":
        return { ...expression, operand: inline(expression.operand) };
      case "binary":
        return { ...expression, left: inline(expression.left), right: inline(expression.right) };
      case "index":
        return { ...expression, base: inline(expression.base), index: inline(expression.index) };
      case "member":
        return { ...expression, base: inline(expression.base) };
      case "call": {
        const { callee } = expression, args = expression.args.map(inline);
        if (callee.name === "arrayLength") return this.#arrayLength(args[0], scope);
        const own = this.#module.functions.get(callee.name);
        if (!own) return { ...expression, args };
        const result = `result ${this.#names++}`;
        scope.declare(result, this.#type(own.result!), "private");
        this.#call(own, args, scope, maker, result);
        return { is: "name", name: result };
      }
    }
  }

  #arrayLength(buffer: Expression, scope: Scope): Expression {
    const { type, slot } = scope.root(buffer)!;
    if (type.is !== "array") throw new Error("arrayLength() of what is no array");
    const value = this.#dispatch.bindings[slot].size / (4 * numbersIn(type.of));
    return { is: "number", value, type: "i32" };
  }

  /** Puts the statements of a function in the place of its call. */
  #call(
    { parameters, body }: Function,
    args: readonly Expression[],
    scope: Scope,
    maker: PieceMaker,
    result?: string,
  ) {
    const inside = this.#outermost.inner();
    if (result) inside.name(result, scope.entry(result));
    parameters.forEach(({ name, type }, index) => {
      if (type.name === "ptr") return inside.name(name, scope.root(args[index])!);
      const { slot } = inside.declare(name, this.#type(type), "private");
      const variable = `argument ${this.#names++}`;
      scope.name(variable, { type: this.#type(type), space: "private", slot });
      maker.assign(scope, { is: "name", name: variable }, "=", args[index], { free: true });
    });
    this.#statements(body, inside, maker, result);
  }
}

/** A switch as a row of ifs. */
function asIf({ value, cases }: Statement & { is: "switch" }): Statement {
  let otherwise: readonly Statement[] = cases.find((one) => !one.value)?.body ?? [];
  for (const one of cases.toReversed()) {
    if (!one.value) continue;
    const condition = { is: "binary", operator: "==", left: value, right: one.value } as const;
    otherwise = [{ is: "if", condition, then: one.body, otherwise }];
  }
  return { is: "block", body: otherwise };
}
