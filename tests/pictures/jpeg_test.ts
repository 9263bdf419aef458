import assert from "node:assert/strict";
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { UserError } from "../../lib/errors.ts";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { GOOD, jpegFile } from "../data/jpeg/files.ts";
import { exif, withExif } from "./files.ts";

/** 48 × 40, dark but for its upper left quarter. */
const corner = new Uint8Array(3 * 48 * 40).map((_, k) => {
  const [x, y] = [Math.floor(k / 3) % 48, Math.floor(k / 144)];
  return x < 24 && y < 20 ? 220 : 20;
});
const jpeg = await encodeJpeg(corner, 48, 40, 95);

async function refused(bytes: Uint8Array, sentence: RegExp) {
  await assert.rejects(decodePicture(bytes, "m51.jpg"), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, sentence);
    return true;
  });
}

Deno.test("A JPEG is decoded as the training images are, whatever its coding", async () => {
  for (const name of GOOD) {
    const { width, height, pixels, kind, notes } = await decodePicture(jpegFile(name), name);
    assert.deepEqual([width, height, kind, notes], [72, 72, "JPEG", []], name);
    assert.deepEqual(pixels, (await decodeJpeg(jpegFile(name), name)).rgb);
  }
});

Deno.test("A grey JPEG has three equal channels, and that is told", async () => {
  const { pixels, notes } = await decodePicture(jpegFile("grey"), "grey.jpg");
  assert.equal(pixels.length, 3 * 72 * 72);
  assert.ok(pixels.every((value, k) => value === pixels[k - k % 3]));
  assert.ok(new Set(pixels).size > 50);
  assert.deepEqual(notes, ["greyscale"]);
});

Deno.test("A picture is turned upright as EXIF tells, in both byte orders", async () => {
  // Where the bright corner is seen, by the orientation: EXIF 2.3, table 4.6.4.
  const seen = [
    "",
    "left top",
    "right top",
    "right bottom",
    "left bottom",
    "left top",
    "right top",
    "right bottom",
    "left bottom",
  ];
  for (let orientation = 1; orientation <= 8; orientation++) {
    for (const order of ["II", "MM"] as const) {
      const file = withExif(jpeg, exif(orientation, order));
      const { width, height, pixels, notes } = await decodePicture(file, "camera.jpg");
      assert.deepEqual([width, height], orientation < 5 ? [48, 40] : [40, 48]);
      const bright = (x: number, y: number) => pixels[3 * (y * width + x)] > 150;
      const side = bright(8, 8) || bright(8, height - 9) ? "left" : "right";
      const end = bright(8, 8) || bright(width - 9, 8) ? "top" : "bottom";
      assert.equal(`${side} ${end}`, seen[orientation], `orientation ${orientation}`);
      const told = [`turned upright (EXIF orientation ${orientation})`];
      assert.deepEqual(notes, orientation === 1 ? [] : told);
    }
  }
});

Deno.test("EXIF that makes no sense leaves a picture as it is", async () => {
  const whole = exif(6);
  const far = whole.slice();
  new DataView(far.buffer).setUint32(4, 4e9);
  for (const content of [whole.subarray(0, 9), exif(9), exif(0), far, new Uint8Array(26)]) {
    const { width, notes } = await decodePicture(withExif(jpeg, content), "camera.jpg");
    assert.deepEqual([width, notes], [48, []]);
  }
});

Deno.test("A JPEG that is cut off, damaged, CMYK or arithmetically coded is refused", async () => {
  await refused(jpeg.subarray(0, -200), /^m51\.jpg is truncated after \d+ bytes\. Fetch it again$/);
  await refused(jpeg.slice().fill(0, 600, 700), /^m51\.jpg is (damaged|truncated)/);
  await refused(jpegFile("cmyk"), /^m51\.jpg is a CMYK picture, .*Save it as RGB$/);
  await refused(jpegFile("arithmetic"), /^m51\.jpg is coded arithmetically, which is not supp/);
});

Deno.test("Tiny and huge JPEGs are refused by their headers, before they are decoded", async () => {
  const withSize = (width: number, height: number) => {
    const bytes = jpeg.slice();
    const frame = bytes.findIndex((byte, k) => byte === 0xff && bytes[k + 1] === 0xc0);
    bytes.set([height >> 8, height & 255, width >> 8, width & 255], frame + 5);
    return bytes;
  };
  await refused(withSize(31, 400), /^m51\.jpg is 31×400 pixels, at least 32×32 are needed/);
  const started = performance.now();
  await refused(
    withSize(20000, 10000),
    /^m51\.jpg is 20000×10000 pixels, 200 megapixels, of which at most 100 are read\. Cut out/,
  );
  assert.ok(performance.now() - started < 200);
});
