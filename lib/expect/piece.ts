/** Counts the work of statements, piece by piece. */
import type { Scope } from "./scope.ts";
import type { Access, Item, Piece } from "./trace.ts";
import { isWhole, numbersIn } from "./types.ts";
import { operation, type Value } from "./whole.ts";
import type { Expression } from "./tree.ts";

/** Instructions that a function on floats takes for each number; 1 for those that are not listed. */
const INSTRUCTIONS: Readonly<Record<string, number>> = {
  clamp: 2,
  sqrt: 8,
  f32: 0,
  transpose: 0, // only names of registers change
};
const DIVISION = 8;

type Call = Expression & { readonly is: "call" };

interface Work {
  multiplyAdds: number;
  floats: number;
  wholes: number;
  accesses: Access[];
  /** Variables of floats that are read. */
  reads: Set<number>;
  /** Whether something is computed, rather than moved. */
  computes: boolean;
}

const nothing = (): Work => ({
  multiplyAdds: 0,
  floats: 0,
  wholes: 0,
  accesses: [],
  reads: new Set(),
  computes: false,
});

/** Adds pieces, and what stands between them, to a list. */
export class PieceMaker {
  readonly #items: Item[];
  #work = nothing();
  #steps: (Access | (() => void))[] = [];
  #needs = new Set<number>();
  #needsOwn = false;
  /** Variables that loads of this piece went to and that nothing has needed yet. */
  #waiting = new Set<number>();
  #moves: [number, number][] = [];

  constructor(items: Item[]) {
    this.#items = items;
  }

  /** Ends the piece that was being made, and adds what follows it. */
  end(item?: Item) {
    const { multiplyAdds, floats, wholes, accesses, computes } = this.#work;
    if (this.#steps.length + this.#moves.length + floats + wholes > 0 || computes) {
      const piece: Piece = {
        multiplyAdds,
        floats,
        wholes,
        accesses,
        needs: [...this.#needs],
        needsOwn: this.#needsOwn,
        leaves: [...this.#waiting],
        moves: this.#moves,
        steps: this.#steps,
      };
      this.#items.push({ is: "piece", piece });
    }
    if (item) this.#items.push(item);
    this.#work = nothing();
    this.#steps = [];
    this.#needs = new Set();
    this.#needsOwn = false;
    this.#waiting = new Set();
    this.#moves = [];
  }

  step(step: () => void) {
    this.#steps.push(step);
  }

  /** `target operator= value`. @param free of moves: arguments are not copied */
  assign(
    scope: Scope,
    target: Expression,
    operator: string,
    value: Expression,
    { free = false } = {},
  ) {
    const root = scope.root(target)!;
    const work = nothing();
    const type = scope.type(target);
    const inMemory = root.space === "buffer" || root.space === "shared";
    if (operator === "=") this.#count(scope, value, work);
    else this.#operator(scope, operator, { left: target, right: value }, work);
    if (inMemory) {
      this.#access(scope, target, work, true);
    } else if (!isWhole(type) && operator === "=" && !free && isMove(scope, value)) {
      work.floats += numbersIn(type);
    }
    this.#add(work, { target: root.slot, needs: inMemory || isWhole(type) || operator !== "=" });
    if (!inMemory && isWhole(root.type)) this.step(setter(scope, target, operator, value));
  }

  /** `atomicAdd(&target, value)` and its like. */
  atomic(scope: Scope, [target, ...values]: readonly Expression[]) {
    const work = nothing();
    for (const value of values) this.#count(scope, value, work);
    const place = target.is === "unary" ? target.operand : target;
    this.#access(scope, place, work, true);
    this.#add(work, { target: -1, needs: true });
  }

  /** A condition that decides about what follows. */
  branch(scope: Scope, condition: Expression) {
    const work = nothing();
    this.#count(scope, condition, work);
    this.#add(work, { target: -1, needs: true });
  }

  dependsOnFloats(scope: Scope, expression: Expression): boolean {
    const work = nothing();
    this.#count(scope, expression, work);
    return work.reads.size > 0 || work.accesses.length > 0;
  }

  #add(work: Work, { target, needs }: { target: number; needs: boolean }) {
    const loads = work.accesses.some(({ store }) => !store);
    const computes = needs || work.computes;
    const waiting = [...work.reads].some((slot) => this.#waiting.has(slot));
    // A piece is loads and then work: what has to wait for them, and further loads, begin another.
    if (computes && (loads || waiting) || loads && this.#work.computes) this.end();
    this.#work.multiplyAdds += work.multiplyAdds;
    this.#work.floats += work.floats;
    this.#work.wholes += work.wholes;
    this.#work.computes ||= work.computes;
    this.#work.accesses.push(...work.accesses);
    this.#steps.push(...work.accesses);
    if (computes) {
      for (const slot of work.reads) this.#needs.add(slot);
    } else {
      if (loads || waiting) this.#waiting.add(target);
      for (const slot of work.reads) if (slot !== target) this.#moves.push([target, slot]);
    }
    if (computes && loads) {
      this.#needsOwn = true;
      this.end();
    }
  }

  /** Adds what an expression takes. */
  #count(scope: Scope, expression: Expression, work: Work): void {
    if (scope.isConstant(expression)) return;
    switch (expression.is) {
      case "name": {
        const { type, slot, space } = scope.entry(expression.name);
        if (space === "buffer" || space === "shared") this.#access(scope, expression, work, false);
        else if (!isWhole(type)) work.reads.add(slot);
        return;
      }
      case "unary": {
        this.#count(scope, expression.operand, work);
        return;
      }
      case "binary":
        return this.#operator(scope, expression.operator, expression, work);
      case "index":
      case "member": {
        const root = scope.root(expression);
        if (root?.space === "buffer" || root?.space === "shared") {
          this.#access(scope, expression, work, false);
        } else {
          this.#count(scope, expression.base, work);
        }
        return;
      }
      case "call": {
        for (const arg of expression.args) this.#count(scope, arg, work);
        return this.#function(scope, expression, work);
      }
    }
  }

  #function(scope: Scope, call: Call, work: Work) {
    const { callee: { name }, args } = call;
    const type = scope.type(call);
    const width = numbersIn(type);
    if (name === "fma" || name === "dot") {
      work.multiplyAdds += numbersIn(scope.type(args[0]));
      work.computes = true;
    } else if (/^(?:vec|mat|array$|[iu]32$|bool$|[A-Z])/.test(name)) {
      return; // only gathered, or called something else
    } else if (isWhole(type)) {
      work.wholes += width;
    } else {
      work.floats += (INSTRUCTIONS[name] ?? 1) * width;
      // What is chosen or handed over can wait for its numbers.
      work.computes ||= !["select", "transpose", "f32"].includes(name);
    }
  }

  #operator(
    scope: Scope,
    operator: string,
    { left, right }: { left: Expression; right: Expression },
    work: Work,
  ) {
    this.#count(scope, left, work);
    const type = scope.type({ is: "binary", operator, left, right });
    const whole = isWhole(scope.type(left)) && isWhole(scope.type(right));
    const width = numbersIn(type);
    if (whole) {
      this.#count(scope, right, work);
      work.wholes += width;
      return;
    }
    work.computes = true;
    // A product that is added takes one instruction with the sum.
    const product = "+-".includes(operator) ? [left, right].find(isProduct) : undefined;
    this.#count(scope, right, work);
    if (product) {
      work.floats -= width;
      work.multiplyAdds += width;
    } else work.floats += operator === "/" ? DIVISION * width : width;
  }

