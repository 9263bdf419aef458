/** The readers of `lib/formats`, and of what people bring in them: labels, ids, submissions. */
import { crc32 } from "node:zlib";
import { parseLabels } from "../../lib/data/labels.ts";
import { readIds } from "../../lib/data/sextractor/files.ts";
import { bytesOf } from "../../lib/files/atomic.ts";
import { gunzip, gzip } from "../../lib/formats/gzip.ts";
import { decodeNpy, decodeNpyGz, encodeNpy, type NpyArray } from "../../lib/formats/npy.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { checkSubmission, submissionCsv } from "../../lib/predict/submission.ts";
import { labelsText } from "../data/folder.ts";
import { latin1 } from "./mutate.ts";
import { ensure, type Reader } from "./reader.ts";
import { decode, encode, fractions, join, safetensorsFile, safetensorsParts } from "./samples.ts";

const product = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);

function print({ shape, data }: NpyArray): string {
  ensure(product(shape) === data.length, () => `${data.length} values of shape (${shape})`);
  return `${data.constructor.name} (${shape}) ${crc32(bytesOf(data))}`;
}

const ANSWERS = encodeNpy({ shape: [12, 37], data: fractions(444, 1) });
const IDS = encodeNpy({
  shape: [9],
  data: BigInt64Array.from({ length: 9 }, (_, k) => 100008n + BigInt(k)),
});

/** An `.npy` file as Python 2 writes it, and version 3. */
function npyOf(header: string, version: number, data: Uint8Array): Uint8Array {
  const start = new Uint8Array(version === 1 ? 10 : 12);
  start.set([0x93, ...encode("NUMPY"), version]);
  new DataView(start.buffer).setUint16(8, header.length, true);
  return join(start, encode(header), data);
}
const OTHERS = [
  npyOf("{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }\n", 1, new Uint8Array(48)),
  npyOf('{"shape":(4,),"fortran_order":False,"descr":"|u1"}', 3, new Uint8Array(4).fill(7)),
];
/** Mutated headers whose length is said as it is. */
const npyHeader = {
  bytes: encode("{'descr': '<f4', 'fortran_order': False, 'shape': (12, 37), }\n"),
  wrap: (header: Uint8Array) => npyOf(latin1(header), 2, ANSWERS.subarray(128)),
  sealed: false,
};

const npy: Reader = {
  name: "npy",
  samples: [...[ANSWERS, IDS, ...OTHERS].map((bytes) => ({ bytes, sealed: false })), npyHeader],
  read: (file) => print(decodeNpy(file, "a.npy")),
};

const COMMENT = '{"galaxies":1,"made":"here"}';
const npyGz: Reader = {
  name: "npy.gz",
  samples: [
    { bytes: gzip(ANSWERS), sealed: true },
    { bytes: gzip(ANSWERS, COMMENT), sealed: true },
    { bytes: join(gzip(ANSWERS.subarray(0, 700)), gzip(ANSWERS.subarray(700))), sealed: true },
    { bytes: ANSWERS, wrap: (bytes) => gzip(bytes, COMMENT), sealed: false },
    { ...npyHeader, wrap: (header) => gzip(npyHeader.wrap(header)) },
  ],
  read: (file) => {
    const { comment, ...array } = decodeNpyGz(file, "a.npy.gz", { limit: 1e8 });
    return `${print(array)} ${comment}`;
  },
};

const TEXTS = ["GalaxyID,Class1.1\r\n100018,0.5\r\n", "hello ".repeat(200)];
const gz: Reader = {
  name: "gzip",
  samples: [
    ...TEXTS.map((text) => ({ bytes: gzip(encode(text)), sealed: true })),
    { bytes: gzip(encode(TEXTS[1]), COMMENT), sealed: true },
    { bytes: join(gzip(encode(TEXTS[0])), new Uint8Array(64)), sealed: true },
  ],
  read: (file) => {
    const { bytes, comment } = gunzip(file, "a.gz", { limit: 1e6 });
    ensure(bytes.length <= 1e6, () => `${bytes.length} bytes came out`);
    return `${comment} ${latin1(bytes)}`;
  },
  // Two files after one another are one file, by the format.
  accepts: (value, originals) =>
    [...originals].some((one) =>
      value.startsWith(one) && TEXTS.some((text) => value.slice(one.length).startsWith(text))
    ),
};

