/** The readers of what carries its own digest: sealed JSON, provenance, caches; and of JPEGs. */
import { crc32 } from "node:zlib";
import { CacheReader } from "../../lib/data/cache/cached_images.ts";
import { cacheFolderOf } from "../../lib/data/cache/folder.ts";
import { checksumOf, readIndex, writeIndex } from "../../lib/data/cache/index_file.ts";
import { imageProblem } from "../../lib/data/images/check.ts";
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { IMAGE_BYTES } from "../../lib/data/views/warp.ts";
import { UserError } from "../../lib/errors.ts";
import { sha256 } from "../../lib/files/digest.ts";
import { readSealed, seal } from "../../lib/files/sealed_json.ts";
import { dataMark, type Kind, parseProvenance, provenanceText } from "../../lib/provenance.ts";
import { madeUpImage } from "../data/folder.ts";
import { RARE_JPEGS } from "./rare_jpegs.ts";
import { ensure, type Reader, type Sample } from "./reader.ts";
import { decode, encode, fractions, resealed } from "./samples.ts";

/** A sealed JSON text, and the same with a digest that fits the mutated rest. */
function sealedSamples(text: string): Sample[] {
  return [
    { bytes: encode(text), sealed: true },
    { bytes: encode(text), wrap: (bytes) => encode(resealed(decode(bytes))), sealed: false },
  ];
}

const VALUE = {
  name: "extradense",
  sizes: [1, 2.5, -3e-7],
  inner: { ok: true, none: null },
  ä: "ü",
};

const KINDS: Kind[] = ["parameters", "prediction"];
const MARKS = {
  galaxies: dataMark([1, 2], "2 galaxies from 1 to 2"),
  model: dataMark("m", "extradense"),
};
const PROVENANCES = KINDS.map((kind, k) =>
  provenanceText({
    kind,
    content: sha256("content"),
    marks: MARKS,
    facts: { chunk: k, version: "1" },
  })
);

const provenance: Reader = {
  name: "provenance",
  samples: PROVENANCES.flatMap(sealedSamples),
  read: (file) => {
    const found = parseProvenance(decode(file), "a.npy.gz", KINDS);
    // A text of another program: its file is refused, or taken with a warning.
    if (!found) throw new UserError("a.npy.gz does not say what it was made from");
    ensure(/^[0-9a-f]{64}$/.test(found.content), () => `content ${found.content}`);
    for (const { digest, text } of Object.values(found.marks)) {
      ensure(/^[0-9a-f]{64}$/.test(digest) && typeof text === "string", () => `mark ${digest}`);
    }
    ensure(KINDS.includes(found.kind), () => `kind ${found.kind}`);
    return JSON.stringify(found);
  },
};

const SIDE = 32;
const jpeg: Reader = {
  name: "jpeg",
  samples: [await madeUpImage(1, SIDE), ...RARE_JPEGS].map((bytes) => ({ bytes, sealed: false })),
  async read(file) {
    const problem = imageProblem(file, SIDE);
    const { width, height, rgb } = await decodeJpeg(file, "1.jpg", { size: SIDE });
    ensure(width === SIDE && height === SIDE, () => `${width} × ${height} pixels`);
    ensure(rgb.length === 3 * SIDE * SIDE, () => `${rgb.length} bytes of pixels`);
    // A run looks at both.
    if (problem !== undefined) throw new UserError(`1.jpg ${problem}`);
    return String(crc32(rgb));
  },
};

/** The readers, each with files of its own in a folder. */
export async function sealReaders(folder: string): Promise<Reader[]> {
  const at = (name: string) => `${folder}/${name}`;
  const sealed: Reader = {
    name: "sealed",
    samples: [VALUE, { folder: "/data" }].flatMap((value) => sealedSamples(seal(value, 2) + "\n")),
    read: async (file) => {
      Deno.writeFileSync(at("sealed.json"), file);
      return JSON.stringify(await readSealed(at("sealed.json"), "Remove it"));
    },
  };

  const record = (id: number) => ({
    id,
    bytes: 10_000 + id,
    modified: 1.7e12 + id,
    checksum: id,
    sha256: sha256(String(id)),
  });
  await writeIndex(at("train.json"), {
    source: "/data/raw",
    records: [record(5), undefined, record(7)],
  });
  const index: Reader = {
    name: "cache-index",
    samples: sealedSamples(Deno.readTextFileSync(at("train.json"))),
    read: async (file) => {
      Deno.writeFileSync(at("train.json"), file);
      const { source, records } = (await readIndex(at("train.json")))!;
      for (const record of records) {
        if (!record) continue;
        const { id, bytes, modified, checksum, sha256 } = record;
        ensure([id, bytes, checksum].every(Number.isSafeInteger), () => `record ${id}`);
        ensure(Number.isFinite(modified) && sha256.length === 64, () => `record ${id}`);
      }
      return JSON.stringify([source, records]);
    },
  };

  const pointer: Reader = {
    name: "cache-pointer",
    samples: sealedSamples(seal({ folder: "/disk/galaxies" }) + "\n"),
    read: async (file) => {
      Deno.writeFileSync(at("cache.json"), file);
      const found = await cacheFolderOf(folder);
      ensure(found.startsWith("/"), () => `the folder is ${found}`);
      return found;
    },
  };

  const random = fractions(2 * IMAGE_BYTES, 4);
  const pixels = Uint8Array.from(random, (value) => 256 * value);
  const second = pixels.subarray(IMAGE_BYTES);
  const checksums = Uint32Array.of(checksumOf(pixels.subarray(0, IMAGE_BYTES)), checksumOf(second));
  const records: Reader = {
    name: "cache-records",
    samples: [{ bytes: pixels, sealed: true }],
    read: (file) => {
      Deno.writeFileSync(at("train.rgb"), file);
      const places = Uint32Array.of(0, 1);
      const reader = new CacheReader({ pixels: at("train.rgb"), places, checksums });
      let digest = "";
      try {
        reader.use(1, (pixels) => void (digest = sha256(pixels)));
      } finally {
        reader.close();
      }
      return digest;
    },
  };
  return [provenance, sealed, index, pointer, records, jpeg];
}
