import assert from "node:assert/strict";
import { UserError } from "../lib/errors.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";
import { didYouMean } from "../lib/nearest.ts";

const NAMES = ["extradense", "extradense_dup3", "pysex", "bigger"];

Deno.test("a mistyped name is answered with the nearest one", () => {
  const meant: [string, string][] = [
    ["extradens", "extradense"], // one missing
    ["etxradense", "extradense"], // two exchanged
    ["extradanse", "extradense"], // one replaced
    ["extradensse_dup3", "extradense_dup3"], // one too many
    ["pysx", "pysex"],
  ];
  for (const [typed, name] of meant) {
    assert.equal(didYouMean(typed, NAMES), `; did you mean ${name}?`);
  }
});

Deno.test("what is like no name is answered with none", () => {
  for (const typed of ["", "x", "pie", "maxout2048", "smaller"]) {
    assert.equal(didYouMean(typed, NAMES), "");
  }
});

Deno.test("an unknown model is answered with the one that was meant, or with all", () => {
  const message = (name: string) => {
    try {
      modelsNamed([name]);
    } catch (error) {
      assert.ok(error instanceof UserError);
      return error.message;
    }
    assert.fail("no error");
  };
  assert.equal(
    message("extradens_dup3"),
    'there is no model "extradens_dup3"; did you mean extradense_dup3?',
  );
  assert.match(message("resnet"), /^there is no model "resnet"; the models are 8433n_maxout2048, /);
});
