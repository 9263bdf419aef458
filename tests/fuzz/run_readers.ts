/** The readers of what runs leave: parameters, checkpoints, history, description, centring. */
import { crc32 } from "node:zlib";
import { readPreparations } from "../../lib/data/sextractor/files.ts";
import { bytesOf } from "../../lib/files/atomic.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { gzip } from "../../lib/formats/gzip.ts";
import { encodeNpy } from "../../lib/formats/npy.ts";
import { arrayDigest } from "../../lib/formats/marked_npy.ts";
import {
  contentDigest,
  type NamedTensor,
  writeSafetensors,
} from "../../lib/formats/safetensors.ts";
import { defineModel } from "../../lib/galaxy/model.ts";
import type { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { galaxiesMark, modelMark } from "../../lib/marks.ts";
import { dataMark, type Kind, provenanceText } from "../../lib/provenance.ts";
import { type HistoryEntry, historyText, readHistory } from "../../lib/runs/history.ts";
import { loadCheckpoint, loadParameters } from "../../lib/runs/parameter_files.ts";
import { readDescription, writeDescription } from "../../lib/runs/description.ts";
import { PAPER_SETTINGS } from "../../lib/runs/settings.ts";
import type { RunOrigin } from "../../lib/runs/tensor_files.ts";
import { ensure, type Reader, type Sample } from "./reader.ts";
import {
  decode,
  encode,
  fractions,
  resealed,
  safetensorsFile,
  safetensorsParts,
} from "./samples.ts";

const smallModel = defineModel(
  "small",
  (galaxy) => galaxy.parts().conv({ filters: 4, size: 6 }).maxPool().merge().maxout(8).answers(),
);
const SHAPES: Readonly<Record<string, number[]>> = {
  "conv1.weight": [2, 3, 2, 2],
  "conv1.bias": [2],
};

/** What the loaders need of a network, without a GPU. */
function standIn() {
  const held = new Map<string, Float32Array>();
  const parameters = Object.entries(SHAPES).map(([name, shape]) => ({ name, shape }));
  const network = {
    model: smallModel,
    parameters,
    set({ name }: { name: string }, what: string, values: Float32Array) {
      held.set(`${name} ${what}`, values);
    },
  } as unknown as GalaxyNetwork;
  return { network, held };
}

function print(held: ReadonlyMap<string, Float32Array>): string {
  for (const [name, values] of held) {
    ensure(values.every(Number.isFinite), () => `${name} holds what is not finite`);
  }
  return [...held].map(([name, values]) => `${name} ${crc32(bytesOf(values))}`).join();
}

const ORIGIN: RunOrigin = {
  marks: { model: modelMark(smallModel), galaxies: galaxiesMark([5, 7, 9]) },
  chunks: 4,
  minibatches: 10,
  training: 2,
  validation: 1,
};
const { chunks, training, validation } = ORIGIN;
const HISTORY: HistoryEntry[] = [1, 2, 3, 4].map((chunk) => ({
  chunk,
  images: 20 * chunk,
  learningRate: 0.04,
  warmUp: chunk === 1,
  trainRmse: 0.25 / chunk,
  ...(chunk % 2 ? {} : { validRmse: 0.2 / chunk, validRmseFullBatches: 0.21 / chunk }),
  seconds: 1.5 * chunk,
}));

function tensors(...suffixes: string[]): NamedTensor[] {
  return suffixes.flatMap((suffix, k) =>
    Object.entries(SHAPES).map(([name, shape]) => ({
      name: name + suffix,
      shape,
      data: fractions(shape.reduce((a, b) => a * b), k),
    }))
  );
}

/**
 * A file of tensors, and samples of it: damaged anywhere; with a header, a provenance or values that
 * were changed by somebody who has made everything else fit.
 */
async function tensorSamples(
  path: string,
  kind: Kind,
  all: NamedTensor[],
  facts: Record<string, number>,
): Promise<Sample[]> {
  const text = (content: string) =>
    provenanceText({
      kind,
      content,
      marks: ORIGIN.marks,
      facts: { ...facts, chunks, training, validation },
    });
  await writeSafetensors(path, all, { model: "small", provenance: text(contentDigest(all)) });
  const file = Deno.readFileSync(path);
  const { header, data } = safetensorsParts(file);
  const withProvenance = (provenance: string, data: Uint8Array) => {
    const entries = JSON.parse(decode(header));
    entries.__metadata__ = { model: "small", provenance };
    return safetensorsFile(encode(JSON.stringify(entries)), data);
  };
  const withData = (bytes: Uint8Array) => {
    const changed = new Uint8Array(data.length);
    changed.set(bytes.subarray(0, data.length));
    let at = 0;
    const others = all.map(({ name, shape, data }) => {
      const Type = data.constructor as Float32ArrayConstructor;
      const values = new Type(changed.slice(at, at += data.byteLength).buffer);
      return { name, shape, data: values };
    });
    return withProvenance(text(contentDigest(others)), changed);
  };
  return [
    { bytes: file, sealed: true },
    { bytes: header, wrap: (header) => safetensorsFile(header, data), sealed: true },
    {
      bytes: encode(text(contentDigest(all))),
      wrap: (bytes) => withProvenance(resealed(decode(bytes)), data),
      sealed: false,
    },
    { bytes: data, wrap: withData, sealed: false },
  ];
}

function checkHistory(history: readonly HistoryEntry[]) {
  history.forEach(({ chunk, images, seconds, trainRmse, validRmse = 0 }, k) => {
    ensure(
      chunk === k + 1 && Number.isSafeInteger(images),
      () => `entry ${k} is of chunk ${chunk}`,
    );
    const numbers = [seconds, trainRmse, validRmse];
    ensure(numbers.every((value) => Number.isFinite(value) && value >= 0), () => `has ${numbers}`);
  });
}

/** Mutated lines with checksums that fit them. */
function rechecked(text: string): string {
  return text.split("\n").map((line) => {
    try {
      const { crc32: _, ...entry } = JSON.parse(line);
      return historyText([entry]).trimEnd();
    } catch {
      return line;
    }
  }).join("\n");
}

/** The readers, each with files of its own in a folder. */
export async function runReaders(folder: string): Promise<Reader[]> {
  const at = (name: string) => `${folder}/${name}`;
  const nothing = () => {};

  const params: Reader = {
    name: "params",
    samples: await tensorSamples(at("params.safetensors"), "parameters", tensors(""), {
      chunk: 4,
      minibatch: 0,
    }),
    read: async (file) => {
      Deno.writeFileSync(at("params.safetensors"), file);
      const { network, held } = standIn();
      await loadParameters(at("params.safetensors"), network, {
        acceptUnmarked: false,
        warn: nothing,
      });
      return print(held);
    },
  };

  const position = { chunk: 3, minibatch: 2, seconds: 4.5 };
  const text = encode(historyText(HISTORY.slice(0, 3)));
  const checkpoint: Reader = {
    name: "checkpoint",
    samples: await tensorSamples(at("checkpoint.safetensors"), "checkpoint", [
      ...tensors("", ".velocity"),
      { name: "losses", shape: [2], data: fractions(2, 9) },
      { name: "history", shape: [text.length], data: text },
    ], position),
    read: async (file) => {
      Deno.writeFileSync(at("checkpoint.safetensors"), file);
      const { network, held } = standIn();
      const { position, history } = await loadCheckpoint(
        at("checkpoint.safetensors"),
        network,
        ORIGIN,
      );
      const { chunk, minibatch, losses, seconds } = position;
      ensure(Number.isSafeInteger(chunk) && chunk >= 0 && chunk <= 4, () => `chunk ${chunk}`);
      ensure(losses.length === minibatch && minibatch < 10, () => `minibatch ${minibatch}`);
      ensure(losses.every((loss) => loss >= 0 && loss < Infinity), () => `losses ${losses}`);
      ensure(history.length === chunk && seconds >= 0, () => `${history.length} of ${chunk}`);
      checkHistory(history);
      return JSON.stringify([print(held), { ...position, losses: [...losses] }, history]);
    },
  };

  const lines = historyText(HISTORY);
  const history: Reader = {
    name: "history",
    samples: [
      { bytes: encode(lines), sealed: true },
      { bytes: encode(lines), wrap: (bytes) => encode(rechecked(decode(bytes))), sealed: false },
    ],
    read: async (file) => {
      Deno.writeFileSync(at("history.jsonl"), file);
      const entries = await readHistory(at("history.jsonl"));
      checkHistory(entries);
      return entries.map((entry) => JSON.stringify(entry)).join("\n");
    },
    // Cut off between lines, it is that of an earlier moment; the checkpoint knows of which.
    accepts: (value, originals) =>
      [...originals].some((one) => value === "" || one.startsWith(value + "\n")),
  };

  await writeDescription(at("run.json"), {
    model: smallModel,
    settings: PAPER_SETTINGS,
    training: 55_420,
    validation: 6158,
    marks: ORIGIN.marks,
    adapter: "llvmpipe",
    tiles: sha256("plan"),
    versions: { galaxies: "1", deno: "2.9.6" },
    started: "2026-01-01T00:00:00.000Z",
  });
  const run = Deno.readFileSync(at("run.json"));
  const description: Reader = {
    name: "run.json",
    samples: [
      { bytes: run, sealed: true },
      { bytes: run, wrap: (bytes) => encode(resealed(decode(bytes))), sealed: false },
    ],
    read: async (file) => {
      Deno.writeFileSync(at("run.json"), file);
      const read = (await readDescription(at("run.json")))!;
      const { settings, training, validation } = read;
      for (const count of [training, validation, settings.chunks, settings.batchSize]) {
        ensure(Number.isSafeInteger(count) && count > 0, () => `a count of ${count}`);
      }
      for (const [name, value] of Object.entries(settings)) {
        const kind = typeof PAPER_SETTINGS[name as keyof typeof PAPER_SETTINGS];
        ensure(typeof value === kind && !Number.isNaN(value), () => `${name} is ${value}`);
      }
      // What is told of the model when it is another.
      modelMark(read.model);
      return JSON.stringify(read);
    },
  };

  const ids = [5, 7, 9];
  const centres = {
    shape: [3, 6],
    data: Float64Array.from(
      { length: 18 },
      (_, k) => [212.5, 211.9, 30.7, 25.6, 147.7, 5.28][k % 6],
    ),
  };
  const origin = {
    kind: "Source Extractor parameters",
    content: arrayDigest(centres),
    marks: { galaxies: galaxiesMark(ids), settings: dataMark("gen2", "generation 2") },
    facts: { version: "1" },
  } as const;
  const npy = encodeNpy(centres);
  const provenance = provenanceText(origin);
  const sextractor: Reader = {
    name: "sextractor",
    samples: [
      { bytes: gzip(npy, provenance), sealed: true },
      { bytes: npy, wrap: (bytes) => gzip(bytes, provenance), sealed: true },
      { bytes: npy, wrap: (bytes) => gzip(bytes), sealed: false },
    ],
    read: async (file) => {
      Deno.writeFileSync(at("pysex_params_gen2_train.npy.gz"), file);
      const found = await readPreparations("gen2", {
        set: "train",
        ids,
        paths: ids.map((id) => at(`${id}.jpg`)),
        data: folder,
        folder,
        acceptUnmarked: true,
        warn: nothing,
      });
      ensure(found?.length === 9, () => `${found?.length} values`);
      ensure(found!.every(Number.isFinite), () => `centres and scales ${found}`);
      return found!.join();
    },
  };
  return [params, checkpoint, history, description, sextractor];
}
