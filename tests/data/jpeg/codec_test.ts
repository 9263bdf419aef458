import assert from "node:assert/strict";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { encodeJpeg } from "../../../lib/data/jpeg/encode.ts";
import { UserError } from "../../../lib/errors.ts";
import { sharedPath, sharedTest } from "../../shared.ts";

/** A smooth picture, which JPEG keeps almost as it is. */
function gradient(width: number, height: number): Uint8Array {
  const rgb = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rgb.set([40 + x, 60 + y, 200 - x], 3 * (y * width + x));
    }
  }
  return rgb;
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
}

Deno.test("A picture survives encoding and decoding, rows and colours in place", async () => {
  const rgb = gradient(60, 40);
  const decoded = await decodeJpeg(await encodeJpeg(rgb, 60, 40, 95), "gradient");
  assert.deepEqual([decoded.width, decoded.height], [60, 40]);
  assert.ok(meanDifference(decoded.rgb, rgb) < 2);
});

Deno.test("A lower quality makes a smaller file", async () => {
  const rgb = new Uint8Array(3 * 64 * 64).map((_, i) => (i * 7919) % 256);
  const [low, high] = [await encodeJpeg(rgb, 64, 64, 20), await encodeJpeg(rgb, 64, 64, 95)];
  assert.ok(low.length < high.length / 2);
});

Deno.test("RGBA pixels encode as their RGB", async () => {
  const rgba = new Uint8Array(4 * 16 * 16).map((_, i) => [10, 20, 30, 0][i % 4]);
  const rgb = new Uint8Array(3 * 16 * 16).map((_, i) => [10, 20, 30][i % 3]);
  assert.deepEqual(await encodeJpeg(rgba, 16, 16, 90), await encodeJpeg(rgb, 16, 16, 90));
});

Deno.test("A wrong number of bytes is refused before it reaches the codec", async () => {
  await assert.rejects(encodeJpeg(new Uint8Array(10), 2, 2, 90), /10 bytes are neither 3 nor 4/);
});

Deno.test("Damaged files are named, and the next file decodes as if nothing had been", async () => {
  const whole = await encodeJpeg(gradient(64, 64), 64, 64, 90);
  const expected = await decodeJpeg(whole, "whole.jpg");
  const damaged: [Uint8Array, RegExp][] = [
    [new Uint8Array(0), /^100008\.jpg is empty/],
    [new TextEncoder().encode("not a picture"), /^100008\.jpg is not a JPEG$/],
    [whole.subarray(0, whole.length - 20), /^100008\.jpg cannot be decoded: its \d+ bytes/],
    [whole.with(0, 0), /^100008\.jpg is not a JPEG$/],
  ];
  for (const [bytes, sentence] of damaged) {
    await assert.rejects(decodeJpeg(bytes, "100008.jpg"), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, sentence);
      return true;
    });
    assert.deepEqual(await decodeJpeg(whole, "whole.jpg"), expected);
  }
});

const GALAXY = "galaxy-zoo/raw/images_training_rev1/100023.jpg";
sharedTest("A real galaxy decodes to 424 × 424 with a bright centre", GALAXY, async () => {
  const { width, height, rgb } = await decodeJpeg(Deno.readFileSync(sharedPath(GALAXY)), GALAXY);
  assert.deepEqual([width, height, rgb.length], [424, 424, 424 * 424 * 3]);
  const green = (row: number, column: number) => rgb[3 * (row * 424 + column) + 1];
  assert.ok(green(212, 212) > green(5, 5) + 30);
});
