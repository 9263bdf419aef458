/** What the header of a JPEG decides before anything is decoded. */
import assert from "node:assert/strict";
import { imageProblem } from "../../../lib/data/images/check.ts";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { readJpegHeader } from "../../../lib/data/jpeg/header.ts";
import { assertUserError } from "../folder.ts";
import { BASELINE, jpegFile, segment, SIZE } from "./files.ts";

const JFIF = [0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
const adobe = (
  transform: number,
) => [0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform];

/** The red, green and blue picture with other names of components and markers of applications. */
function dressed(ids: number[], markers: number[]): Uint8Array {
  const bytes = jpegFile("rgb");
  const frame = segment(bytes, 0xc0).start;
  const scan = segment(bytes, 0xda).start;
  for (const [k, id] of ids.entries()) {
    bytes[frame + 10 + 3 * k] = id;
    bytes[scan + 5 + 2 * k] = id;
  }
  const { end } = segment(bytes, 0xee); // Adobe's, the first there is
  return Uint8Array.from([...bytes.subarray(0, 2), ...markers, ...bytes.subarray(end)]);
}

Deno.test("Three components are red, green and blue where libjpeg takes them as that", async () => {
  const { rgb } = await decodeJpeg(jpegFile("rgb"), "rgb");
  const red = (pixels: Uint8Array) => pixels.filter((_, i) => i % 3 === 0);
  const [numbers, letters, small] = [[1, 2, 3], [82, 71, 66], [114, 103, 98]];
  const cases: [ids: number[], markers: number[], colours: "RGB" | "YCbCr"][] = [
    [numbers, [], "YCbCr"],
    [letters, [], "RGB"],
    [small, [], "YCbCr"],
    [[0, 1, 2], [], "YCbCr"],
    [numbers, adobe(0), "RGB"],
    [letters, adobe(1), "YCbCr"],
    [numbers, adobe(2), "YCbCr"],
    [letters, JFIF, "YCbCr"],
    [numbers, [...JFIF, ...adobe(0)], "YCbCr"],
    [letters, [...adobe(0), ...JFIF], "YCbCr"],
    [numbers, [...adobe(1), ...adobe(0)], "RGB"],
    [numbers, [...adobe(0), ...adobe(1)], "YCbCr"],
  ];
  for (const [ids, markers, colours] of cases) {
    const bytes = dressed(ids, markers);
    assert.equal(readJpegHeader(bytes).colours, colours, `${ids}; ${markers}`);
    const decoded = await decodeJpeg(bytes, "dressed");
    if (colours === "RGB") assert.deepEqual(decoded.rgb, rgb, `${ids}; ${markers}`);
    else assert.notDeepEqual(red(decoded.rgb), red(rgb), `${ids}; ${markers}`);
  }
});

Deno.test("What cannot be decoded is named, and what to do", async () => {
  const frame = (marker: number, precision = 8) => {
    const bytes = jpegFile(BASELINE);
    const { start } = segment(bytes, 0xc0);
    bytes[start + 1] = marker;
    bytes[start + 4] = precision;
    return bytes;
  };
  const cases: [Uint8Array, RegExp][] = [
    [jpegFile("arithmetic"), /^is coded arithmetically, which is not supported\. Save it again as/],
    [frame(0xca), /^is coded arithmetically, which is not supported/],
    [frame(0xc3), /^is coded without loss, which is not supported/],
    [frame(0xc5), /^is coded in several resolutions, which is not supported/],
    [frame(0xc1, 12), /^has 12 bits per colour instead of 8, which is not supported/],
    [jpegFile("grey"), /^has 1 colour channel \(grey\), expected 3\. Save it in colour/],
    [jpegFile("cmyk"), /^has 4 colour channels \(CMYK\), expected 3\. Save it in colour/],
  ];
  for (const [bytes, expected] of cases) {
    assert.match(imageProblem(bytes, SIZE) ?? "nothing", expected);
    await assertUserError(
      decodeJpeg(bytes, "7.jpg", { size: SIZE }),
      new RegExp(expected.source.replace("^", "^7\\.jpg ")),
    );
  }
  assert.equal(imageProblem(frame(0xc1), SIZE), undefined, "extended coding of 8 bits is as good");
});
