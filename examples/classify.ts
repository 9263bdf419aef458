/**
 * Classifies pictures of galaxies: JPEG, PNG or FITS files, or a drawn galaxy where none is named.
 *
 *     deno run --allow-read examples/classify.ts weights/compact.safetensors galaxy.jpg …
 */
import {
  Classifier,
  framePicture,
  openGpu,
  readParameters,
  readPicture,
  syntheticGalaxy,
} from "@galaxies/galaxies";

const [parameters, ...paths] = Deno.args;
const gpu = await openGpu();
const classifier = await Classifier.build(gpu, await readParameters(parameters));

async function show(name: string, pixels: Uint8Array) {
  console.log(name);
  const [prediction] = await classifier.classify(pixels);
  for (const { question, answer, fraction } of prediction) {
    if (fraction > 0.3) console.log(`  ${question} ${answer}: ${(100 * fraction).toFixed(0)} %`);
  }
}

for (const path of paths) {
  await show(path, framePicture(await readPicture(path)).pixels);
}
if (paths.length === 0) await show("a drawn galaxy", syntheticGalaxy(1, 0).pixels);
classifier.close();
gpu.close();
