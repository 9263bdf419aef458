import assert from "node:assert/strict";
import {
  contentDigest,
  readSafetensors,
  type SafetensorsHeader,
  writeSafetensors,
} from "../../lib/formats/safetensors.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { sharedPath, sharedTest } from "../shared.ts";

const TENSORS = [
  { name: "conv1.weight", shape: [2, 1, 3], data: Float32Array.of(1, -2, 0.1, NaN, 5e-30, 6) },
  { name: "flags", shape: [3], data: Uint8Array.of(1, 2, 255) },
  { name: "odd", shape: [2], data: Int32Array.of(-5, 2 ** 31 - 1) },
  { name: "empty", shape: [0, 4], data: new Float32Array(0) },
  { name: "scalar", shape: [], data: Uint32Array.of(2 ** 32 - 1) },
];

/** Writes a file from a header and a number of bytes that follow it. */
function writeRaw(path: string, header: unknown, dataBytes: number) {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const json = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + json.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  Deno.writeFileSync(path, file);
}
const entry = (shape: number[], begin: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

Deno.test("Tensors and metadata survive writing and reading, in order", () =>
  inFolder(async (folder) => {
    const path = `${folder}/params.safetensors`;
    await writeSafetensors(path, TENSORS, { model: "extradense", seed: "1" });
    const { tensors, metadata } = await readSafetensors(path);
    assert.deepEqual(metadata, { model: "extradense", seed: "1" });
    assert.deepEqual([...tensors.keys()], TENSORS.map(({ name }) => name));
    for (const { name, shape, data } of TENSORS) {
      assert.deepEqual(tensors.get(name), { shape, data });
    }
  }));

Deno.test("The values begin at a multiple of 8 bytes", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    for (const name of ["a", "ab", "abc", "abcd"]) {
      await writeSafetensors(path, [{ ...TENSORS[0], name }]);
      const length = new DataView(Deno.readFileSync(path).buffer).getBigUint64(0, true);
      assert.equal(length % 8n, 0n);
    }
  }));

Deno.test("A part of a larger array is written alone", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const data = Float32Array.of(0, 1, 2, 3).subarray(1, 3);
    await writeSafetensors(path, [{ name: "part", shape: [2], data }]);
    const { tensors } = await readSafetensors(path);
    assert.deepEqual(tensors.get("part")?.data, Float32Array.of(1, 2));
  }));

Deno.test("Tensors that do not fit their shape or share a name are not written", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const [tensor] = TENSORS;
    await assert.rejects(writeSafetensors(path, [{ ...tensor, shape: [7] }]), /6 values .* \(7\)/);
    await assert.rejects(writeSafetensors(path, [tensor, tensor]), /two tensors are called conv1/);
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("A file cut off anywhere is refused by name", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await assertUserError(readSafetensors(path), `${path} cannot be read`);
    await writeSafetensors(path, TENSORS);
    const whole = Deno.readFileSync(path);
    for (const length of [0, 7, 8, 50, whole.length - 30, whole.length - 1]) {
      Deno.writeFileSync(path, whole.subarray(0, length));
      await assertUserError(readSafetensors(path), `${path} is damaged`);
    }
    Deno.writeFileSync(path, Uint8Array.of(...whole, 0));
    await assertUserError(readSafetensors(path), /its tensors take 39 bytes, but 40 follow/);
  }));

Deno.test("Headers that contradict themselves are refused", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const cases: [unknown, number, RegExp][] = [
      ["{not json", 0, /header is not JSON/],
      [[], 0, /not a JSON object/],
      [{ __metadata__: { epoch: 3 } }, 0, /metadata are not strings/],
      [{ a: 5 }, 0, /entry of "a" has no proper shape/],
      [{ a: entry([-1], 0, 4) }, 4, /entry of "a" has no proper shape/],
      [{ a: entry([1.5], 0, 6) }, 6, /entry of "a" has no proper shape/],
      [{ a: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4, /no proper shape and offsets/],
      [{ a: entry([1], 0, 2, "F64") }, 2, /"a" is of type "F64", expected one of F32, F16/],
      [{ a: entry([1], 0, 2, "toString") }, 2, /"a" is of type "toString"/],
      [{ a: entry([3], 0, 8) }, 8, /F32 of shape \(3\), does not take 8 bytes/],
      [{ a: entry([2 ** 40], 0, 2 ** 42) }, 8, /values of "a" end at 4398046511104, .* only 8/],
      [{ a: entry([2], 0, 8), b: entry([1], 4, 8) }, 8, /values of "b" begin at 4, expected 8/],
      [{ a: entry([1], 4, 8) }, 8, /values of "a" begin at 4, expected 0/],
      [{ a: entry([1], 0, 4) }, 8, /take 4 bytes, but 8 follow/],
      ['{"a":{"dtype":"U8","shape":[],"data_offsets":[-0,1]}}', 1, /no proper shape and offsets/],
      ['{"a":{"dtype":"U8","shape":[1e400],"data_offsets":[0,1]}}', 1, /no proper shape/],
      ['{"a":{"dtype":{"toString":1},"shape":[1],"data_offsets":[0,1]}}', 1, /is of type "\{/],
      ['{"a":{"shape":[1],"data_offsets":[0,1]}}', 1, /is of type "none"/],
      [`{"a":{"dtype":"U8","shape":[${"1,".repeat(32)}1],"data_offsets":[0,1]}}`, 1, /33 dimen/],
      ["[".repeat(1e6), 0, /header is not JSON/],
      [`{"a":${"[".repeat(1e6)}${"]".repeat(1e6)}}`, 0, /entry of "a" has no proper shape/],
      ['{"a":1,"b":2,"\\u0061":1}', 0, /header has two entries "a"/],
      ['{"__metadata__":{"x":"a","y":"\\"x\\":","x":"b"}}', 0, /two entries "x"/],
      [
        `{"${"\x1b[2J".replace("\x1b", "\\u001b").repeat(99)}":1}`,
        0,
        /entry of "\\u001b\[2J.*…" has/,
      ],
    ];
    for (const [header, dataBytes, pattern] of cases) {
      writeRaw(path, header, dataBytes);
      await assertUserError(readSafetensors(path), path, pattern);
    }
    Deno.writeFileSync(path, new Uint8Array(16).fill(255));
    await assertUserError(
      readSafetensors(path),
      /a header of \d+ bytes is announced in a file of 16/,
    );
  }));

