/** How networks are built for training and for prediction, by the kind of adapter. */
import type { NetworkOptions } from "../galaxy/network.ts";
import type { ORDERS } from "../galaxy/parts.ts";
import type { Gpu } from "../gpu/device.ts";
import { minibatches } from "./schedule.ts";
import type { TrainSettings } from "./settings.ts";

/** Minibatches of training that are on the GPU together: 58 MB of the paper's on a real one. */
const TRAINING_SLOTS = { gpu: 32, software: 16 };

/** Views that are on the GPU together: on a software adapter, a minibatch takes seconds. */
const PREDICTION_ROWS = 512;

/** A network that trains with these settings. */
export function trainingOptions(gpu: Gpu, settings: TrainSettings): NetworkOptions {
  return {
    batch: settings.batchSize,
    trainable: true,
    slots: gpu.software ? TRAINING_SLOTS.software : TRAINING_SLOTS.gpu,
    losses: minibatches(settings),
    seed: settings.seed,
    dropout: settings.dropout,
  };
}

/** A network that predicts; without a batch size, with the one that `defaultBatch` gives. */
export function predictionOptions(
  gpu: Gpu,
  orders: 1 | typeof ORDERS,
  batch = defaultBatch(gpu),
): NetworkOptions {
  const slots = gpu.software ? 1 : Math.max(1, Math.floor(PREDICTION_ROWS / batch));
  return { batch, trainable: false, slots, orders };
}

/**
 * Views of a minibatch. The weights of the dense layers are read once for each minibatch and order:
 * for 32 views that is a fifth of the time that the convolutions need on a large GPU, for 128 a
 * twentieth. The widest feature maps of 128 views take 0.4 to 0.8 GB; a software adapter gains
 * nothing beyond 32.
 */
function defaultBatch({ software, device }: Gpu): number {
  return !software && device.limits.maxStorageBufferBindingSize >= 2 ** 30 ? 128 : 32;
}
