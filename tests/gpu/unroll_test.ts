import assert from "node:assert/strict";
import { evaluate, unroll } from "../../lib/gpu/unroll.ts";

/** The statements that are left when blank space and the copies' braces are gone. */
function statements(source: string): string[] {
  return source.split(/[{};\n]/).map((text) => text.trim()).filter((text) => text !== "");
}

Deno.test("a loop becomes one copy of its body per round", () => {
  const source = "a;\nfor (var j = 1; j < N + 1; j++) {\n  x[j] = j;\n}\nb;";
  assert.deepEqual(statements(unroll(source, { N: 2 })), ["a", "x[1] = 1", "x[2] = 2", "b"]);
});

Deno.test("a loop that is marked stays as it is, what is inside is unrolled", () => {
  const source = "// rolled\nfor (var c = 0; c < C; c++) { x[c] = 1; }";
  assert.equal(unroll(source, {}), source);
  const nested =
    "// rolled\nfor (var c = 0; c < C; c++) {\n  for (var j = 0; j < 2; j++) { x[j]; }\n}";
  assert.deepEqual(statements(unroll(nested, {})).slice(-2), ["x[0]", "x[1]"]);
  const after = "// rolled\nlet a = 1;\nfor (var j = 0; j < C; j++) { x[j]; }";
  assert.throws(() => unroll(after, {}), /"C" in loop bound/);
});

Deno.test("a loop variable that is also a member's name is an error, not replaced there", () => {
  const source = "for (var x = 0; x < 2; x++) { y[x] = local.x; }";
  assert.throws(() => unroll(source, {}), /"x" is a loop variable and, as "\.x", a member/);
});

Deno.test("nested loops are unrolled, and inner bounds may use outer variables", () => {
  const source = [
    "for (var i = 0; i < 3; i++) {",
    "  for (var j = 0; j < i; j++) {",
    "    x[i * 4 + j];",
    "  }",
    "}",
  ].join("\n");
  assert.deepEqual(statements(unroll(source, {})), [
    "x[4]",
    "x[8]",
    "x[9]",
  ]);
});

Deno.test("a loop may step by an expression, and may have no round at all", () => {
  const loop = (to: string) => `for (var o = 0; o < ${to}; o += S * 2) {\n  y[o];\n}`;
  assert.deepEqual(statements(unroll(loop("9"), { S: 2 })), ["y[0]", "y[4]", "y[8]"]);
  assert.deepEqual(statements(unroll(loop("S - 2"), { S: 2 })), []);
});

Deno.test("bounds may use constants that the kernel declares, and min and max", () => {
  const source = [
    "const T = K / 4; // quads",
    "for (var j = max(0, T - 3); j < min(T, 8); j++) {",
    "  y[j + T] = x[at + j];",
    "}",
  ].join("\n");
  assert.deepEqual(statements(unroll(source, { K: 16 })).slice(1), [
    "// quads",
    "y[5] = x[at + 1]",
    "y[6] = x[at + 2]",
    "y[7] = x[at + 3]",
  ]);
});

Deno.test("bounds may use elements of constant arrays, and constants that a body declares", () => {
  const source = [
    "const FIRST = array<i32, 3>(0, 2, 3);",
    "for (var back = 0; back < 2; back++) {",
    "  const q = 1 - back;",
    "  for (var i = FIRST[q]; i < FIRST[q + 1]; i++) {",
    "    y[i] = q;",
    "  }",
    "}",
  ].join("\n");
  const [, ...unrolled] = statements(unroll(source, {}));
  assert.deepEqual(unrolled, [
    "const q = 1 - 0",
    "y[2] = q",
    "const q = 1 - 1",
    "y[0] = q",
    "y[1] = q",
  ]);
  const beyond = source.replace("FIRST[q + 1]", "FIRST[q + 2]");
  assert.throws(() => unroll(beyond, {}), /cannot read loop bound|in loop bound/);
});

Deno.test("indices of known numbers become numbers, what else is in brackets stays", () => {
  const source = "for (var j = 1; j < 2; j++) {\n  a[(j + N) * 2] = b[k + j]; // in [0, 1]\n}";
  assert.deepEqual(statements(unroll(source, { N: 3 })), ["a[8] = b[k + 1]", "// in [0, 1]"]);
});

Deno.test("only whole words are replaced by the loop variable's value", () => {
  const source = "for (var b = 7; b < 8; b++) {\n  let tab = b0 + b + a.bb - sub(b);\n}";
  assert.deepEqual(statements(unroll(source, {})), ["let tab = b0 + 7 + a.bb - sub(7)"]);
});

Deno.test("blocks inside a loop belong to its body", () => {
  const source = "for (var r = 0; r < 2; r++) {\n  if (r > 0) { y[r]; }\n}\nz;";
  const expected = ["if (0 > 0)", "y[0]", "if (1 > 0)", "y[1]", "z"];
  assert.deepEqual(statements(unroll(source, {})), expected);
});

Deno.test("a loop that cannot be unrolled is an error", () => {
  const loop = (bounds: string) => `for (var j = 0; j < ${bounds}; j++) {\n}`;
  assert.throws(() => unroll(loop("N"), {}), /"N" in loop bound "N" is no integer constant/);
  assert.throws(() => unroll(loop("N / 2"), { N: 2.5 }), /no integer constant/);
  assert.throws(() => unroll(loop("min(4)"), {}), /missing ","/);
  assert.throws(() => unroll("for (var j = 0; j < 2; j++) {\n x;", {}), /has no end/);
  assert.throws(() => unroll(loop("4").replace("j++", "j += 0"), {}), /steps by 0/);
  for (
    const malformed of [
      "for (;;) {}",
      "for (var j = 8; j > 0; j--) {}",
      "for (let j = 0; j < 3; j++) {}",
    ]
  ) {
    assert.throws(() => unroll(malformed, {}), /another form/);
  }
});

Deno.test("bounds are expressions of integers with the usual precedence", () => {
  const constants = { N: 7, TF: 8 };
  assert.equal(evaluate("TF / 4", constants), 2);
  assert.equal(evaluate("N + TF * 2 - 1", constants), 22);
  assert.equal(evaluate("(N + TF) * 2", constants), 30);
  assert.equal(evaluate("N / 2 * 2", constants), 6);
  assert.equal(evaluate("N % 4", constants), 3);
  assert.equal(evaluate("20 - 4 - 3", constants), 13);
  assert.equal(evaluate("12u", constants), 12);
});

Deno.test("malformed bounds are errors that quote them", () => {
  for (const bound of ["(N + 1", "N +", "N 2", "N ^ 2", "N & 1", "1.5", "N / 0", ""]) {
    assert.throws(
      () => evaluate(bound, { N: 7 }),
      (error: Error) => error.message.includes(`"${bound}"`),
      bound,
    );
  }
});
