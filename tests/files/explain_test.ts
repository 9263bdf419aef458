import assert from "node:assert/strict";
import { constants } from "node:os";
import { UserError } from "../../lib/errors.ts";
import { codeOf, fileError, isStale } from "../../lib/files/explain.ts";

const reported = (code: "EDQUOT" | "ESTALE" | "ENXIO") =>
  new Error(`As the system says it (os error ${constants.errno[code]}): open 'a/b'`);

Deno.test({
  name: "A number that Deno has no name for is known by it",
  ignore: Deno.build.os === "windows",
  fn() {
    for (const code of ["EDQUOT", "ESTALE", "ENXIO"] as const) {
      assert.equal(codeOf(reported(code)), code);
      const explained = fileError(reported(code), "a/b", "written");
      assert.ok(explained instanceof UserError);
      assert.match(explained.message, /^a\/b cannot be written: .*\. [A-Z]/);
      assert.equal(isStale(explained), code === "ESTALE");
    }
    assert.ok(isStale(reported("ESTALE")));
  },
});

Deno.test("Errors that are none of the system's have no code", () => {
  for (const error of [new Error("os error"), new TypeError("(os error x)"), "text", undefined]) {
    assert.equal(codeOf(error), undefined);
    assert.equal(fileError(error, "a/b", "read"), error);
  }
  assert.equal(codeOf(new Error("(os error 99999)")), undefined);
});
