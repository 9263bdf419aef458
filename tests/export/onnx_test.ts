import assert from "node:assert/strict";
import { CROP_SIZE } from "../../lib/export/onnx_views.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { modelsNamed } from "../../lib/galaxy/models/all.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { CHANNELS, IMAGE_FLOATS, IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { Random } from "../../lib/random.ts";
import { ARCHITECTURES } from "../../bench/architectures.ts";
import { assertAllClose } from "../assert.ts";
import { inFolder } from "../data/folder.ts";
import { onnxTest, runOnnx } from "./peers.ts";
import { exists } from "../../lib/files/read.ts";
import { sharedPath } from "../shared.ts";
import {
  exportQuietly,
  galaxies,
  middles,
  onlyMiddle,
  ownPredictions,
  REAL,
  viewsOf,
  writeRandomParameters,
} from "./trained.ts";

/** Sums in float32 in another order. */
const CLOSE = { absolute: 1e-5, relative: 0 };
const WIDTH = 0.05;
const VIEWS = [2, CHANNELS, 69, 69];

for (const full of ARCHITECTURES) {
  onnxTest(
    `${full.name}: onnxruntime predicts what our network predicts, for any batch`,
    () =>
      inFolder(async (folder) => {
        const gpu = await openGpu();
        try {
          const model = narrowed(full, WIDTH);
          const params = `${folder}/params.safetensors`, out = `${folder}/network.onnx`;
          await writeRandomParameters(params, model);
          await exportQuietly(model, { format: "onnx", params, out });
          const random = new Random(3, "test");
          const length = 3 * IMAGE_FLOATS;
          const views = Float32Array.from({ length }, () => random.uniform());
          const expected = await ownPredictions(gpu, model, params, views, 3);
          for (const batch of [1, 3]) {
            const some = views.subarray(0, batch * IMAGE_FLOATS);
            const { predictions } = await runOnnx(folder, out, some, [batch, ...VIEWS]);
            const wanted = expected.subarray(0, batch * ANSWER_COUNT);
            assertAllClose(predictions, wanted, CLOSE, `predictions of ${batch}`);
          }
        } finally {
          gpu.close();
        }
      }),
  );
}

onnxTest(
  "views, crops and pictures of real galaxies give the same predictions",
  () =>
    inFolder(async (folder) => {
      const gpu = await openGpu();
      try {
        const pictures = await galaxies(6);
        const batch = pictures.length;
        const model = narrowed(modelsNamed(["extradense"])[0], WIDTH);
        const params = `${folder}/params.safetensors`;
        await writeRandomParameters(params, model);
        const out = (input: string) => `${folder}/${input}.onnx`;
        for (const input of ["views", "crop", "picture"] as const) {
          await exportQuietly(model, { format: "onnx", params, out: out(input), input });
        }
        const views = viewsOf(pictures);
        const expected = await ownPredictions(gpu, model, params, views, batch);
        const ofViews = await runOnnx(folder, out("views"), views, [batch, ...VIEWS]);
        assertAllClose(ofViews.predictions, expected, CLOSE, "from views");
        assert.deepEqual(ofViews.inputs[0].shape, ["batch", ...VIEWS]);
        assert.deepEqual(ofViews.outputs[0].shape, ["batch", 37]);
        assert.equal(ofViews.outputs[0].name, "predictions");
        const shape = [batch, CHANNELS, IMAGE_SIZE, IMAGE_SIZE];
        const whole = middles(pictures, IMAGE_SIZE);
        const ofPictures = await runOnnx(folder, out("picture"), whole, shape);
        assertAllClose(ofPictures.predictions, expected, CLOSE, "from pictures");
        // What a crop lacks of the turned view is mirrored.
        const mirrored = viewsOf(pictures.map((rgb) => onlyMiddle(rgb, CROP_SIZE)));
        const ofMirrored = await ownPredictions(gpu, model, params, mirrored, batch);
        const crops = middles(pictures, CROP_SIZE);
        const cropShape = [batch, CHANNELS, CROP_SIZE, CROP_SIZE];
        const ofCrops = await runOnnx(folder, out("crop"), crops, cropShape);
        assertAllClose(ofCrops.predictions, ofMirrored, CLOSE, "from crops");
      } finally {
        gpu.close();
      }
    }),
);

onnxTest("parameters stored as half floats cost less than 1e-3", () =>
  inFolder(async (folder) => {
    const gpu = await openGpu();
    try {
      const model = narrowed(modelsNamed(["shareddense"])[0], WIDTH);
      const params = `${folder}/params.safetensors`;
      await writeRandomParameters(params, model);
      const views = viewsOf(await galaxies(2));
      const expected = await ownPredictions(gpu, model, params, views, 2);
      const predicted: Float32Array[] = [];
      const sizes: number[] = [];
      for (const dtype of ["float32", "float16"] as const) {
        const out = `${folder}/${dtype}.onnx`;
        await exportQuietly(model, { format: "onnx", params, out, dtype });
        predicted.push((await runOnnx(folder, out, views, [2, ...VIEWS])).predictions);
        sizes.push((await Deno.stat(out)).size);
      }
      assertAllClose(predicted[1], expected, { absolute: 1e-3, relative: 0 }, "half floats");
      assert.notDeepEqual(predicted[1], predicted[0]);
      assert.ok(sizes[1] < sizes[0]);
    } finally {
      gpu.close();
    }
  }));

const SHIPPED = "compact", WEIGHTS = `weights/${SHIPPED}.safetensors`;
const shipped = await exists(WEIGHTS) && await exists(sharedPath(REAL));
if (!shipped) {
  console.warn(
    `SKIPPED, ${WEIGHTS} or shared/${REAL} is not there: 200 real galaxies in onnxruntime`,
  );
} else {
  onnxTest(
    "onnxruntime predicts 200 real galaxies with the shipped weights as we do",
    () =>
      inFolder(async (folder) => {
        const gpu = await openGpu();
        try {
          const [model] = modelsNamed([SHIPPED]);
          const out = `${folder}/network.onnx`;
          await exportQuietly(model, { format: "onnx", params: WEIGHTS, out, input: "picture" });
          const pictures = await galaxies(200);
          for (let first = 0; first < pictures.length; first += 20) {
            const some = pictures.slice(first, first + 20);
            const expected = await ownPredictions(gpu, model, WEIGHTS, viewsOf(some), some.length);
            const shape = [some.length, CHANNELS, IMAGE_SIZE, IMAGE_SIZE];
            const { predictions } = await runOnnx(folder, out, middles(some, IMAGE_SIZE), shape);
            assertAllClose(predictions, expected, CLOSE, `galaxies from ${first}`);
          }
        } finally {
          gpu.close();
        }
      }),
  );
}