  /** A load or store, with the loads that its place takes. */
  #access(scope: Scope, expression: Expression, work: Work, store: boolean) {
    const { space, slot } = scope.root(expression)!;
    const bytes = 4 * numbersIn(scope.type(expression));
    const address = addressOf(scope, expression);
    work.accesses.push({ binding: space === "buffer" ? slot : -1, bytes, store, address });
  }
}

function isProduct(expression: Expression): boolean {
  return expression.is === "binary" && expression.operator === "*";
}

/** Whether a value only goes from one register to another. */
function isMove(scope: Scope, value: Expression): boolean {
  const space = scope.root(value)?.space;
  return space === "private" && value.is === "index";
}

/** Bytes from the beginning of a buffer or of workgroup memory's variable to a part of it. */
function addressOf(scope: Scope, expression: Expression): () => number {
  if (expression.is === "name") return () => 0;
  if (expression.is === "unary") return addressOf(scope, expression.operand);
  if (expression.is === "index") {
    const base = addressOf(scope, expression.base);
    const type = scope.type(expression.base);
    const stride = type.is === "array" ? 4 * numbersIn(type.of) : 4;
    const index = scope.value(expression.index);
    return () => base() + stride * (index() as number);
  }
  if (expression.is === "member") {
    const base = addressOf(scope, expression.base);
    const type = scope.type(expression.base);
    let offset = 0;
    if (type.is === "struct") {
      for (const [name, member] of type.members) {
        if (name === expression.name) break;
        offset += 4 * numbersIn(member);
      }
    } else offset = 4 * "xyzw".indexOf(expression.name[0]);
    return () => base() + offset;
  }
  throw new Error("a place of another form");
}

/** Sets a variable of whole numbers, or an element of one. */
function setter(
  scope: Scope,
  target: Expression,
  operator: string,
  value: Expression,
): () => void {
  const { slot } = scope.root(target)!;
  const { values } = scope;
  const right = scope.value(value);
  const left = scope.value(target);
  const apply = operator === "=" ? undefined : operation(operator, scope.type(target));
  const next = (): Value => apply ? apply(left(), right()) : right();
  if (target.is === "index") {
    const index = scope.value(target.index);
    return () => (values[slot] as Value[])[index() as number] = next();
  }
  return () => values[slot] = next();
}
