/**
 * `deno task bench peers`: the training and prediction step of `extradense` in other libraries, in
 * turns with ours, answers checked.
 */
import { UserError } from "../lib/errors.ts";
import type { Flags, Values } from "../lib/cli/flags.ts";
import { WIDTH_FLAG } from "../lib/cli/width_flag.ts";
import { compareContenders, type Kind, type Standing } from "./peers/comparison.ts";
import { launchOurs, launchPeer, type Peer, PEERS, type TorchDevice } from "./peers/launch.ts";
import { writeWorkload } from "./peers/make_workload.ts";
import { scratchFolder } from "./scratch.ts";
import type { Sizes } from "./peers/workload.ts";
import { type BenchTable, type Cell, rangeText, spreadOf } from "./table.ts";

export interface PeersOptions extends Sizes {
  readonly peers: readonly Peer[];
  /** Turns of each peer. */
  readonly rounds: number;
  /** What a turn lasts at least about, if more than one step fits. */
  readonly seconds: number;
  /** A Python that has torch; undefined to look for one. */
  readonly python: string | undefined;
  readonly torchDevice: TorchDevice;
  /** What is being done, for whoever waits. */
  say(text: string): void;
}

export const PEERS_FLAGS = {
  peers: {
    type: "text",
    value: "A,B",
    default: PEERS.join(","),
    help: "Which libraries",
  },
  batch: {
    type: "integer",
    value: "N",
    min: 1,
    max: 1024,
    default: 16,
    help: "Examples of a training step",
  },
  "predict-batch": {
    type: "integer",
    value: "N",
    min: 2,
    max: 1024,
    default: 16,
    help: "Examples of a prediction",
  },
  rounds: {
    type: "integer",
    value: "N",
    min: 1,
    max: 1000,
    default: 3,
    help: "Turns of each; on a software adapter one of TensorFlow.js takes a minute",
  },
  seconds: {
    type: "number",
    value: "S",
    min: 0,
    max: 60,
    default: 2,
    help: "What a turn lasts at least about, if more than one step fits",
  },
  width: WIDTH_FLAG,
  python: { type: "text", value: "FILE", help: "A Python that has torch (default: looks for one)" },
  "torch-device": {
    type: "text",
    value: "DEVICE",
    choices: ["cpu", "cuda"],
    default: "cpu",
    help: "What PyTorch computes on: cpu, or cuda",
  },
} satisfies Flags;

/** @throws UserError for a library that is not among the peers */
export function peersOptions(
  { peers, torchDevice, ...flags }: Values<typeof PEERS_FLAGS>,
  say: (text: string) => void,
): PeersOptions {
  const named = peers.split(",").map((name) => {
    const peer = PEERS.find((known) => known === name);
    if (peer) return peer;
    throw new UserError(`there is no peer "${name}"; the peers are ${PEERS.join(", ")}`);
  });
  return { ...flags, peers: named, torchDevice: torchDevice as TorchDevice, say };
}

const COLUMNS = [
  "contender",
  "version",
  "on",
  "train, images/s",
  "train, range",
  "train, ours/peer",
  "train, ratio's range",
  "predict, images/s",
  "predict, range",
  "predict, ours/peer",
  "predict, ratio's range",
  "answers",
];

/**
 * Compares. A peer that is not there, or computes something else, is listed with the reason.
 * @throws UserError when ours does not run
 */
export async function benchPeers(options: PeersOptions): Promise<BenchTable> {
  const { peers, python, torchDevice, batch, predictBatch, width, say } = options;
  const folder = await scratchFolder("peers");
  const remove = () => Deno.remove(folder, { recursive: true });
  let removed = false;
  try {
    say("making up parameters and views");
    const workload = `${folder}/workload.safetensors`;
    const labels = await writeWorkload(workload, options);
    const torch = { python, device: torchDevice };
    const launches = await Promise.all(peers.map((peer) => launchPeer(peer, folder, torch)));
    const standings = await compareContenders(launchOurs(folder), launches, {
      ...options,
      workload,
      lossOfZeros: labels.reduce((sum, label) => sum + label ** 2, 0) / labels.length,
      async onStarted() {
        await remove();
        removed = true;
      },
    });
    return peersTable(standings, { batch, predictBatch, width });
  } finally {
    if (!removed) await remove();
  }
}

/** The table of standings, ours first. */
export function peersTable(
  [ours, ...peers]: readonly Standing[],
  { batch, predictBatch, width }: Sizes,
): BenchTable {
  const model = width === 1 ? "extradense" : `extradense, ${width} of its width`;
  const turns = [ours, ...peers].filter(({ reason }) => reason === undefined)
    .map(({ name, counts }) => `${name} ${counts.train} and ${counts.predict}`);
  return {
    title: `Peers: ${model}, training ${batch} and predicting ${predictBatch} images at a time`,
    columns: COLUMNS,
    rows: [row(ours, "the measure"), ...peers.map((peer) => row(peer, answersText(peer)))],
    notes: [
      "every turn of a peer stands between two of ours, and is compared with their mean; medians, " +
      "lowest and highest of all turns; above 1 ours is faster",
      "same parameters and images; answers agree within 1e-4, the loss without dropout within " +
      "1e-4 of itself, after one and two updates within 3e-4, what these change every parameter by " +
      "within 1e-2; training is timed with dropout",
      "float32; everything stays on the device; a turn ends when its result is read back; the " +
      "peers get the sixteen parts, ours cuts them itself; one contender computes at a time",
      `steps and predictions of a turn: ${turns.join(", ")}`,
    ],
  };
}

function answersText({ reason, ready, deviation, lossDeviation }: Standing): string {
  const agreement = `agree within ${deviation.toExponential(1)}, losses within ` +
    `${lossDeviation.toExponential(1)} of themselves` + (ready?.remark ? `; ${ready.remark}` : "");
  return reason ?? agreement;
}

function row(standing: Standing, remark: string): Cell[] {
  const { name, ready, rates, ratios } = standing;
  const cells = (kind: Kind) => [...spreadCells(rates[kind]), ...spreadCells(ratios[kind])];
  return [
    name,
    ready?.version ?? null,
    ready?.adapter ?? null,
    ...cells("train"),
    ...cells("predict"),
    remark,
  ];
}

/** Median and range; nothing where nothing was measured. */
function spreadCells(values: readonly number[]): Cell[] {
  if (values.length === 0) return [null, null];
  const spread = spreadOf(values);
  return [spread.median, rangeText(spread)];
}
