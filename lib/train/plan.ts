/** What training tells without training: the time of its kernels, and how long it would take. */
import { formatDuration } from "../cli/progress.ts";
import { measureRate } from "../galaxy/rate.ts";
import type { TrainSettings } from "../runs/settings.ts";
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

/** Times a few steps to say how long the run would take. */
export async function showPlan(trainer: Trainer, settings: TrainSettings) {
  const rate = await measureRate(trainer.network, "train");
  const { chunks, chunkSize, batchSize, validateEvery } = settings;
  const left = chunks - trainer.position.chunk;
  console.log(
    `would train ${left} chunks of ${chunkSize} galaxies in minibatches of ${batchSize}, with a ` +
      `validation every ${validateEvery}: about ${
        formatDuration(left * chunkSize / rate)
      } at the ` +
      `measured ${rate.toFixed(1)} images/s. Nothing was written`,
  );
}
