import assert from "node:assert/strict";
import { encodeFits } from "../../lib/formats/fits.ts";

Deno.test("A FITS file is a header of 80-column cards and big-endian pixels, in blocks of 2880", () => {
  const file = encodeFits(Float32Array.of(1, -2, 0.5, 255, 0, 3e-3), 3, 2);
  assert.equal(file.length, 2 * 2880);
  const header = new TextDecoder().decode(file.subarray(0, 2880));
  assert.deepEqual(header.match(/.{80}/g)!.slice(0, 7), [
    "SIMPLE  =                    T".padEnd(80),
    "BITPIX  =                  -32".padEnd(80),
    "NAXIS   =                    2".padEnd(80),
    "NAXIS1  =                    3".padEnd(80),
    "NAXIS2  =                    2".padEnd(80),
    "END".padEnd(80),
    " ".repeat(80),
  ]);
  assert.equal(header.trimEnd().length, 5 * 80 + 3);
  assert.deepEqual([...file.subarray(2880, 2888)], [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0]);
  const view = new DataView(file.buffer, 2880);
  const pixels = Array.from({ length: 6 }, (_, k) => view.getFloat32(4 * k));
  assert.deepEqual(pixels, [1, -2, 0.5, 255, 0, Math.fround(3e-3)]);
  assert.ok(file.subarray(2880 + 24).every((byte) => byte === 0), "padding");
});

Deno.test("Pixels that fill their blocks are not padded, and a wrong number is refused", () => {
  assert.equal(encodeFits(new Float32Array(720), 72, 10).length, 2 * 2880);
  assert.throws(() => encodeFits(new Float32Array(5), 3, 2), /5 pixels do not make 3×2/);
});
