import assert from "node:assert/strict";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { parseSafetensors } from "../../lib/formats/safetensors_bytes.ts";
import { assertUserError, inFolder } from "../data/folder.ts";

Deno.test("bytes in memory say what the file says", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await writeSafetensors(path, [
      { name: "half", shape: [3], data: Float16Array.of(1, -2, 0.5) },
      { name: "odd", shape: [3], data: Uint8Array.of(1, 2, 3) },
      // Begins at an odd byte.
      { name: "floats", shape: [1, 2], data: Float32Array.of(0.1, -7) },
    ], { model: "compact" });
    const bytes = Deno.readFileSync(path);
    const whole = new Uint8Array([9, 9, 9, ...bytes]);
    assert.deepEqual(parseSafetensors(whole.subarray(3), "a file"), await readSafetensors(path));
    const parse = async (some: Uint8Array) => await parseSafetensors(some, "a file");
    await assertUserError(
      parse(bytes.subarray(0, -1)),
      /^a file is damaged or not a safetensors file: the values of "floats" end at 17, but/,
    );
    await assertUserError(
      parse(bytes.subarray(0, 5)),
      /it has only 5 bytes/,
    );
    await assertUserError(
      parse(bytes.subarray(0, 40)),
      /a header of \d+ bytes is announced in a file of 40/,
    );
  }));
