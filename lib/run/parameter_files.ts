/** `params.safetensors` and `checkpoint.safetensors`: what a run leaves, and can go on from. */
import { UserError } from "../errors.ts";
import {
  type NamedTensor,
  readSafetensors,
  type Safetensors,
  writeSafetensors,
} from "../formats/safetensors.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import type { Parameter } from "../nn/layer.ts";

const VELOCITY = ".velocity";
const LOSSES = "losses";

/** Where a run stands: before this minibatch of this chunk. */
export interface RunPosition {
  readonly chunk: number;
  readonly minibatch: number;
  /** Losses of the chunk's minibatches so far. */
  readonly losses: Float32Array;
  /** Seconds of training so far, over all sessions. */
  readonly seconds: number;
}

/** Writes the parameters, named and laid out as PyTorch has them: `conv1.weight` (out, in, k, k), … */
export async function saveParameters(path: string, network: GalaxyNetwork, chunk: number) {
  await writeSafetensors(path, await tensors(network, ["value"]), {
    model: network.model.name,
    chunk: String(chunk),
  });
}

/**
 * Writes all that a run needs to go on: position, velocities and, so that one file is consistent in
 * itself at any moment, the parameters again.
 */
export async function saveCheckpoint(path: string, network: GalaxyNetwork, position: RunPosition) {
  const { losses, chunk, minibatch, seconds } = position;
  const all = await tensors(network, ["value", "velocity"]);
  all.push({ name: LOSSES, shape: [losses.length], data: losses });
  await writeSafetensors(path, all, {
    model: network.model.name,
    chunk: String(chunk),
    minibatch: String(minibatch),
    seconds: String(seconds),
  });
}

/** @throws UserError when the file is missing, damaged or of another model */
export async function loadParameters(path: string, network: GalaxyNetwork) {
  const file = await readSafetensors(path);
  for (const parameter of network.parameters) {
    network.set(parameter, "value", tensor(path, file, network, parameter, ""));
  }
  refuseSurplus(path, file, network, new Set(network.parameters.map(({ name }) => name)));
}

/** @throws UserError as `loadParameters` does */
export async function loadCheckpoint(path: string, network: GalaxyNetwork): Promise<RunPosition> {
  const file = await readSafetensors(path);
  const known = new Set([LOSSES]);
  for (const parameter of network.parameters) {
    network.set(parameter, "value", tensor(path, file, network, parameter, ""));
    network.set(parameter, "velocity", tensor(path, file, network, parameter, VELOCITY));
    known.add(parameter.name).add(parameter.name + VELOCITY);
  }
  refuseSurplus(path, file, network, known);
  const number = (key: string) => {
    const value = Number(file.metadata[key] ?? NaN);
    if (!(value >= 0)) {
      throw new UserError(`${path} does not say its ${key}: it is no checkpoint, or damaged`);
    }
    return value;
  };
  const losses = file.tensors.get(LOSSES)?.data;
  return {
    chunk: number("chunk"),
    minibatch: number("minibatch"),
    seconds: number("seconds"),
    losses: losses instanceof Float32Array ? losses : new Float32Array(0),
  };
}

async function tensors(
  network: GalaxyNetwork,
  kinds: readonly ("value" | "velocity")[],
): Promise<NamedTensor[]> {
  const result: NamedTensor[] = [];
  for (const kind of kinds) {
    for (const parameter of network.parameters) {
      const name = parameter.name + (kind === "velocity" ? VELOCITY : "");
      result.push({ name, shape: parameter.shape, data: await network.get(parameter, kind) });
    }
  }
  return result;
}

function tensor(
  path: string,
  file: Safetensors,
  network: GalaxyNetwork,
  { name, shape }: Parameter,
  suffix: string,
): Float32Array {
  const found = file.tensors.get(name + suffix);
  const model = network.model.name;
  const wanted = `${model} needs ${name + suffix} (${shape.join(", ")})`;
  const origin = file.metadata.model ? `, which was written for ${file.metadata.model}` : "";
  if (!found) {
    throw new UserError(`${path} is of another model: ${wanted}, not in the file${origin}`);
  }
  if (!(found.data instanceof Float32Array) || found.shape.join() !== shape.join()) {
    throw new UserError(
      `${path} is of another model: ${wanted}, the file has (${found.shape.join(", ")})${origin}`,
    );
  }
  return found.data;
}

function refuseSurplus(
  path: string,
  file: Safetensors,
  network: GalaxyNetwork,
  known: ReadonlySet<string>,
) {
  const surplus = [...file.tensors.keys()].find((name) => !known.has(name));
  if (surplus === undefined) return;
  throw new UserError(`${path} is of another model: ${network.model.name} has no ${surplus}`);
}
