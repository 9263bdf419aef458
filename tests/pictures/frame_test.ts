import assert from "node:assert/strict";
import { framePicture, type How, usualHow } from "../../lib/pictures/frame.ts";
import type { Picture } from "../../lib/pictures/picture.ts";
import { draw, emptySky, galaxy, SIZE, SKY } from "./scenes.ts";

const picture = (
  pixels: Uint8Array,
  width = SIZE,
  height = pixels.length / 3 / width,
): Picture => ({
  ...{ width, height, pixels, kind: "PNG", notes: [] },
});

const close = (a: number, b: number, most: number, what: string) =>
  assert.ok(Math.abs(a - b) <= most, `${what}: ${a}, expected ${b} ± ${most}`);

/** Mean place of the light above a level. */
function centreOf(pixels: Uint8Array, least = 30): { x: number; y: number; count: number } {
  let [count, x, y] = [0, 0, 0];
  for (let at = 0; at < pixels.length / 3; at++) {
    if (pixels[3 * at + 1] < least) continue;
    count++;
    x += at % SIZE;
    y += Math.floor(at / SIZE);
  }
  return { x: x / count, y: y / count, count };
}

Deno.test("A picture of 424 × 424 is taken as it is, others are fitted", () => {
  const pixels = galaxy(50);
  assert.deepEqual(usualHow(picture(pixels)), { kind: "as it is" });
  assert.deepEqual(usualHow(picture(pixels, 848)), { kind: "fit" });
  const framed = framePicture(picture(pixels));
  assert.equal(framed.pixels, pixels);
  assert.deepEqual({ ...framed, pixels: 0 }, {
    ...{ pixels: 0, told: "as it is", scale: 1, centre: { x: 211.5, y: 211.5 }, padded: 0 },
  });
  assert.throws(
    () => framePicture(picture(pixels, 848), { kind: "as it is" }),
    /848×212 pixels cannot be taken as it is: the network looks at 424×424\. Let it be fitted/,
  );
});

Deno.test("Without moving or scaling, framing changes nothing", () => {
  const pixels = galaxy(50);
  for (
    const how of [{ kind: "scale", factor: 1 }, { kind: "crop", x: 211.5, y: 211.5, size: 424 }]
  ) {
    assert.deepEqual(framePicture(picture(pixels), how as How).pixels, pixels);
  }
});

Deno.test("Enlarged and made smaller, a colour stays, and so does a smooth picture", () => {
  const plain = draw(() => [40, 90, 200], 0, 300, 200);
  for (const factor of [0.3, 0.7, 2.5, 7]) {
    const { pixels } = framePicture(picture(plain, 300), { kind: "scale", factor });
    assert.ok(pixels.every((value, k) => value === [40, 90, 200][k % 3]), `${factor}`);
  }
  const ramp = draw((x, y) => [0.3 * x, 0.2 * y, 0.1 * (x + y)], 0, 600, 600);
  for (const factor of [0.72, 1.5]) {
    const { pixels } = framePicture(picture(ramp, 600), { kind: "scale", factor });
    for (const [u, v] of [[30, 200], [211, 77], [400, 390]]) {
      const [x, y] = [u, v].map((at) => 299.5 + (at - 211.5) / factor);
      const [red, green] = pixels.subarray(3 * (v * SIZE + u));
      close(red, 0.3 * x, 1, "red");
      close(green, 0.2 * y, 1, "green");
    }
  }
});

Deno.test("Making smaller averages: a fine chequered pattern becomes grey", () => {
  const board = draw((x, y) => (x + y) % 2 ? [255, 255, 255] : [0, 0, 0], 0, 1696, 1696);
  const { pixels } = framePicture(picture(board, 1696), { kind: "scale", factor: 0.25 });
  assert.ok(pixels.every((value) => value === 127 || value === 128));
});

