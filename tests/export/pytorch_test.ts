import assert from "node:assert/strict";
import { writeNpy } from "../../lib/formats/npy.ts";
import { narrowed } from "../../lib/galaxy/model.ts";
import { modelsNamed } from "../../lib/galaxy/models/all.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { assertAllClose } from "../assert.ts";
import { inFolder } from "../data/folder.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { runLoader, torchTest } from "./peers.ts";
import {
  exportQuietly,
  galaxies,
  ownPredictions,
  viewsOf,
  writeRandomParameters,
} from "./trained.ts";

const CLOSE = { absolute: 1e-5, relative: 0 };
/** All kinds of layers: shared by the parts, with ReLU, with maxout. */
const MODELS = modelsNamed(["extradense", "shareddense", "pysex"]);

for (const full of MODELS) {
  torchTest(
    `${full.name}: PyTorch predicts what our network predicts`,
    () =>
      inFolder(async (folder) => {
        const gpu = await openGpu();
        try {
          const model = narrowed(full, 0.05);
          const params = `${folder}/params.safetensors`, out = `${folder}/network.safetensors`;
          await writeRandomParameters(params, model);
          await exportQuietly(model, { format: "safetensors", params, out });
          const pictures = await galaxies(3);
          const views = viewsOf(pictures);
          const expected = await ownPredictions(gpu, model, params, views, 3);
          const ofViews = `${folder}/views.npy`, ofPictures = `${folder}/pictures.npy`;
          await writeNpy(ofViews, { shape: [3, 2, 3, 69, 69], data: views });
          const bytes = Uint8Array.from(pictures.flatMap((rgb) => [...rgb]));
          await writeNpy(ofPictures, { shape: [3, IMAGE_SIZE, IMAGE_SIZE, 3], data: bytes });
          const { success, out: printed, error } = await runLoader([out, ofViews, ofPictures]);
          assert.ok(success, error);
          const [header, ...rows] = printed.trimEnd().split("\n").map((line) => line.split(","));
          assert.deepEqual(header, ["galaxy", ...ANSWER_COLUMNS]);
          assert.equal(rows.length, 6);
          const predicted = rows.flatMap((row) => row.slice(1).map(Number));
          const half = 3 * ANSWER_COUNT;
          assertAllClose(predicted.slice(0, half), expected, CLOSE, "from views");
          assertAllClose(predicted.slice(half), expected, CLOSE, "from pictures");
        } finally {
          gpu.close();
        }
      }),
  );
}
