/**
 * Unrolls the loops of a kernel, all but those marked `// rolled`. Neither naga nor the drivers below
 * it do this reliably (naga guards every loop with a counter), and register tiles need it: an array
 * indexed by constants lives in registers, one indexed by a loop variable in memory.
 *
 * A kernel file is valid WGSL without this step. The loops that stay are those over long or unknown
 * axes, whose body is the work of one iteration, and those that load or store before or after it, of
 * which one copy is long enough for software adapters (docs/kernels.md §4):
 *
 *     // rolled
 *     for (var c = 0; c < C; c++) {
 *       for (var j = 0; j < TILE; j++) {
 *
 * The bounds of all others are integer expressions of the kernel's constants, of those that it
 * declares itself, at module scope or before the loop, and of enclosing unrolled loops; elements of its
 * constant arrays of integers are as good. Indices that become constant are replaced by their values:
 * naga takes longer over a thousand small expressions than the driver over their code.
 *
 * WGSL's own `override` constants would not do: they cannot size an array in registers, and what is
 * overridden when a pipeline is made is too late for the compiler to unroll by.
 */
const LOOP = /^for \(var (\w+) = ([^;]+); \1 < ([^;]+); \1(?:\+\+|\s*\+=\s*([^)]+))\) \{/;
/** A comment, or the beginning of a loop. */
const COMMENT_OR_LOOP = /\/\/[^\n]*|\bfor \(/g;
const ROLLED = "// rolled";

/** `const NAME = array<i32, N>(1, 2, …);` */
const TABLE = /^const (\w+) = array<i32, [^>]+>\(([-\d\s,]+)\);/gm;
const ELEMENT = /\b(\w+)\[([^[\],]+)\]/g;

type Constants = Readonly<Record<string, number>>;
type Tables = ReadonlyMap<string, readonly number[]>;

/**
 * @param constants values of the names that the kernel leaves open
 * @throws Error when a loop that is not marked has another form, a bound that is no integer expression
 *   of known names, or a variable that is a member's or a swizzle's name in its body
 */
export function unroll(source: string, constants: Constants): string {
  const known = withDeclared(source, /^const (\w+) = ([^;]+);/gm, constants);
  const tables = new Map(
    Array.from(source.matchAll(TABLE), ([, name, values]) => [name, values.split(",").map(Number)]),
  );
  return expand(source, known, tables).replace(/\[([^[\],]+)\]/g, (index, expression) => {
    return isConstant(expression, known) ? `[${evaluate(expression, known)}]` : index;
  });
}

/** `constants` and the integer constants that a kernel makes of them. */
function withDeclared(source: string, declaration: RegExp, constants: Constants): Constants {
  const known: Record<string, number> = { ...constants };
  for (const [, name, expression] of source.matchAll(declaration)) {
    if (isConstant(expression, known)) known[name] = evaluate(expression, known);
  }
  return known;
}

function isConstant(expression: string, known: Constants): boolean {
  return /^[\w\s+\-*/%(),]+$/.test(expression) &&
    expression.match(/\w+/g)!.every((word) => /^(\d+[iu]?|min|max)$/.test(word) || word in known);
}

function expand(source: string, outer: Constants, tables: Tables): string {
  const start = nextLoop(source);
  if (start < 0) return source;
  const known = withDeclared(source.slice(0, start), /^ +const (\w+) = ([^;]+);/gm, outer);
  const match = LOOP.exec(source.slice(start));
  if (!match) {
    const line = source.slice(start).split("\n")[0];
    throw new Error(`a loop of another form is to be marked "${ROLLED}": ${line}`);
  }
  const [head, name, from, to, step] = match;
  const bodyStart = start + head.length;
  const bodyEnd = closingBrace(source, bodyStart);
  const body = source.slice(bodyStart, bodyEnd);
  if (new RegExp(`\\.${name}\\b`).test(body)) {
    throw new Error(
      `"${name}" is a loop variable and, as ".${name}", a member in its body: ${head}`,
    );
  }
  const pattern = new RegExp(`\\b${name}\\b`, "g");
  const copies: string[] = [];
  const bound = (expression: string) => evaluate(lookUp(expression, known, tables), known);
  const end = bound(to);
  const stride = step === undefined ? 1 : evaluate(step, known);
  if (stride < 1) throw new Error(`a loop to be unrolled steps by ${stride}`);
  for (let i = bound(from); i < end; i += stride) {
    const copy = expand(body.replace(pattern, String(i)), known, tables);
    copies.push(/\b(let|var)\b/.test(copy) ? `{${copy}}` : copy);
  }
  return source.slice(0, start) + copies.join("\n") +
    expand(source.slice(bodyEnd + 1), known, tables);
}

/** Puts numbers in the place of those elements of tables whose index is known. */
function lookUp(expression: string, known: Constants, tables: Tables): string {
  return expression.replace(ELEMENT, (element, name, index) => {
    const value = isConstant(index, known) ? tables.get(name)?.[evaluate(index, known)] : undefined;
    return value === undefined ? element : `(${value})`;
  });
}

/** Where the first loop begins that is not marked to stay, or -1. */
function nextLoop(source: string): number {
  let rolledEnd = -1;
  for (const { 0: text, index } of source.matchAll(COMMENT_OR_LOOP)) {
    if (text.startsWith("//")) {
      if (text.trimEnd() === ROLLED) rolledEnd = index + text.length;
    } else if (rolledEnd < 0 || source.slice(rolledEnd, index).trim() !== "") {
      return index;
    }
  }
  return -1;
}

function closingBrace(source: string, start: number): number {
  let depth = 1;
  for (let i = start; i < source.length; i++) {
    if (source[i] === "{") depth++;
    if (source[i] === "}" && --depth === 0) return i;
  }
  throw new Error("a loop has no end");
}

/**
 * Value of an expression of integers, names, + − * / %, parentheses, min and max; / truncates.
 * @throws Error when it is none, or divides by zero
 */
export function evaluate(expression: string, constants: Constants): number {
  const tokens = expression.match(/\w+|[-+*/%()]|[^\s\w]/g) ?? [];
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") {
      value = tokens[at++] === "+" ? value + product() : value - product();
    }
    return value;
  };
  const product = (): number => {
    let value = atom();
    while (tokens[at] === "*" || tokens[at] === "/" || tokens[at] === "%") {
      const operator = tokens[at++];
      const right = atom();
      value = operator === "*"
        ? value * right
        : operator === "/"
        ? Math.trunc(value / right)
        : value % right;
    }
    return value;
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === "min" || token === "max") return Math[token](...pair());
    if (token === "(") {
      const value = sum();
      if (tokens[at++] !== ")") throw new Error(`missing ")" in loop bound "${expression}"`);
      return value;
    }
    const value = /^\d+[iu]?$/.test(token ?? "") ? parseInt(token) : constants[token];
    if (!Number.isInteger(value)) {
      throw new Error(`"${token}" in loop bound "${expression}" is no integer constant`);
    }
    return value;
  };
  const pair = (): [number, number] => {
    const expected = (token: string) => {
      if (tokens[at++] !== token) {
        throw new Error(`missing "${token}" in loop bound "${expression}"`);
      }
    };
    expected("(");
    const first = sum();
    expected(",");
    const second = sum();
    expected(")");
    return [first, second];
  };
  const value = sum();
  if (at !== tokens.length || !Number.isInteger(value)) {
    throw new Error(`cannot read loop bound "${expression}"`);
  }
  return value;
}
