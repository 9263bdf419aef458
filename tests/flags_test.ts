import assert from "node:assert/strict";
import { UserError } from "../lib/errors.ts";
import { helpText, parseFlags } from "../lib/flags.ts";

const command = {
  task: "train:example",
  summary: "Trains.",
  flags: {
    "chunk-size": { type: "integer", default: 10_000, min: 1, value: "N", help: "Images" },
    data: { type: "text", default: "data/raw", value: "DIR", help: "Folder" },
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
  assert.match(messageFor("--chunks", "3"), /--chunks.*See: deno task train:example --help/);
  assert.match(messageFor("--chunk-size", "many"), /--chunk-size must be a whole number.*"many"/);
  assert.match(messageFor("--chunk-size", "2.5"), /--chunk-size must be a whole number/);
  assert.match(messageFor("--chunk-size", "0"), /at least 1, not 0/);
  assert.match(messageFor("--chunk-size"), /--chunk-size/);
  assert.match(messageFor("--subset", "train"), /one of valid, test, not "train"/);
  assert.match(messageFor("--data", ""), /--data needs a value/);
  assert.match(messageFor("stray"), /stray/);
});

Deno.test("help names every flag with its default", () => {
  const text = helpText(command);
  for (const part of ["--chunk-size N", "default: 10000", "--data DIR", "--help", "Trains."]) {
    assert.ok(text.includes(part), part);
  }
});
