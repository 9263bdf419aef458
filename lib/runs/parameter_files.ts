/** `params.safetensors` and `checkpoint.safetensors`: what a run leaves, and can go on from. */
import { UserError } from "../errors.ts";
import { FieldError, Fields } from "../files/fields.ts";
import type { Tensor } from "../formats/safetensors.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import { modelMark } from "../marks.ts";
import {
  differences,
  type Provenance,
  requireOrigin,
  requireSame,
  type WantedMarks,
} from "../provenance.ts";
import { type HistoryEntry, historyText, parseHistory } from "./history.ts";
import type { LoadOptions } from "./trained.ts";
import {
  loadTensors,
  readTensors,
  type RunOrigin,
  saveTensors,
  setTensors,
  tensorsOf,
} from "./tensor_files.ts";

const LOSSES = "losses";
const HISTORY = "history";

/** Where a run stands: before this minibatch of this chunk. */
export interface RunPosition {
  readonly chunk: number;
  readonly minibatch: number;
  /** Losses of the chunk's minibatches so far. */
  readonly losses: Float32Array;
  /** Seconds of training so far, over all sessions. */
  readonly seconds: number;
}

/** All that a run needs to go on, beside parameters and velocities. */
export interface RunState {
  readonly position: RunPosition;
  /** Of all finished chunks. */
  readonly history: readonly HistoryEntry[];
}

/**
 * Writes the parameters, named and laid out as PyTorch has them: `conv1.weight` (out, in, k, k), …
 * @returns the digest of their content
 */
export async function saveParameters(
  path: string,
  network: GalaxyNetwork,
  origin: RunOrigin,
  { chunk, minibatch }: RunPosition,
): Promise<string> {
  const tensors = await tensorsOf(network, ["value"]);
  // No times: equal trainings end with equal files.
  return await saveTensors(path, "parameters", network, tensors, origin, { chunk, minibatch });
}

/**
 * Writes all that a run needs to go on: position, velocities, history and, so that one file is
 * consistent in itself at any moment, the parameters again.
 */
export async function saveCheckpoint(
  path: string,
  network: GalaxyNetwork,
  origin: RunOrigin,
  { position, history }: RunState,
) {
  const { losses, chunk, minibatch, seconds } = position;
  const tensors = await tensorsOf(network, ["value", "velocity"]);
  const text = new TextEncoder().encode(historyText(history));
  tensors.push({ name: LOSSES, shape: [losses.length], data: losses });
  tensors.push({ name: HISTORY, shape: [text.length], data: text });
  await saveTensors(path, "checkpoint", network, tensors, origin, { chunk, minibatch, seconds });
}

/** What was loaded. */
export interface LoadedParameters {
  /** `undefined` where the file does not say. */
  readonly provenance: Provenance | undefined;
  /** Digest of the content. */
  readonly digest: string;
}

/**
 * Loads the parameters of a network.
 * @throws UserError when the file is missing, damaged, of another model, holds numbers that are not
 * finite, or does not say what it was made from
 */
export async function loadParameters(
  path: string,
  network: GalaxyNetwork,
  { acceptUnmarked: accept, warn }: LoadOptions,
): Promise<LoadedParameters> {
  const { tensors, ...loaded } = await loadTensors(path, "parameters", network, ["value"], []);
  const advice = "Name the parameters of this model, or use the task of the other";
  const wanted = { model: modelMark(network.model) };
  await requireOrigin(path, loaded.provenance, wanted, advice, { accept, warn });
  setTensors(network, tensors, ["value"]);
  return loaded;
}

/**
 * Loads a checkpoint: the network's parameters and velocities, which are left alone where it cannot be
 * used.
 * @returns where the run stands
 * @throws UserError as `loadParameters` does, when it is of another run, or says what cannot be
 */
export async function loadCheckpoint(
  path: string,
  network: GalaxyNetwork,
  origin: RunOrigin,
): Promise<RunState> {
  const kinds = ["value", "velocity"] as const;
  const extra = [LOSSES, HISTORY];
  const { tensors, provenance } = await loadTensors(path, "checkpoint", network, kinds, extra);
  if (!provenance) {
    throw new UserError(`${path} does not say what it was made from: no run can go on from it`);
  }
  const advice = "No run can go on from that of another. Choose another folder with --out";
  await requireSame(path, provenance, origin.marks, advice);
  const state = stateOf(path, tensors, provenance, origin);
  setTensors(network, tensors, kinds);
  return state;
}

/** The run's state in a checkpoint whose content is as it was written. */
function stateOf(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  { facts }: Provenance,
  origin: RunOrigin,
): RunState {
  const data = (name: string) => tensors.get(name)?.data;
  try {
    const fields = new Fields(facts);
    fields.integer("chunks", origin.chunks, origin.chunks);
    fields.integer("training", origin.training, origin.training);
    fields.integer("validation", origin.validation, origin.validation);
    const chunk = fields.integer("chunk", 0, origin.chunks);
    // After the last chunk there are no minibatches.
    const last = chunk === origin.chunks ? 0 : origin.minibatches - 1;
    const minibatch = fields.integer("minibatch", 0, last);
    const seconds = fields.number("seconds", 0);
    const losses = data(LOSSES), text = data(HISTORY);
    if (!(losses instanceof Float32Array) || !(text instanceof Uint8Array)) {
      throw new FieldError(`${LOSSES} or ${HISTORY} is missing or of another type`);
    }
    if (losses.length !== minibatch) {
      throw new FieldError(`${LOSSES} has ${losses.length} values, but minibatch is ${minibatch}`);
    }
    const wrong = losses.find((loss) => !(loss >= 0 && loss < Infinity));
    if (wrong !== undefined) throw new FieldError(`${LOSSES} has a ${wrong}`);
    const history = parseHistory(new TextDecoder().decode(text), `the history in ${path}`);
    if (history.length !== chunk) {
      throw new FieldError(`${HISTORY} has ${history.length} chunks, but chunk is ${chunk}`);
    }
    return { position: { chunk, minibatch, losses, seconds }, history };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} is no checkpoint that a run can go on from: ${error.message}`);
  }
}

/**
 * Whether a file holds the parameters that a run ended with.
 * @returns what is wrong otherwise, as a sentence without its end
 */
export async function finalProblem(
  path: string,
  { marks, chunks }: { marks: WantedMarks; chunks: number },
): Promise<string | undefined> {
  let provenance;
  try {
    ({ provenance } = await readTensors(path, "parameters"));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  if (!provenance) return `${path} does not say what it was made from`;
  const { chunk } = provenance.facts;
  if (chunk !== chunks) return `${path} is of chunk ${chunk}, not of the last one, ${chunks}`;
  const found = await differences(provenance.marks, marks);
  if (found.length > 0) return `${path} was made from something else: ${found.join("; ")}`;
}
