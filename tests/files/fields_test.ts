import assert from "node:assert/strict";
import { FieldError, Fields } from "../../lib/files/fields.ts";

const fields = new Fields({
  name: "extradense",
  chunk: 12,
  rate: 0.04,
  huge: 2 ** 60,
  flag: false,
  list: [1],
  none: null,
  digest: "0a".repeat(32),
  settings: { chunks: 1.5, seed: "x" },
  cell: "\x1b[2J\u202e" + "x".repeat(500),
});

const wrong = (read: () => unknown, message: string) =>
  assert.throws(read, (error) => {
    assert.ok(error instanceof FieldError);
    assert.equal(error.message, message);
    return true;
  });

Deno.test("Fields of the right kind come as they are", () => {
  assert.equal(fields.text("name"), "extradense");
  assert.equal(fields.choice("name", ["extradense", "relu"]), "extradense");
  assert.equal(fields.integer("chunk", 0, 12), 12);
  assert.equal(fields.number("rate", 0, 1), 0.04);
  assert.equal(fields.flag("flag"), false);
  assert.deepEqual(fields.list("list"), [1]);
  assert.equal(fields.digest("digest"), "0a".repeat(32));
  assert.equal(fields.object("settings").has("seed"), true);
  assert.equal(fields.has("missing"), false);
  assert.equal(fields.raw("none"), null);
});

Deno.test("Others are named with what they are and what was expected", () => {
  wrong(() => fields.text("chunk"), "chunk is 12, expected a text");
  wrong(() => fields.text("missing"), "missing is missing, expected a text");
  wrong(() => fields.choice("name", ["a", "b"]), 'name is "extradense", expected a or b');
  wrong(() => fields.integer("rate"), "rate is 0.04, expected a whole number of at least 0");
  wrong(() => fields.integer("chunk", 0, 9), "chunk is 12, expected a whole number from 0 to 9");
  wrong(
    () => fields.integer("huge"),
    "huge is 1152921504606847000, expected a whole number of at least 0",
  );
  wrong(() => fields.number("name"), 'name is "extradense", expected a number');
  wrong(() => fields.number("rate", 1), "rate is 0.04, expected a number of at least 1");
  wrong(() => fields.flag("none"), "none is null, expected true or false");
  wrong(() => fields.list("settings"), 'settings is {"chunks":1.5,"seed":"x"}, expected a list');
  wrong(() => fields.digest("name"), 'name is "extradense", expected 64 hexadecimal digits');
  wrong(() => fields.object("list"), "list is [1], expected an object");
});

Deno.test("Fields of inner objects are named with their path", () => {
  const settings = fields.object("settings");
  wrong(
    () => settings.integer("chunks", 1),
    "settings.chunks is 1.5, expected a whole number of at least 1",
  );
  wrong(
    () => settings.integer("seed"),
    'settings.seed is "x", expected a whole number of at least 0',
  );
});

Deno.test("What is no object has no fields", () => {
  for (const value of [null, [], "text", 5, undefined]) {
    assert.throws(() => new Fields(value), /^Error: it is .*, expected an object$/);
  }
});

Deno.test("A long text is cut, and what would command a terminal is shown", () => {
  assert.throws(() => fields.number("cell"), (error) => {
    assert.match(
      (error as Error).message,
      /^cell is "\\u001b\[2J\\u202ex+…, expected a number$/,
    );
    return (error as Error).message.length < 120;
  });
});
