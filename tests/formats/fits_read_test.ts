import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { encodeFits } from "../../lib/formats/fits.ts";
import { readHdus, readPlane } from "../../lib/formats/fits_read.ts";
import { Random } from "../../lib/random.ts";
import { encodeFitsUnits, fitsHeader, type FitsUnit, joined } from "../pictures/files.ts";

const values = [-2, 3, 0, 100, 7, 50];

const plane = (
  bytes: Uint8Array,
  index = 0,
  k = 0,
) => [...readPlane(bytes, readHdus(bytes, "m51.fits")[index], k, "m51.fits")];

Deno.test("Numbers of every BITPIX are read as they were written", () => {
  for (const bitpix of [16, 32, 64, -32, -64] as const) {
    assert.deepEqual(plane(encodeFitsUnits([{ bitpix, axes: [3, 2], values }])), values);
  }
  const bytes = values.map((value) => value + 2);
  assert.deepEqual(plane(encodeFitsUnits([{ bitpix: 8, axes: [3, 2], values: bytes }])), bytes);
  assert.deepEqual(plane(encodeFits(Float32Array.from(values), 3, 2)), values);
});

Deno.test("BSCALE and BZERO scale, BLANK of integers and what is not finite have no value", () => {
  const cards = { BSCALE: 0.5, BZERO: 32768, BLANK: 100 };
  const scaled = encodeFitsUnits([{ bitpix: 16, axes: [3, 2], values, cards }]);
  assert.deepEqual(plane(scaled), [32767, 32769.5, 32768, NaN, 32771.5, 32793]);
  const odd = [1, NaN, Infinity, -Infinity, 100, 6];
  const floats = encodeFitsUnits([{
    bitpix: -32,
    axes: [3, 2],
    values: odd,
    cards: { BLANK: 100 },
  }]);
  assert.deepEqual(plane(floats), [1, NaN, NaN, NaN, 100, 6]);
});

Deno.test("Units are found one behind another, with their names, sizes and kinds", () => {
  const image: FitsUnit = { bitpix: 16, axes: [3, 2], values };
  const table = fitsHeader({
    ...{
      XTENSION: "BINTABLE",
      BITPIX: 8,
      NAXIS: 2,
      NAXIS1: 3000,
      NAXIS2: 2,
      PCOUNT: 10,
      GCOUNT: 1,
    },
    ...{ EXTNAME: "IT'S" },
  });
  const packed = fitsHeader({
    ...{ XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, NAXIS1: 8, NAXIS2: 2, PCOUNT: 0, GCOUNT: 1 },
    ...{ ZIMAGE: true, ZNAXIS: 2, ZNAXIS1: 300, ZNAXIS2: 200 },
  });
  const file = joined([
    encodeFitsUnits([{ bitpix: 8, axes: [], values: [] }]),
    encodeFitsUnits([image, { ...image, cards: { EXTNAME: "ERR" } }]).subarray(2 * 2880),
    table,
    new Uint8Array(3 * 2880),
    packed,
    new Uint8Array(2880),
    new TextEncoder().encode("something else"),
  ]);
  assert.deepEqual(
    readHdus(file, "m51.fits").map(({ index, kind, name, axes }) => [index, kind, name, axes]),
    [
      [0, "empty", undefined, []],
      [1, "image", "ERR", [3, 2]],
      [2, "table", "IT'S", [3000, 2]],
      [3, "compressed image", undefined, [300, 200]],
    ],
  );
  assert.deepEqual(plane(file, 1), values);
});

Deno.test("A plane of a cube is read alone", () => {
  const cube = encodeFitsUnits([{ bitpix: 32, axes: [1, 2, 3], values }]);
  assert.deepEqual(plane(cube, 0, 2), [7, 50]);
});

Deno.test("The padding at the end may be missing, pixels may not", () => {
  const file = encodeFitsUnits([{ bitpix: 16, axes: [3, 2], values }]);
  assert.deepEqual(plane(file.subarray(0, 2880 + 12)), values);
  for (
    const [length, sentence] of [
      [
        2880 + 11,
        /^m51\.fits is truncated after 2891 bytes: its image ends at 2892\. Fetch it again$/,
      ],
      [400, /^m51\.fits is truncated after 400 bytes, in a header\. Fetch it again$/],
    ] as const
  ) {
    assert.throws(() => plane(file.subarray(0, length)), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, sentence);
      return true;
    });
  }
});

Deno.test("Headers that make no sense are named", () => {
  const standard = { SIMPLE: true, BITPIX: 16, NAXIS: 2, NAXIS1: 3, NAXIS2: 2 };
  for (
    const [cards, reason] of [
      [{ ...standard, BITPIX: 12 }, "BITPIX is 12"],
      [{ ...standard, NAXIS1: -3 }, "NAXIS1 is -3"],
      [{ ...standard, NAXIS: 3 }, "NAXIS3 is missing"],
      [{ ...standard, NAXIS2: 2.5 }, "NAXIS2 is 2.5"],
    ] as const
  ) {
    assert.throws(
      () => readHdus(fitsHeader(cards), "m51.fits"),
      new RegExp(`m51.fits is damaged: ${reason.replace(".", "\\.")} in a header. Fetch it again`),
    );
  }
  const bytes = fitsHeader(standard);
  assert.throws(() => readHdus(bytes.with(100, 0), "m51.fits"), /a header is not text/);
});

Deno.test("Whatever bytes are changed, the end is a sentence or numbers, at once", () => {
  const random = new Random(2, "test");
  const good = encodeFitsUnits([{ bitpix: 16, axes: [3, 2], values }, {
    ...{ bitpix: -64, axes: [3, 2], values },
  }]);
  for (let k = 0; k < 500; k++) {
    const bytes = good.slice();
    for (let change = 0; change < 3; change++) {
      bytes[random.below(480) + 2 * 2880 * random.below(2)] = 32 + random.below(95);
    }
    const started = performance.now();
    try {
      for (const hdu of readHdus(bytes, "m51.fits")) {
        if (hdu.kind === "image") readPlane(bytes, hdu, 0, "m51.fits");
      }
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
    }
    assert.ok(performance.now() - started < 500);
  }
});
