/** What training tells without training: the time of its kernels, and how long it would take. */
import { formatDuration } from "../cli/progress.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { measureRate } from "../galaxy/rate.ts";
import type { TrainSettings } from "../runs/settings.ts";
import { countTestImages, type TestPredictions } from "../predict/test_images.ts";
import type { Trainer } from "./trainer.ts";

/** The time of every kernel of one step. */
export async function showProfile(trainer: Trainer) {
  const { network } = trainer;
  network.run("train", 1); // compiles, on adapters that do so late
  await network.gpu.finish();
  network.seek({ slot: 0, minibatch: 0 });
  const rows = await network.profile("train");
  const total = rows.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (const { label, milliseconds } of rows) {
    const share = (100 * milliseconds / total).toFixed(1);
    console.log(
      `${label.padEnd(36)} ${milliseconds.toFixed(3).padStart(10)} ms ${share.padStart(6)} %`,
    );
  }
  const rate = network.batch / total * 1000;
  console.log(
    `one step of ${network.batch}: ${total.toFixed(1)} ms, ${rate.toFixed(1)} images/s`,
  );
}

/** Times a few steps to say how long the run would take, and what it would end with. */
export async function showPlan(
  { network, position }: Trainer,
  { chunks, chunkSize, batchSize, validateEvery }: TrainSettings,
  predictions: TestPredictions | undefined,
) {
  const left = chunks - position.chunk;
  const rate = await measureRate(network, "train");
  console.log(
    `would train ${left} chunks of ${chunkSize} galaxies in minibatches of ${batchSize}, with a ` +
      `validation every ${validateEvery}: about ${
        formatDuration(left * chunkSize / rate)
      } at the measured ${rate.toFixed(1)} images/s`,
  );
  if (predictions) await showTest(network, predictions);
  console.log("Nothing was written");
}

async function showTest(network: GalaxyNetwork, { data, limit, path }: TestPredictions) {
  const all = await countTestImages(data).catch(() => 0); // it was said what is wrong with them
  const count = limit === 0 ? all : Math.min(limit, all);
  if (count === 0) return console.log("would predict no test images");
  const time = formatDuration(count / await measureRate(network, "predict"));
  console.log(
    `would then predict ${
      count.toLocaleString("en")
    } test images in a single pass, about ${time}: ${path}`,
  );
}
