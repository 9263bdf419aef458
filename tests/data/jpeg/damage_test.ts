/** Damage in the codes of JPEGs, with good files of other encoders and many broken ones. */
import assert from "node:assert/strict";
import { imageProblem } from "../../../lib/data/images/check.ts";
import { decodeJpeg } from "../../../lib/data/jpeg/decode.ts";
import { Random } from "../../../lib/random.ts";
import { madeUpImage } from "../folder.ts";
import { BASELINE, firstScan, GOOD, jpegFile, segment, SIZE } from "./files.ts";

const whole = await madeUpImage(2);
const END = [0xff, 0xd9];

Deno.test("Every coding passes, and decodes to the same picture", async () => {
  const { rgb: expected } = await decodeJpeg(jpegFile("optimized"), "optimized");
  for (const name of GOOD) {
    const bytes = jpegFile(name);
    assert.equal(imageProblem(bytes, SIZE), undefined, name);
    const { rgb } = await decodeJpeg(bytes, name, { size: SIZE });
    const difference = rgb.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0);
    assert.ok(difference / rgb.length < 12, `${name}: ${difference / rgb.length}`);
  }
});

Deno.test("Whatever comes after the end marker does not matter", () => {
  for (const name of GOOD) {
    for (const tail of [[10], [0, 0, 0], [...END], [0xff], [...jpegFile(name)]]) {
      assert.equal(imageProblem(Uint8Array.from([...jpegFile(name), ...tail]), SIZE), undefined);
    }
  }
});

Deno.test("Fill bytes before a marker and a restart marker after the last block are allowed", () => {
  const bytes = jpegFile(BASELINE);
  for (const before of [[0xff], [0xff, 0xff, 0xff], [0xff, 0xd0]]) {
    const filled = Uint8Array.from([...bytes.subarray(0, -2), ...before, ...END]);
    assert.equal(imageProblem(filled, SIZE), undefined);
  }
});

Deno.test("A file that is cut anywhere is noticed, with and without an end marker", () => {
  for (const name of GOOD) {
    if (name === "padded") continue; // without the byte of ones it is as good as with it
    const bytes = jpegFile(name);
    for (let length = 0; length < bytes.length; length++) {
      const cut = bytes.subarray(0, length);
      assert.match(imageProblem(cut, SIZE) ?? "whole", /^is (truncated|empty|not a|dam)/, name);
      if (length >= bytes.length - END.length) continue;
      const ended = Uint8Array.from([...cut, ...END]);
      assert.notEqual(imageProblem(ended, SIZE), undefined, `${name} ends after ${length}`);
    }
  }
});

Deno.test("Missing tables, scans and restart markers are noticed", () => {
  const without = (name: typeof GOOD[number], marker: number) => {
    const bytes = jpegFile(name);
    const { start, end } = segment(bytes, marker);
    return imageProblem(
      Uint8Array.from([...bytes.subarray(0, start), ...bytes.subarray(end)]),
      SIZE,
    );
  };
  assert.match(without(BASELINE, 0xc4)!, /^is damaged: a table of Huffman codes is missing/);
  assert.match(without(BASELINE, 0xdb)!, /^is damaged: a table of quantisation is missing/);
  assert.match(without("restarts", 0xdd)!, /^is damaged: its data end at row 0 of 72/);
  const restarts = jpegFile("restarts");
  const second = restarts.findLastIndex((byte, i) => byte === 0xff && restarts[i + 1] === 0xd1);
  assert.match(
    imageProblem(restarts.with(second + 1, 0xd2), SIZE)!,
    /^is damaged: a restart marker is missing, at row \d+ of 72/,
  );
  const apart = jpegFile("apart");
  const last = apart.findLastIndex((byte, i) => byte === 0xff && apart[i + 1] === 0xda);
  assert.match(
    imageProblem(Uint8Array.from([...apart.subarray(0, last), ...END]), SIZE)!,
    /^is damaged: some of its scans are missing/,
  );
});

/** Changes to the codes of a file that begin at `start`. */
const CHANGES = {
  bit: (bytes: Uint8Array, at: number, random: Random) => bytes[at] ^= 1 << random.below(8),
  byte: (bytes: Uint8Array, at: number, random: Random) => bytes[at] ^= 1 + random.below(255),
  zeros: (bytes: Uint8Array, at: number) => bytes.fill(0, at, at + 64),
  hole: (bytes: Uint8Array, at: number) => bytes.copyWithin(at, at + 64),
  marker: (bytes: Uint8Array, at: number, random: Random) =>
    bytes.set([0xff, 1 + random.below(255)], at),
};

/** How many of `count` changed files are noticed; each ends as a sentence or as good, and at once. */
function noticed(original: Uint8Array, change: keyof typeof CHANGES, count: number, size: number) {
  const random = new Random(1, "test");
  const start = firstScan(original);
  let found = 0;
  for (let k = 0; k < count; k++) {
    const bytes = original.slice();
    CHANGES[change](bytes, start + random.below(bytes.length - 70 - start), random);
    const started = performance.now();
    const problem = imageProblem(bytes, size);
    assert.ok(performance.now() - started < 500, `${change} ${k}`);
    if (problem === undefined) continue;
    assert.match(problem, /^is (damaged: .*|truncated after \d+ bytes)\. Fetch it again$/);
    found++;
  }
  return found / count;
}

Deno.test("Changes in a scan end as a sentence or as an image; most larger ones are noticed", () => {
  // Codes find back to their places after a few wrong ones, so a single byte is noticed less often
  // than not; libjpeg notices no more.
  assert.ok(noticed(whole, "bit", 300, 424) > 0.2);
  assert.ok(noticed(whole, "byte", 300, 424) > 0.3);
  assert.ok(noticed(whole, "zeros", 300, 424) > 0.9);
  assert.ok(noticed(whole, "hole", 300, 424) > 0.9);
  assert.equal(noticed(whole, "marker", 300, 424), 1);
  for (const name of GOOD) {
    for (const change of ["bit", "byte", "zeros", "hole", "marker"] as const) {
      noticed(jpegFile(name), change, 300, SIZE);
    }
  }
});

Deno.test("Changes in a header end as a sentence or as an image", () => {
  const random = new Random(2, "test");
  for (const name of GOOD) {
    for (let k = 0; k < 1000; k++) {
      const bytes = jpegFile(name);
      bytes[random.below(firstScan(bytes))] ^= 1 + random.below(255);
      assert.match(imageProblem(bytes, SIZE) ?? "is good", /^(is|has) /);
    }
  }
});
