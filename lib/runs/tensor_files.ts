/** safetensors files of a network, which say what run they are of. */
import { UserError } from "../errors.ts";
import {
  contentDigest,
  type NamedTensor,
  readSafetensors,
  type SafetensorsHeader,
  type SafetensorsOptions,
  type Tensor,
  writeSafetensors,
} from "../formats/safetensors.ts";
import type { Model } from "../galaxy/model.ts";
import type { GalaxyNetwork } from "../galaxy/network.ts";
import type { Parameter } from "../nn/layer.ts";
import {
  type Kind,
  type Marks,
  parseProvenance,
  type Provenance,
  provenanceText,
} from "../provenance.ts";
import { VERSION } from "../version.ts";
import { IN_RUN_FOLDER } from "./folder.ts";
import {
  checkTensors,
  type ExpectedTensors,
  notFiniteText,
  requireFinite,
  widened,
} from "./expected_tensors.ts";

const VELOCITY = ".velocity";

/** Bytes that a file may have: the largest checkpoint of the 17 models has 0.6 GB. */
const LIMIT = 2 ** 32;

/** What the files of a run say of it, at whatever position. */
export interface RunOrigin {
  readonly marks: Marks;
  /** Chunks of the whole run, and minibatches of each. */
  readonly chunks: number;
  readonly minibatches: number;
  /** Galaxies. */
  readonly training: number;
  readonly validation: number;
}

/** Whether a tensor holds parameters, or what belongs to them. */
export type What = "value" | "velocity";

function nameOf({ name }: Parameter, what: What): string {
  return what === "value" ? name : name + VELOCITY;
}

/** Tensors of a network, as files name them and lay them out. */
export async function tensorsOf(
  network: GalaxyNetwork,
  kinds: readonly What[],
): Promise<NamedTensor[]> {
  const result: NamedTensor[] = [];
  for (const what of kinds) {
    for (const parameter of network.parameters) {
      const data = await network.get(parameter, what);
      result.push({ name: nameOf(parameter, what), shape: parameter.shape, data });
    }
  }
  return result;
}

/** Hands tensors to a network. */
export function setTensors(
  network: GalaxyNetwork,
  tensors: ReadonlyMap<string, Tensor>,
  kinds: readonly What[],
) {
  for (const what of kinds) {
    for (const parameter of network.parameters) {
      network.set(parameter, what, tensors.get(nameOf(parameter, what))!.data as Float32Array);
    }
  }
}

/**
 * Writes tensors of a run.
 * @param position facts beside those that the whole run shares
 * @returns the digest of their content
 */
export async function saveTensors(
  path: string,
  kind: Kind,
  network: GalaxyNetwork,
  tensors: readonly NamedTensor[],
  { marks, chunks, training, validation }: RunOrigin,
  position: Record<string, number>,
): Promise<string> {
  const content = contentDigest(tensors);
  const facts = { ...position, chunks, training, validation, version: VERSION };
  await writeSafetensors(path, tensors, {
    // What other programs show.
    format: "pt",
    ...modelMetadata(network.model),
    provenance: provenanceText({ kind, content, marks, facts }),
  }, IN_RUN_FOLDER);
  return content;
}

/** What a file says of the model that its tensors are of. */
export function modelMetadata({ name, width }: Model): Record<string, string> {
  return { model: name, ...(width === undefined ? {} : { width: String(width) }) };
}

/**
 * Reads a file of a network's tensors, and of `extra` ones.
 * @throws UserError as `loadExpected` does
 */
export function loadTensors(
  path: string,
  kind: Kind,
  network: GalaxyNetwork,
  kinds: readonly What[],
  extra: readonly string[],
): Promise<TensorFile> {
  const wanted = kinds.flatMap((what) =>
    network.parameters.map((parameter) => ({
      name: nameOf(parameter, what),
      shape: parameter.shape,
    }))
  );
  return loadExpected(path, kind, () => ({ model: network.model.name, wanted, extra }));
}

/**
 * Reads a file of a model's tensors; half floats are widened.
 * @param expect says by the file's header which tensors these have to be, and may throw
 * @throws UserError as `readTensors` does, when it has other tensors, or numbers that are not finite
 */
export async function loadExpected(
  path: string,
  kind: Kind,
  expect: (header: SafetensorsHeader) => ExpectedTensors,
): Promise<TensorFile> {
  const file = await readTensors(
    path,
    kind,
    { expect: (header) => checkTensors(path, header, expect(header)) },
  );
  requireFinite(path, file.sick);
  const tensors = [...file.tensors].map(([name, { shape, data }]) =>
    [name, { shape, data: widened(data) }] as const
  );
  return { ...file, tensors: new Map(tensors) };
}

/** The tensors of a file, and what it says of itself. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** `undefined` where the file does not say. */
  readonly provenance: Provenance | undefined;
  /** Digest of the content. */
  readonly digest: string;
  /** For each tensor with numbers that are not finite, a sentence without its end. */
  readonly sick: readonly string[];
}

/**
 * Reads a file.
 * @param options `expect` is called with the header before anything else is read, and may throw; `limit`
 * is how many bytes the file may have
 * @throws UserError when it is missing, damaged, or of another kind
 */
export async function readTensors(
  path: string,
  kind: Kind,
  { limit = LIMIT, expect = () => {} }: SafetensorsOptions = {},
): Promise<TensorFile> {
  let provenance: Provenance | undefined;
  const { tensors } = await readSafetensors(path, {
    limit,
    expect(header) {
      provenance = parseProvenance(header.metadata.provenance, path, [kind]);
      expect(header);
    },
  });
  const digest = contentDigest([...tensors].map(([name, tensor]) => ({ name, ...tensor })));
  const sick = [...tensors].flatMap(([name, { data }]) => notFiniteText(name, data));
  if (provenance && provenance.content !== digest) {
    throw new UserError(
      `${path} is damaged: its values are not those that were written (their SHA-256 begins with ` +
        `${digest.slice(0, 8)}, expected ${provenance.content.slice(0, 8)})` +
        (sick.length > 0 ? `; ${sick[0]}` : ""),
    );
  }
  return { tensors, provenance, digest, sick };
}
