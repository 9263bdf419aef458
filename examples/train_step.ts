/**
 * Trains a small network on drawn galaxies for twenty steps, and keeps its parameters.
 *
 *     deno run --allow-read --allow-write examples/train_step.ts params.safetensors
 */
import {
  ANSWER_COUNT,
  MODELS,
  narrowed,
  openGpu,
  syntheticGalaxy,
  Training,
  writeParameters,
} from "@galaxies/galaxies";

const BATCH = 16;
const galaxies = Array.from({ length: BATCH }, (_, index) => syntheticGalaxy(1, index));
const pixels = new Uint8Array(galaxies.flatMap((galaxy) => [...galaxy.pixels]));
const labels = new Float32Array(BATCH * ANSWER_COUNT);
galaxies.forEach(({ fractions }, row) => labels.set(fractions, row * ANSWER_COUNT));

const gpu = await openGpu();
const extradense = MODELS.find(({ name }) => name === "extradense")!;
const training = await Training.build(gpu, narrowed(extradense, 1 / 8), { batch: BATCH });
for (let step = 1; step <= 20; step++) {
  training.load(pixels, labels);
  const loss = await training.step({ warmUp: step <= 10 });
  console.log(`step ${step}: RMSE ${Math.sqrt(loss).toFixed(4)}`);
}
await writeParameters(Deno.args[0], await training.parameters());
training.close();
gpu.close();
