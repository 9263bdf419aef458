import assert from "node:assert/strict";
import fc from "fast-check";
import { readSealed, seal, unseal, writeSealed } from "../../lib/files/sealed_json.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

const ADVICE = "Make it again";
const VALUE = {
  model: "extradense",
  sizes: [1, -2.5, 1e-7],
  deep: { ok: true, none: null },
  ä: "😀",
};

Deno.test("What was sealed is read as it was, without its digest", () =>
  inFolder(async (folder) => {
    const path = `${folder}/new/run.json`;
    assert.equal(await readSealed(path, ADVICE), undefined);
    for (const indent of [undefined, 2]) {
      await writeSealed(path, { ...VALUE, left: undefined }, indent);
      assert.deepEqual(await readSealed(path, ADVICE), VALUE);
    }
    assert.match(Deno.readTextFileSync(path), /\n {2}"sha256": "[0-9a-f]{64}"\n\}\n$/);
  }));

Deno.test("Any object that JSON can hold survives", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const { sha256: _, ...rest } = value;
      const json = JSON.parse(JSON.stringify(rest));
      assert.deepEqual(unseal(seal(json)), { value: json });
    }),
  );
});

Deno.test("Every flipped bit is seen, or changes nothing", () => {
  const bytes = new TextEncoder().encode(seal(VALUE));
  let seen = 0;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3] ^= 1 << (bit & 7);
    const opened = unseal(new TextDecoder().decode(flipped));
    if ("problem" in opened) seen++;
    else assert.deepEqual(opened.value, VALUE, `bit ${bit}`);
  }
  // JSON has 1e-7 and 1E-7.
  assert.equal(seen, 8 * bytes.length - 1);
});

Deno.test("What else is wrong is named, with the advice", () =>
  inFolder(async (folder) => {
    const path = `${folder}/run.json`;
    const text = seal(VALUE);
    const cases: [string, string][] = [
      ["", "it is not JSON"],
      [text.slice(0, -1), "it is not JSON"],
      ["[1]", "it is not a JSON object"],
      ["null", "it is not a JSON object"],
      ["{}", "it has no sha256 of its content"],
      [text.replace("extradense", "maxout2048"), "it does not agree with its own sha256"],
      [text.replace("true", "false"), "it does not agree with its own sha256"],
      [text.replace("{", '{"more":1,'), "it does not agree with its own sha256"],
      [text.replace("{", '{"__proto__":{},'), "it does not agree with its own sha256"],
      ['{"sha256":5}', "it does not agree with its own sha256"],
    ];
    for (const [content, reason] of cases) {
      Deno.writeTextFileSync(path, content);
      await assertUserError(
        readSealed(path, ADVICE),
        `${path} is damaged or was changed: ${reason}. ${ADVICE}`,
      );
    }
    Deno.writeTextFileSync(path, text);
    await assertUserError(readSealed(path, ADVICE, { limit: 10 }), "at most 10 are expected");
  }));

Deno.test("Spaces do not count, since they say nothing", () => {
  assert.deepEqual(unseal(seal(VALUE).replace("{", "{\n\t ")), { value: VALUE });
});
