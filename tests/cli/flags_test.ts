import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { parseFlags } from "../../lib/cli/flags.ts";
import { helpText, wantsHelp } from "../../lib/cli/help.ts";

const command = {
  task: "train:example",
  summary: "Trains.",
  operand: "[FILE…]",
  operandPlace: { kind: "file", access: "read" },
  flags: {
    "chunk-size": { type: "integer", default: 10_000, min: 1, value: "N", help: "Images" },
    data: {
      type: "path",
      kind: "data",
      access: "read",
      default: "data/raw",
      value: "DIR",
      help: "Folder",
    },
    params: {
      type: "paths",
      kind: "file",
      access: "read",
      default: ["weights/a"],
      value: "FILE",
      help: "Files",
    },
    resume: { type: "switch", help: "Go on" },
    subset: { type: "text", choices: ["valid", "test"], value: "SET", help: "Which" },
  },
} as const;

function messageFor(...args: string[]): string {
  try {
    parseFlags(command, args);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  assert.fail("no error");
}

Deno.test("flags are typed, in camel case, with their defaults", () => {
  const { values } = parseFlags(command, ["--chunk-size", "64", "--resume"]);
  assert.equal(values.chunkSize, 64);
  assert.equal(values.data, "data/raw");
  assert.equal(values.resume, true);
  assert.equal(values.subset, undefined);
});

Deno.test("a wrong command line is explained with the flag and the value", () => {
  assert.match(messageFor("--chunks", "3"), /no flag --chunks.*See: .* train:example --help$/);
  assert.match(messageFor("--chunk-size", "many"), /--chunk-size must be a whole number.*"many"/);
  assert.match(messageFor("--chunk-size", "2.5"), /--chunk-size must be a whole number/);
  assert.match(messageFor("--chunk-size", "0"), /at least 1, not 0/);
  assert.match(messageFor("--chunk-size"), /--chunk-size/);
  assert.match(messageFor("--subset", "train"), /one of valid, test, not "train"/);
  assert.match(messageFor("--data", ""), /--data needs a value/);
  assert.match(messageFor("--datas=x"), /--datas/);
  assert.match(messageFor("-x"), /-x/);
  assert.match(messageFor(""), /FILE.* is empty/);
});

Deno.test("a flag that is nearly one is answered with that one", () => {
  assert.match(messageFor("--chunksize", "3"), /no flag --chunksize; did you mean --chunk-size\? /);
  assert.match(messageFor("--hlep"), /did you mean --help\? /);
  assert.doesNotMatch(messageFor("--verbose"), /did you mean/);
});

Deno.test("help names every flag with its default", () => {
  const text = helpText(command);
  for (const part of ["--chunk-size N", "default: 10000", "--data DIR", "--help", "Trains."]) {
    assert.ok(text.includes(part), part);
  }
  assert.match(text, /^Usage: .* train:example \[flags\] \[FILE…\]$/m);
});

Deno.test("help keeps to 80 columns, and to the lines that a summary indents", () => {
  const summary = "Words of a sentence\nthat goes on ".repeat(5) +
    "as a list:\n  one   a\n  two   b";
  const help = "A flag that needs many words ".repeat(5).trimEnd();
  const text = helpText({ task: "x", summary, flags: { long: { type: "switch", help } } });
  const lines = text.split("\n");
  assert.ok(lines.every((line) => line.length <= 80), text);
  assert.match(lines[0], /^Words of a sentence that goes on Words /);
  assert.match(text, / as a list:\n {2}one {3}a\n {2}two {3}b\n\nUsage: /);
  assert.match(text, /^ {2}--long +A flag .*\n {14}\w.*\n {14}\w/m);
});

Deno.test("operands are refused where there are none", () => {
  const { operand: _, operandPlace: __, ...without } = command;
  assert.throws(() => parseFlags(without, ["stray"]), /stray/);
});

Deno.test("relative paths mean the caller's folder, defaults the project's", () => {
  const args = ["--data", "raw/../mine", "one", "/two", "./three"];
  const elsewhere = parseFlags(command, args, "/home/me");
  assert.equal(elsewhere.values.data, "/home/me/mine");
  assert.deepEqual(elsewhere.operands, ["/home/me/one", "/two", "/home/me/three"]);
  assert.equal(parseFlags(command, [], "/home/me").values.data, "data/raw");
  // As they were given where both are the same.
  const here = parseFlags(command, args, Deno.cwd());
  assert.equal(here.values.data, "raw/../mine");
  assert.deepEqual(here.operands, ["one", "/two", "./three"]);
});

Deno.test("a flag of several paths may be given several times", () => {
  const valuesOf = (...args: string[]) => parseFlags(command, args, "/home/me").values.params;
  assert.deepEqual(valuesOf("--params", "b", "--params=/c"), ["/home/me/b", "/c"]);
  assert.deepEqual(valuesOf(), ["weights/a"]);
  assert.match(
    messageFor("--params", "b", "--params", ""),
    /--params needs a value, as in .* FILE/,
  );
  assert.match(helpText(command), /--params FILE +Files \(default: weights\/a\)/);
});

Deno.test("--help and -h ask for help anywhere before the operands that follow --", () => {
  for (const args of [["-h"], ["--help"], ["--data", "x", "-h"], ["--nonsense", "--help"]]) {
    assert.ok(wantsHelp(args));
  }
  for (const args of [[], ["help"], ["--", "-h"], ["-x"]]) assert.ok(!wantsHelp(args));
});
