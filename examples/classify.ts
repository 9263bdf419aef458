/**
 * Classifies pictures of galaxies: JPEG files of 424×424 pixels, or a drawn galaxy where none is named.
 *
 *     deno run --allow-read examples/classify.ts params.safetensors galaxy.jpg …
 */
import {
  Classifier,
  decodeJpeg,
  IMAGE_SIZE,
  openGpu,
  readParameters,
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
  const { rgb } = await decodeJpeg(await Deno.readFile(path), path, { size: IMAGE_SIZE });
  await show(path, rgb);
}
if (paths.length === 0) await show("a drawn galaxy", syntheticGalaxy(1, 0).pixels);
classifier.close();
gpu.close();
