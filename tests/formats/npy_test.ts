import assert from "node:assert/strict";
import fc from "fast-check";
import npyjs from "npyjs";
import { decodeNpy, encodeNpy, gunzip, gzip, readNpy, writeNpy } from "../../lib/formats/npy.ts";
import { UserError } from "../../lib/errors.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { sharedPath, sharedTest } from "../shared.ts";

const ARRAYS = [
  { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e-8, Infinity, NaN, 0) },
  { shape: [4], data: Float64Array.of(Math.PI, -0, 1e300, 2) },
  { shape: [1, 2, 1], data: Int32Array.of(-7, 2 ** 31 - 1) },
  { shape: [3], data: BigInt64Array.of(100008n, -1n, 2n ** 62n) },
  { shape: [0, 37], data: new Float32Array(0) },
  { shape: [], data: Uint8Array.of(200) },
];

/** The bytes of an .npy file with any header. */
function fileWith(header: string, data: Uint8Array, version = 1): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0];
  return Uint8Array.of(
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    version,
    0,
    ...length,
    ...text,
    ...data,
  );
}
const refused = (bytes: Uint8Array, pattern: RegExp) =>
  assert.throws(() => decodeNpy(bytes, "a.npy"), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /^a\.npy /);
    assert.match(error.message, pattern);
    return true;
  });

Deno.test("Every type and shape survives writing and reading", () => {
  for (const array of ARRAYS) assert.deepEqual(decodeNpy(encodeNpy(array), "a.npy"), array);
});

Deno.test("Another reader finds the same shape and values", () => {
  for (const { shape, data } of ARRAYS) {
    const bytes = encodeNpy({ shape, data });
    const other = new npyjs().parse(bytes.buffer as ArrayBuffer);
    assert.deepEqual(other.shape, shape);
    assert.deepEqual(other.data, data);
  }
});

Deno.test("Values begin at a multiple of 64 bytes, whatever the shape", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 61578, 10 ** 9), { maxLength: 12 }), (sizes) => {
      const shape = [...sizes, 0];
      const bytes = encodeNpy({ shape, data: new Float32Array(0) });
      assert.equal(bytes.length % 64, 0);
      assert.equal(bytes.at(-1), "\n".charCodeAt(0));
      assert.deepEqual(decodeNpy(bytes, "a.npy").shape, shape);
    }),
  );
});

Deno.test("Version 2 and headers of other writers are read", () => {
  const header = "{'shape':(2,),'fortran_order':False,'descr':'<i4'}\n";
  const data = Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255);
  for (const version of [1, 2]) {
    const array = decodeNpy(fileWith(header, data, version), "a.npy");
    assert.deepEqual(array, { shape: [2], data: Int32Array.of(1, -1) });
  }
});

Deno.test("Values and shape must agree when an array is written", () => {
  assert.throws(
    () => encodeNpy({ shape: [2, 2], data: new Float32Array(3) }),
    /3 values .* \(2,2\)/,
  );
});

Deno.test("Damaged and foreign files are refused with what was expected", () => {
  const whole = encodeNpy(ARRAYS[0]);
  refused(new Uint8Array(0), /is not an \.npy file/);
  refused(new TextEncoder().encode("GalaxyID,Class1.1"), /is not an \.npy file/);
  refused(whole.subarray(0, 8), /header is cut off/);
  refused(whole.subarray(0, 40), /header cannot be read/);
  refused(
    whole.subarray(0, whole.length - 1),
    /\(2, 3\) of <f4 makes a file of 152 bytes, but it has 151/,
  );
  refused(Uint8Array.of(...whole, 0), /has 153/);
  refused(whole.with(6, 3), /version 3, expected 1 or 2/);
  const header = (descriptor: string, fortran = "False") =>
    `{'descr': '${descriptor}', 'fortran_order': ${fortran}, 'shape': (1,), }\n`;
  refused(fileWith(header(">f4"), new Uint8Array(4)), /type >f4, expected one of <f4,<f8/);
  refused(fileWith(header("toString"), new Uint8Array(4)), /type toString/);
  refused(fileWith(header("<f4", "True"), new Uint8Array(4)), /column by column/);
});

Deno.test("Files are plain or gzipped by their name", () =>
  inFolder(async (folder) => {
    const array = { shape: [1000, 2], data: new Float32Array(2000).fill(0.5) };
    for (const name of ["new/a.npy", "new/a.npy.gz"]) {
      await writeNpy(`${folder}/${name}`, array);
      assert.deepEqual(await readNpy(`${folder}/${name}`), array);
    }
    const size = (name: string) => Deno.statSync(`${folder}/new/${name}`).size;
    assert.ok(size("a.npy.gz") < size("a.npy") / 10);
  }));

Deno.test("A missing, truncated or foreign .npy.gz is named", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.npy.gz`;
    await assertUserError(readNpy(path), `${path} cannot be read`);
    const whole = await gzip(
      encodeNpy({ shape: [500], data: new Float64Array(500).map(Math.sin) }),
    );
    for (
      const bytes of [whole.subarray(0, whole.length - 9), new Uint8Array(0), Uint8Array.of(1, 2)]
    ) {
      Deno.writeFileSync(path, bytes);
      await assertUserError(readNpy(path), `${path} is not a whole gzip file`);
    }
    Deno.writeFileSync(path, await gzip(new TextEncoder().encode("hello")));
    await assertUserError(readNpy(path), `${path} is not an .npy file`);
  }));

Deno.test("What gzip packs, gunzip unpacks", async () => {
  const bytes = new TextEncoder().encode("GalaxyID\r\n".repeat(1000));
  assert.deepEqual(await gunzip(await gzip(bytes), "text.gz"), bytes);
});

const PARAMETERS = "galaxy-zoo/original/pysex_params_gen2_train.npy.gz";
sharedTest("The original's parameters and ids are read", PARAMETERS, async () => {
  const { shape, data } = await readNpy(sharedPath(PARAMETERS));
  assert.deepEqual(shape, [61578, 6]);
  assert.deepEqual([...data.subarray(0, 6)], [211.927, 215.121, 30.689, 25.627, 147.7, 5.28]);
  const ids = await readNpy(sharedPath("galaxy-zoo/original/train_ids.npy"));
  assert.deepEqual(ids.shape, [61578]);
  assert.deepEqual([...ids.data.subarray(0, 3)], [100008n, 100023n, 100053n]);
});