Deno.test("A part by hand has its middle in the middle and its size", () => {
  const spot = draw(
    (x, y) => Math.hypot(x - 120, y - 330) < 10 ? [250, 250, 250] : [0, 0, 0],
    0,
    500,
    400,
  );
  const { pixels, told, scale, centre, padded } = framePicture(
    picture(spot, 500),
    { kind: "crop", x: 120, y: 330, size: 106 },
  );
  const found = centreOf(pixels, 125);
  close(found.x, 211.5, 0.1, "x");
  close(found.y, 211.5, 0.1, "y");
  // Of the picture, 305 pixels are bright; each became 16.
  close(found.count, 16 * 305, 60, "area");
  assert.deepEqual([scale, centre, padded], [4, { x: 120, y: 330 }, 0]);
  assert.equal(told, "106×106 pixels about (120, 330), scaled by 4");
});

Deno.test("Beyond the edge there is the sky's median, and how much of it is told", () => {
  const pixels = draw(() => SKY, 0, 106, 212);
  const framed = framePicture(picture(pixels, 106), { kind: "scale", factor: 2 });
  assert.equal(
    framed.told,
    "its middle, scaled by 2; 50 % lie beyond its edge and show the sky's median",
  );
  close(framed.padded, 0.5, 1e-3, "share");
  assert.ok(framed.pixels.every((value, k) => value === SKY[k % 3]));
});

Deno.test("Parts by hand that make no sense are refused", () => {
  const whole = picture(galaxy(50));
  for (
    const [how, sentence] of [
      [{ kind: "scale", factor: 0 }, /a scale of 0 is not between 0\.001 and 100/],
      [{ kind: "scale", factor: NaN }, /a scale of NaN is not/],
      [
        { kind: "crop", x: 10, y: 10, size: 2 },
        /a part of 2 pixels cannot be shown: at least 5 and/,
      ],
      [
        { kind: "crop", x: 424, y: 10, size: 100 },
        /the middle \(424, 10\) .* columns 0 to 423 and rows/,
      ],
      [{ kind: "crop", x: NaN, y: 10, size: 100 }, /the middle \(NaN, 10\)/],
    ] as [How, RegExp][]
  ) {
    assert.throws(() => framePicture(whole, how), sentence);
  }
});

Deno.test("A galaxy anywhere in a picture of any size is brought to the middle and to one size", () => {
  const reference = framePicture(picture(galaxy(50)), { kind: "fit" });
  for (
    const [width, height, x, y, radius] of [
      [200, 200, 110, 85, 20],
      [640, 480, 250, 300, 90],
      [64, 64, 30, 34, 8],
      [300, 900, 170, 380, 35],
    ]
  ) {
    const pixels = galaxy(radius, { x, y, width, height });
    const framed = framePicture(picture(pixels, width), { kind: "fit" });
    const name = `${width}×${height}`;
    close(framed.centre.x, x, 2 / framed.scale, name);
    close(framed.centre.y, y, 2 / framed.scale, name);
    // The smaller, the fewer pixels the noise is averaged over.
    close(Math.log(framed.scale * radius / (50 * reference.scale)), 0, 0.15, name);
  }
});

Deno.test("What was measured is told in pixels of the picture", () => {
  const pixels = galaxy(20, { x: 110, y: 85, width: 200, height: 200 });
  assert.match(
    framePicture(picture(pixels, 200), { kind: "fit" }).told,
    /^centre 1[01] px right of and 1[45] px above the middle, R90 1\d(\.\d)? px: scaled by [34]/,
  );
});

Deno.test("Without a galaxy, the middle of the picture is shown, and that is told", () => {
  const { told, scale } = framePicture(picture(emptySky()), { kind: "fit" });
  assert.equal(told, "no galaxy was found: its middle, scaled by 1");
  assert.equal(scale, 1);
});

Deno.test("A measure of one's own has the last word, and is named", () => {
  const asked: number[] = [];
  const measure = {
    name: "ruler",
    measure: (pixels: Uint8Array) => {
      asked.push(pixels.length);
      return { x: 221.5, y: 211.5, radius: 100 };
    },
  };
  const plain = framePicture(picture(galaxy(50)), { kind: "fit" });
  const { told, scale, centre } = framePicture(picture(galaxy(50)), { kind: "fit", measure });
  assert.deepEqual(asked, [3 * SIZE * SIZE]);
  close(scale, plain.scale / 2, 1e-9, "scale");
  close(centre.x, plain.centre.x + 10 / plain.scale, 1e-9, "centre");
  assert.match(told, / px \(ruler\): scaled by /);
});
