import assert from "node:assert/strict";
import { warpViews } from "../../lib/data/views/warp.ts";
import { answersFor } from "../../lib/galaxy/answers.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT, QUESTIONS } from "../../lib/galaxy/questions.ts";
import {
  type Augmentation,
  FIXED_AUGMENTATIONS,
  IMAGE_FLOATS,
  NO_AUGMENTATION,
  type Preparation,
  viewMaps,
} from "../../lib/galaxy/transforms.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { Classifier, type Prediction } from "../../lib/library/classifier.ts";
import { looksOf, viewsOf } from "../../lib/library/pixels.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { setParameters } from "../../lib/library/parameters.ts";
import type { Trained } from "../../lib/library/trained.ts";
import { Training } from "../../lib/library/training.ts";
import { assertAllClose } from "../assert.ts";
import { gpuTest } from "../gpu.ts";
import { smallModel } from "./small.ts";

const IMAGES = [0, 1].map((index) => syntheticGalaxy(3, index).pixels);
const BOTH = new Uint8Array([...IMAGES[0], ...IMAGES[1]]);

/** A model with its first parameters, which tell galaxies apart a little. */
async function untrained(gpu: Gpu, model = smallModel()): Promise<Trained> {
  const training = await Training.build(gpu, model);
  try {
    return await training.parameters();
  } finally {
    training.close();
  }
}

/** Means over looks at an image, each computed for itself. */
async function reference(
  gpu: Gpu,
  trained: Trained,
  pixels: Uint8Array,
  looks: readonly Augmentation[],
  preparation?: Preparation,
): Promise<Float64Array> {
  const options = { batch: 4, trainable: false, slots: 1 };
  const network = await GalaxyNetwork.build(gpu, trained.model, options);
  try {
    setParameters(network, trained);
    const views = new Float32Array(looks.length * IMAGE_FLOATS);
    looks.forEach((look, row) =>
      warpViews(pixels, viewMaps(look, preparation), views, row * IMAGE_FLOATS)
    );
    const answers = await answersFor(network, views, looks.length);
    return Float64Array.from({ length: ANSWER_COUNT }, (_, k) => {
      const each = looks.map((_, row) => answers[row * ANSWER_COUNT + k]);
      return each.reduce((sum, answer) => sum + answer) / looks.length;
    });
  } finally {
    network.destroy();
  }
}

const fractions = (prediction: Prediction) => prediction.map(({ fraction }) => fraction);
const TOLERANCE = { absolute: 1e-6, relative: 1e-5 };

gpuTest(
  "a prediction is the mean over the sixty transforms, for each of several images",
  async (gpu) => {
    const trained = await untrained(gpu);
    const classifier = await Classifier.build(gpu, trained);
    const predictions = await classifier.classify(BOTH);
    assert.equal(predictions.length, 2);
    assert.notDeepEqual(predictions[0], predictions[1]);
    for (const [image, prediction] of predictions.entries()) {
      const expected = await reference(gpu, trained, IMAGES[image], FIXED_AUGMENTATIONS);
      assertAllClose(fractions(prediction), expected, TOLERANCE, `image ${image}`);
    }
    classifier.close();
  },
);

gpuTest("with one transform an image is looked at once, as it is", async (gpu) => {
  const trained = await untrained(gpu);
  const classifier = await Classifier.build(gpu, trained, { transforms: 1 });
  const [prediction] = await classifier.classify(IMAGES[1]);
  const expected = await reference(gpu, trained, IMAGES[1], [NO_AUGMENTATION]);
  assertAllClose(fractions(prediction), expected, TOLERANCE);
  classifier.close();
});

gpuTest("views that were made before give the same, however many images there are", async (gpu) => {
  const trained = await untrained(gpu);
  for (const transforms of [60, 1] as const) {
    const classifier = await Classifier.build(gpu, trained, { transforms });
    const views = IMAGES.map((pixels) => viewsOf(pixels, looksOf(transforms), undefined));
    const expected = await classifier.classify(BOTH);
    assert.deepEqual(await classifier.classifyViews(views), expected);
    assert.deepEqual(await classifier.classifyViews(views.slice(1)), expected.slice(1));
    assert.deepEqual(await classifier.classifyViews([]), []);
    await assert.rejects(
      classifier.classifyViews([views[0].subarray(1)]),
      /^RangeError: \d+ numbers of views, an image has \d+$/,
    );
    classifier.close();
  }
});

gpuTest("the 37 predictions have the names of the competition and of the tree", async (gpu) => {
  const classifier = await Classifier.build(gpu, await untrained(gpu), { transforms: 1 });
  const [prediction] = await classifier.classify(IMAGES[0]);
  assert.deepEqual(prediction.map(({ column }) => column), ANSWER_COLUMNS);
  const { question, answer } = prediction[QUESTIONS[6].first + 2];
  assert.deepEqual([question, answer], ["How rounded?", "cigar-shaped"]);
  classifier.close();
});

gpuTest("models that centre want a centre and a scale for each image, others none", async (gpu) => {
  const centring = await untrained(gpu, smallModel("gen2"));
  const preparation = { x: 205, y: 218, scale: 1.4 };
  const classifier = await Classifier.build(gpu, centring, { transforms: 1 });
  await assert.rejects(
    classifier.classify(BOTH, [preparation]),
    /small centres galaxies \(gen2\), and needs .*: 1 are given for 2 images$/,
  );
  const [prediction] = await classifier.classify(IMAGES[0], [preparation]);
  const expected = await reference(gpu, centring, IMAGES[0], [NO_AUGMENTATION], preparation);
  assertAllClose(fractions(prediction), expected, TOLERANCE);
  classifier.close();
  const plain = await Classifier.build(gpu, await untrained(gpu), { transforms: 1 });
  await assert.rejects(plain.classify(IMAGES[0], [preparation]), /does not centre galaxies/);
  plain.close();
});

gpuTest("bytes that are no whole image are refused with the numbers", async (gpu) => {
  const classifier = await Classifier.build(gpu, await untrained(gpu), { transforms: 1 });
  for (const length of [0, 1000, BOTH.length - 1]) {
    await assert.rejects(
      classifier.classify(BOTH.subarray(0, length)),
      new RegExp(`^RangeError: ${length} bytes of pixels; an image has 424 × 424 × 3 = 539328$`),
    );
  }
  classifier.close();
});