Deno.test("Tensors are read in the order of the header, wherever their values lie", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    writeRaw(path, { b: entry([1], 4, 8, "U32"), a: entry([4], 0, 4, "U8") }, 8);
    const { tensors, metadata } = await readSafetensors(path);
    assert.deepEqual([...tensors.keys()], ["b", "a"]);
    assert.deepEqual(metadata, {});
  }));

Deno.test("A header of more than 4 MB is not read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    writeRaw(path, "[".repeat(4_000_001), 0);
    const start = performance.now();
    await assertUserError(readSafetensors(path), "a header of 4000001 bytes is announced");
    assert.ok(performance.now() - start < 500);
  }));

Deno.test("A caller can refuse a file by its header, before its values are read", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await writeSafetensors(path, TENSORS, { model: "relu" });
    let seen: SafetensorsHeader | undefined;
    await readSafetensors(path, { expect: (header) => seen = header });
    assert.deepEqual(seen?.metadata, { model: "relu" });
    assert.deepEqual(
      seen?.entries.map(({ name, dtype, shape }) => [name, dtype, shape]),
      TENSORS.map(({ name, shape }, k) => [name, ["F32", "U8", "I32", "F32", "U32"][k], shape]),
    );
    // A gigabyte that is there, as far as the file system knows.
    const [begin, end] = [0, 4 * 2 ** 28 - 4096];
    writeRaw(path, { huge: entry([end / 4], begin, end) }, 0);
    Deno.truncateSync(path, end + Deno.statSync(path).size);
    const refuse = () => {
      throw new TypeError("of another model");
    };
    const start = performance.now();
    await assert.rejects(
      readSafetensors(path, { expect: refuse }),
      new TypeError("of another model"),
    );
    assert.ok(performance.now() - start < 500);
    await assertUserError(readSafetensors(path, { limit: 1e6 }), "at most 1,000,000 are expected");
  }));

Deno.test("Tensors may have any name", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const names = ["__proto__", "constructor", "toString", "", "ä\u2028"];
    const tensors = names.map((name, k) => ({ name, shape: [1], data: Float32Array.of(k) }));
    await writeSafetensors(path, tensors, { toString: "x" });
    const read = await readSafetensors(path);
    assert.deepEqual([...read.tensors.keys()], names);
    names.forEach((name, k) => assert.equal(read.tensors.get(name)?.data[0], k));
    assert.deepEqual(read.metadata, { toString: "x" });
  }));

Deno.test("The digest of the content changes with every name, type, shape, value and the order", () => {
  const digest = contentDigest(TENSORS);
  assert.match(digest, /^[0-9a-f]{64}$/);
  assert.equal(contentDigest(TENSORS.map((tensor) => ({ ...tensor }))), digest);
  const [first, second, third, ...rest] = TENSORS;
  const others = [
    [second, first, third, ...rest],
    [{ ...first, name: "conv2.weight" }, second, third, ...rest],
    [{ ...first, shape: [2, 3] }, second, third, ...rest],
    [{ ...first, data: Float32Array.of(1, -2, 0.1, NaN, 5e-30, -6) }, second, third, ...rest],
    [first, second, { ...third, data: new Uint32Array(third.data.buffer as ArrayBuffer) }, ...rest],
    [first, second, third],
  ].map(contentDigest);
  assert.equal(new Set([digest, ...others]).size, 7);
});

for (const arch of ["extradense", "maxout2048", "relu", "shareddense", "8433n"]) {
  const golden = `golden/${arch}.safetensors`;
  sharedTest(
    `The golden file ${arch} is read whole, and survives a rewrite`,
    golden,
    () =>
      inFolder(async (folder) => {
        const { tensors, metadata } = await readSafetensors(sharedPath(golden));
        const batch = Number(metadata.batch);
        assert.deepEqual(tensors.get("view1")?.shape, [batch, 3, 69, 69]);
        assert.deepEqual(tensors.get("prediction")?.shape, [batch, 37]);
        for (const { data } of tensors.values()) assert.ok(data.every(Number.isFinite));
        const copy = `${folder}/copy.safetensors`;
        const list = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
        await writeSafetensors(copy, list, metadata);
        assert.deepEqual(await readSafetensors(copy), { tensors, metadata });
      }),
  );
}