const labels: Reader = {
  name: "labels",
  samples: [
    { bytes: encode(labelsText([100008, 100023, 100053, 7])), sealed: false },
    { bytes: encode("\ufeff" + labelsText([1, 2]).replaceAll("\n", "\r\n")), sealed: false },
    { bytes: encode(labelsText([5, 6]).replace(/[^,\n]+/g, '"$&"')), sealed: false },
  ],
  read: async (file) => {
    const { ids, labels } = await parseLabels(file, "labels.csv");
    ensure(labels.length === 37 * ids.length, () => `${labels.length} values`);
    ensure(new Set(ids).size === ids.length, () => `ids ${ids}`);
    ensure(ids.every((id) => Number.isSafeInteger(id) && id >= 0), () => `ids ${ids}`);
    ensure(labels.every((value) => value >= -1 && value <= 2), () => `labels ${labels}`);
    const text = decode(file);
    const lines = text.split(/[\r\n]+/).filter((line) => line !== "").length;
    const plain = !text.includes('"');
    ensure(!plain || lines === ids.length + 1, () => `${ids.length} galaxies of ${lines} lines`);
    return `${ids} ${crc32(bytesOf(labels))}`;
  },
};

const GALAXIES = [100018, 100037, 100042, 100052];
const PREDICTION = { name: "p", shape: [4, 37], data: fractions(4 * 37, 2) };
const CSV = encode(submissionCsv(GALAXIES, PREDICTION));

async function readSubmission(file: Uint8Array, name: string): Promise<string> {
  const notes = await checkSubmission(name, file, GALAXIES);
  const csv = name.endsWith(".gz") ? gunzip(file, name, { limit: 1e8 }).bytes : file;
  // Once more, without the parser.
  const rows = decode(csv).replace(/^\ufeff/, "").split(/[\r\n]+/)
    .map((line) => line.split(",").map((cell) => cell.replace(/^"(.*)"$/, "$1")));
  const galaxies = rows.filter((row) => row.length === 38).slice(1);
  const ids = galaxies.map(([id]) => Number(id)).sort((a, b) => a - b);
  ensure(ids.join() === GALAXIES.join(), () => `ids ${ids} pass`);
  const values = galaxies.flatMap((row) => row.slice(1).map(Number));
  ensure(values.every((value) => value >= 0 && value <= 1), () => `values ${values} pass`);
  return `${notes} ${galaxies.map((row) => row.join()).sort().join(" ")}`;
}

const submission: Reader = {
  name: "submission",
  samples: [
    { bytes: CSV, sealed: false },
    {
      bytes: encode(decode(CSV).replaceAll("\r\n", "\n").replace("GalaxyID", '"GalaxyID"')),
      sealed: false,
    },
  ],
  read: (file) => readSubmission(file, "s.csv"),
};

const submissionGz: Reader = {
  name: "submission.gz",
  samples: [
    { bytes: gzip(CSV, COMMENT), sealed: true },
    { bytes: CSV, wrap: (bytes) => gzip(bytes), sealed: false },
  ],
  read: (file) => readSubmission(file, "s.csv.gz"),
};

/** Readers that need a file of their own in a folder. */
export async function formatReaders(folder: string): Promise<Reader[]> {
  const path = `${folder}/a.safetensors`;
  const tensors = [
    { name: "conv1.weight", shape: [2, 3], data: fractions(6, 3) },
    { name: "flags", shape: [5], data: Uint8Array.of(1, 2, 3, 4, 5) },
    { name: "empty", shape: [0, 4], data: new Float32Array(0) },
    { name: "odd", shape: [], data: Int32Array.of(-7) },
  ];
  await writeSafetensors(path, tensors, { model: "relu", seed: "1" });
  const file = Deno.readFileSync(path);
  const { header, data } = safetensorsParts(file);
  const safetensors: Reader = {
    name: "safetensors",
    samples: [
      { bytes: file, sealed: false },
      { bytes: header, wrap: (header) => safetensorsFile(header, data), sealed: false },
    ],
    read: async (file) => {
      Deno.writeFileSync(path, file);
      const { tensors, metadata } = await readSafetensors(path, { limit: 1e8 });
      let bytes = 0;
      for (const [name, { shape, data }] of tensors) {
        ensure(product(shape) === data.length, () => `${name}: ${data.length} of (${shape})`);
        bytes += data.byteLength;
      }
      ensure(bytes < file.length - 8, () => `${bytes} bytes of values`);
      ensure(Object.values(metadata).every((value) => typeof value === "string"), () => "metadata");
      const shown = [...tensors].map(([name, { shape, data }]) => [
        name,
        data.constructor.name,
        shape,
        crc32(bytesOf(data)),
      ]);
      return JSON.stringify([shown, metadata]);
    },
  };
  const ids: Reader = {
    name: "ids",
    samples: [IDS, encodeNpy({ shape: [3], data: Int32Array.of(5, 7, 100) })].map((bytes) => ({
      bytes,
      sealed: false,
    })),
    read: async (file) => {
      Deno.writeFileSync(`${folder}/ids.npy`, file);
      const ids = await readIds(`${folder}/ids.npy`);
      ensure(new Set(ids).size === ids.length, () => `ids ${ids}`);
      ensure(ids.every((id) => Number.isSafeInteger(id) && id >= 0), () => `ids ${ids}`);
      return ids.join();
    },
  };
  return [npy, npyGz, gz, safetensors, labels, ids, submission, submissionGz];
}
