import assert from "node:assert/strict";
import { CROP_SIZE } from "../../lib/export/onnx_views.ts";
import { partPixels, viewSampling } from "../../lib/export/views.ts";
import { CHANNELS, IMAGE_SIZE, VIEW_COUNT, VIEW_SIZE } from "../../lib/galaxy/transforms.ts";
import { parts } from "../../lib/verify/reference/parts.ts";
import { Random } from "../../lib/random.ts";
import { assertAllClose } from "../assert.ts";
import { middles, onlyMiddle, viewsOf } from "./trained.ts";

const PIXELS = VIEW_SIZE * VIEW_SIZE;
const CLOSE = { absolute: 3e-7, relative: 0 };

function noise(): Uint8Array {
  const random = new Random(2, "test");
  return Uint8Array.from({ length: 3 * IMAGE_SIZE ** 2 }, () => random.uniform(0, 256));
}

/** The views (2, 3, 69, 69) of a picture's middle, by the sampling of exported graphs. */
function sampled(picture: Uint8Array, size: number): Float32Array {
  const pixels = middles([picture], size);
  const { indices, weights } = viewSampling(size);
  return Float32Array.from({ length: VIEW_COUNT * CHANNELS * PIXELS }, (_, at) => {
    const view = Math.floor(at / CHANNELS / PIXELS), channel = Math.floor(at / PIXELS) % CHANNELS;
    const sample = view * PIXELS + at % PIXELS;
    return indices.reduce(
      (sum, corner, c) => sum + weights[c][sample] * pixels[channel * size * size + corner[sample]],
      0,
    );
  });
}

Deno.test("an exported graph samples a picture as the workers do", () => {
  const picture = noise();
  assertAllClose(sampled(picture, IMAGE_SIZE), viewsOf([picture]), CLOSE, "views");
});

Deno.test("a crop has all of the upright view, and mirrors what it lacks of the turned one", () => {
  const picture = noise();
  const ofCrop = sampled(picture, CROP_SIZE), ofPicture = viewsOf([picture]);
  const upright = CHANNELS * PIXELS;
  assertAllClose(ofCrop.subarray(0, upright), ofPicture.subarray(0, upright), CLOSE, "upright");
  const mirrored = viewsOf([onlyMiddle(picture, CROP_SIZE)]);
  assertAllClose(ofCrop, mirrored, CLOSE, "turned");
  const other = ofCrop.subarray(upright).filter((value, at) =>
    Math.abs(value - ofPicture[upright + at]) > CLOSE.absolute
  );
  assert.ok(
    Math.abs(other.length / upright - 0.17) < 0.01,
    `${other.length} are of a mirror image`,
  );
});

Deno.test("the parts of an exported graph are those of the network", () => {
  const views = Float64Array.from({ length: VIEW_COUNT * CHANNELS * PIXELS }, (_, at) => at);
  const expected = parts(views, 1);
  const pixels = partPixels();
  const count = pixels.length / 16;
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let at = 0; at < pixels.length; at++) {
      const part = Math.floor(at / count), inPart = at % count;
      const view = Math.floor(pixels[at] / PIXELS);
      const found = (view * CHANNELS + channel) * PIXELS + pixels[at] % PIXELS;
      assert.equal(found, expected[(channel * count + inPart) * 16 + part]);
    }
  }
});
