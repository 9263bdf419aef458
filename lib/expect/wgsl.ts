/** Reads the part of WGSL that `kernels/` is written in, unrolled, into a tree. */
import type { Expression, Function, Module, Statement, TypeName, Variable } from "./tree.ts";

const TOKEN =
  /\s+|\/\/[^\n]*|(0x[0-9a-fA-F]+[iu]?|(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?[iuf]?|\w+|->|<<|>>|&&|\|\||\+\+|--|[-+*/%|&^=!<>]=|[^\s])/gy;

/** From the loosest on. */
const PRECEDENCE = [
  ["||"],
  ["&&"],
  ["|"],
  ["^"],
  ["&"],
  ["==", "!="],
  ["<", ">", "<=", ">="],
  ["<<", ">>"],
  ["+", "-"],
  ["*", "/", "%"],
];
/** In angle brackets > ends the list, so no comparisons. */
const SUM = 8;
const GENERIC = new Set(["array", "atomic", "ptr", "bitcast"]);

/** @throws Error where the source has another form than this repository's kernels */
export function parseWgsl(source: string): Module {
  return new Parser(source).module();
}

class Parser {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(source: string) {
    for (const [, token] of source.matchAll(TOKEN)) {
      if (token !== undefined) this.#tokens.push(token);
    }
  }

  get #next(): string | undefined {
    return this.#tokens[this.#at];
  }

  #take(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error("the kernel ends too early");
    return token;
  }

  #has(token: string): boolean {
    if (this.#next !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string) {
    if (!this.#has(token)) {
      const near = this.#tokens.slice(Math.max(0, this.#at - 5), this.#at + 5).join(" ");
      throw new Error(`expected "${token}" and found "${this.#next}", at: ${near}`);
    }
  }

  module(): Module {
    const constants: Module["constants"][number][] = [];
    const structs = new Map<string, Variable[]>();
    const buffers: Module["buffers"][number][] = [];
    const shared: Variable[] = [];
    const functions = new Map<string, Function>();
    while (this.#next !== undefined) {
      const attributes = this.#attributes();
      const keyword = this.#take();
      if (keyword === "const") {
        const name = this.#take();
        this.#expect("=");
        constants.push({ name, value: this.#expression() });
        this.#expect(";");
      } else if (keyword === "struct") {
        const name = this.#take();
        this.#expect("{");
        structs.set(name, this.#list("}", () => this.#variable()));
        this.#has(";");
      } else if (keyword === "var") {
        this.#expect("<");
        const space = this.#take();
        while (!this.#has(">")) this.#take();
        const variable = this.#variable();
        this.#expect(";");
        if (space === "workgroup") shared.push(variable);
        else buffers.push({ ...variable, binding: numberOf(attributes.get("binding")?.[0]) });
      } else if (keyword === "fn") {
        const made = this.#function(attributes.get("workgroup_size"));
        functions.set(made.name, made);
      } else {
        throw new Error(`"${keyword}" begins nothing that a kernel has`);
      }
    }
    return { constants, structs, buffers, shared, functions };
  }

  #attributes(): Map<string, Expression[]> {
    const found = new Map<string, Expression[]>();
    while (this.#has("@")) {
      const name = this.#take();
      found.set(name, this.#has("(") ? this.#list(")", () => this.#expression()) : []);
    }
    return found;
  }

  #list<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#has(end)) {
      items.push(item());
      if (!this.#has(",") && this.#next !== end) this.#expect(end);
    }
    return items;
  }

  #variable(): Variable {
    const name = this.#take();
    this.#expect(":");
    return { name, type: this.#type() };
  }

  #type(): TypeName {
    const name = this.#take();
    if (!this.#has("<")) return { name, args: [] };
    const args = this.#list(">", () => this.#argument());
    return { name, args };
  }

  /** Of a type: another one, or a length. */
  #argument(): TypeName | Expression {
    const isType = /^(?:[iuf]32|bool|vec[234]\w?|mat\w+|array|function|u?int)$/.test(
      this.#next ?? "",
    );
    return isType ? this.#type() : this.#binary(SUM);
  }

  #function(workgroupSize: Expression[] | undefined): Function {
    const name = this.#take();
    this.#expect("(");
    const parameters = this.#list(")", () => {
      const [builtin] = this.#attributes().get("builtin") ?? [];
      const variable = this.#variable();
      return { ...variable, builtin: builtin?.is === "name" ? builtin.name : undefined };
    });
    const result = this.#has("->") ? this.#type() : undefined;
    return { name, parameters, result, body: this.#block(), workgroupSize };
  }

  #block(): Statement[] {
    this.#expect("{");
    const body: Statement[] = [];
    while (!this.#has("}")) {
      if (!this.#has(";")) body.push(this.#statement());
    }
    return body;
  }

  #statement(): Statement {
    if (this.#next === "{") return { is: "block", body: this.#block() };
    if (this.#has("if")) return this.#if();
    if (this.#has("for")) return this.#for();
    if (this.#has("switch")) return this.#switch();
    if (this.#has("return")) {
      const value = this.#next === ";" ? undefined : this.#expression();
      this.#expect(";");
      return { is: "return", value };
    }
    const statement = this.#simple();
    this.#expect(";");
    return statement;
  }

  #if(): Statement {
    const condition = this.#expression();
    const then = this.#block();
    let otherwise: Statement[] = [];
    if (this.#has("else")) otherwise = this.#has("if") ? [this.#if()] : this.#block();
    return { is: "if", condition, then, otherwise };
  }

  #for(): Statement {
    this.#expect("(");
    const first = this.#simple();
    this.#expect(";");
    const condition = this.#expression();
    this.#expect(";");
    const step = this.#simple();
    this.#expect(")");
    return { is: "for", first, condition, step, body: this.#block() };
  }

  #switch(): Statement {
    const value = this.#expression();
    const cases: { value: Expression | undefined; body: Statement[] }[] = [];
    this.#expect("{");
    while (!this.#has("}")) {
      const value = this.#has("default") ? undefined : (this.#expect("case"), this.#expression());
      this.#has(":");
      cases.push({ value, body: this.#block() });
    }
    return { is: "switch", value, cases };
  }

  /** A declaration, an assignment or a call, without what ends it. */
  #simple(): Statement {
    const keyword = this.#next!;
    if (keyword === "let" || keyword === "var" || keyword === "const") {
      this.#at++;
      const name = this.#take();
      const type = this.#has(":") ? this.#type() : undefined;
      const value = this.#has("=") ? this.#expression() : undefined;
      return { is: "declare", keyword, name, type, value };
    }
    const target = this.#unary();
    const operator = this.#next ?? "";
    if (operator === "++" || operator === "--") {
      this.#at++;
      return { is: "assign", target, operator: operator[0], value: ONE };
    }
    if (/^[-+*/%&|^]?=$/.test(operator)) {
      this.#at++;
      const value = this.#expression();
      return { is: "assign", target, operator: operator === "=" ? "=" : operator[0], value };
    }
    if (target.is !== "call") throw new Error(`"${operator}" after what is no call`);
    return { is: "call", call: target };
  }

  #expression(): Expression {
    return this.#binary(0);
  }

  #binary(level: number): Expression {
    if (level === PRECEDENCE.length) return this.#unary();
    let left = this.#binary(level + 1);
    while (this.#next !== undefined && PRECEDENCE[level].includes(this.#next)) {
      left = { is: "binary", operator: this.#take(), left, right: this.#binary(level + 1) };
    }
    return left;
  }

  #unary(): Expression {
    const operator = this.#next ?? "";
    if (["-", "!", "~", "&", "*"].includes(operator)) {
      this.#at++;
      return { is: "unary", operator, operand: this.#unary() };
    }
    let made = this.#primary();
    for (;;) {
      if (this.#has("[")) {
        made = { is: "index", base: made, index: this.#expression() };
        this.#expect("]");
      } else if (this.#has(".")) made = { is: "member", base: made, name: this.#take() };
      else return made;
    }
  }

  #primary(): Expression {
    if (this.#has("(")) {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    const token = this.#take();
    if (/^[\d.]/.test(token)) return literal(token);
    const args = GENERIC.has(token) && this.#has("<")
      ? this.#list(">", () => this.#argument())
      : [];
    if (this.#has("(")) {
      const callee = { name: token, args };
      return { is: "call", callee, args: this.#list(")", () => this.#expression()) };
    }
    return { is: "name", name: token };
  }
}

const ONE: Expression = { is: "number", value: 1, type: "i32" };

function literal(token: string): Expression {
  const suffix = /^0x/.test(token) ? /[iu]$/.exec(token)?.[0] : /[iuf]$/.exec(token)?.[0];
  const value = Number(suffix ? token.slice(0, -1) : token);
  const fraction = !token.startsWith("0x") && /[.e]/.test(token);
  const type = suffix === "u" ? "u32" : suffix === "f" || fraction ? "f32" : "i32";
  return { is: "number", value, type };
}

function numberOf(expression: Expression | undefined): number {
  if (expression?.is !== "number") throw new Error("a binding without a number");
  return expression.value;
}
