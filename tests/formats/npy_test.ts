import assert from "node:assert/strict";
import fc from "fast-check";
import npyjs from "npyjs";
import { gzip } from "../../lib/formats/gzip.ts";
import { decodeNpy, encodeNpy, readNpy, writeNpy } from "../../lib/formats/npy.ts";
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
  const prefix = version === 1 ? 10 : 12;
  const file = new Uint8Array(prefix + text.length + data.length);
  file.set([0x93, ...new TextEncoder().encode("NUMPY"), version]);
  new DataView(file.buffer).setUint16(8, text.length, true);
  file.set(text, prefix);
  file.set(data, prefix + text.length);
  return file;
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

Deno.test("Versions 1 to 3 and headers of other writers are read", () => {
  const data = Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255);
  for (
    const header of [
      "{'shape':(2,),'fortran_order':False,'descr':'<i4'}\n",
      '{"descr": "<i4", "fortran_order": False, "shape": (2,)}',
      "{'descr': '<i4', 'fortran_order': False, 'shape': (2L,), }         \n",
      "{'descr': u'<i4', u'fortran_order' : True ,'shape' : ( 2 , ) , }",
    ]
  ) {
    for (const version of [1, 2, 3]) {
      const array = decodeNpy(fileWith(header, data, version), "a.npy");
      assert.deepEqual(array, { shape: [2], data: Int32Array.of(1, -1) }, header);
    }
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
  refused(whole.subarray(0, 40), /header is cut off/);
  refused(
    whole.subarray(0, whole.length - 1),
    /\(2, 3\) of <f4 makes a file of 152 bytes, but it has 151/,
  );
  refused(Uint8Array.of(...whole, 0), /has 153/);
  refused(whole.with(6, 4), /version 4, expected 1, 2 or 3/);
  refused(gzip(whole), /compressed by gzip: name it \.npy\.gz/);
  const header = (descriptor: string, fortran = "False", shape = "(1, 1)") =>
    `{'descr': '${descriptor}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
  refused(fileWith(header(">f4"), new Uint8Array(4)), /">f4", big endian, .*newbyteorder/);
  refused(fileWith(header("<f2"), new Uint8Array(4)), /"<f2", expected one of <f4, <f8/);
  refused(fileWith(header("toString"), new Uint8Array(4)), /type "toString"/);
  refused(fileWith(header("<f4", "True"), new Uint8Array(4)), /column by column/);
});

Deno.test("Headers that no NumPy writes are refused", () => {
  const cases: [string, RegExp][] = [
    ["", /cannot be read: ""/],
    ["{'descr': '<f4', 'fortran_order': False}", /cannot be read/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': True}", /cannot be read/],
    [
      "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
      /two entries "descr"/,
    ],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", /cannot be read/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", /cannot be read/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1.0,)}", /cannot be read/],
    ["{'descr': '<f4', 'fortran_order': '', 'shape': (1,)}", /cannot be read/],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': '1'}", /cannot be read/],
    ["{'descr': True, 'fortran_order': False, 'shape': (1,)}", /type "true"/],
    [
      "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}",
      /type "\[\('a', '<f4'\)\]"/,
    ],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", /size of 1\d+/],
    [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999)}",
      /3\.99\d+e\+22/,
    ],
    [`{'descr': '<f4', 'fortran_order': False, 'shape': (${"1,".repeat(33)})}`, /33 dimensions/],
    ["{'descr': '\x1b[2J', 'fortran_order': False, 'shape': (1,)}", /type "\\u001b\[2J"/],
  ];
  for (const [header, pattern] of cases) refused(fileWith(header, new Uint8Array(4), 2), pattern);
  const endless = fileWith("", new Uint8Array(70_000), 2);
  endless.set([0, 0, 2, 0], 8);
  refused(endless, /its header is said to have 131084 bytes/);
});

Deno.test("Files are plain or gzipped by their name", () =>
  inFolder(async (folder) => {
    const array = { shape: [1000, 2], data: new Float32Array(2000).fill(0.5) };
    for (const name of ["new/a.npy", "new/a.npy.gz"]) {
      await writeNpy(`${folder}/${name}`, array);
      const { comment, ...read } = await readNpy(`${folder}/${name}`);
      assert.deepEqual([read, comment], [array, undefined]);
    }
    const size = (name: string) => Deno.statSync(`${folder}/new/${name}`).size;
    assert.ok(size("a.npy.gz") < size("a.npy") / 10);
  }));

Deno.test("A missing, truncated or foreign .npy.gz is named", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.npy.gz`;
    await assertUserError(readNpy(path), `${path} cannot be read`);
    const whole = gzip(
      encodeNpy({ shape: [500], data: new Float64Array(500).map(Math.sin) }),
    );
    for (
      const bytes of [whole.subarray(0, whole.length - 9), new Uint8Array(0), Uint8Array.of(1, 2)]
    ) {
      Deno.writeFileSync(path, bytes);
      await assertUserError(readNpy(path), `${path} is not a whole gzip file`);
    }
    Deno.writeFileSync(path, gzip(new TextEncoder().encode("hello")));
    await assertUserError(readNpy(path), `${path} is not an .npy file`);
  }));

Deno.test("A comment travels in the header of an .npy.gz, and nowhere else", () =>
  inFolder(async (folder) => {
    const array = { shape: [2], data: Float32Array.of(1, 2) };
    await writeNpy(`${folder}/a.npy.gz`, array, '{"made": "here"}');
    assert.deepEqual(await readNpy(`${folder}/a.npy.gz`), {
      ...array,
      comment: '{"made": "here"}',
    });
    await assert.rejects(writeNpy(`${folder}/a.npy`, array, "x"), /has no place for a comment/);
  }));

Deno.test("A file is judged by its header before its values are read or unpacked", () =>
  inFolder(async (folder) => {
    const header = (shape: string) => `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}}`;
    const zeros = (shape: string, count: number) => fileWith(header(shape), new Uint8Array(count));
    const cases: [string, Uint8Array, RegExp][] = [
      ["a.npy.gz", gzip(zeros("(12, 37)", 1e8)), /unpacks to more than the 1,8\d\d bytes/],
      ["a.npy.gz", gzip(zeros("(99999999, 37)", 1e6)), /\(99999999, 37\) .* at most 268,435,456/],
      [
        "a.npy.gz",
        gzip(zeros("(60000000,)", 1000)),
        /but \d+ compressed bytes cannot hold so much/,
      ],
      ["a.npy", zeros("(99999999, 37)", 1000), /makes a file of 14799\d+ bytes, but it has 1\d+$/],
    ];
    for (const [name, bytes, pattern] of cases) {
      const path = `${folder}/${name}`;
      Deno.writeFileSync(path, bytes);
      const start = performance.now();
      await assertUserError(readNpy(path), path, pattern);
      assert.ok(performance.now() - start < 500);
    }
    await assertUserError(
      readNpy(`${folder}/a.npy`, { limit: 1000 }),
      /at most 1,000 are expected/,
    );
  }));

Deno.test("What is no ordinary file is refused at once", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/b.npy`);
    await assertUserError(readNpy(`${folder}/b.npy`), "it is a folder");
    if (Deno.build.os === "windows") return;
    Deno.symlinkSync(`${folder}/c.npy`, `${folder}/c.npy`);
    await assertUserError(readNpy(`${folder}/c.npy`), "links lead in a circle");
    for (const name of ["d.npy", "d.npy.gz"]) {
      await new Deno.Command("mkfifo", { args: [`${folder}/${name}`] }).output();
      await assertUserError(readNpy(`${folder}/${name}`), "it is a pipe (FIFO)");
    }
  }));

const PYTHON_2 = "cases/06-npy-of-python-2/py2long.npy.gz";
sharedTest("A file of Python 2 holds what the same file of Python 3 holds", PYTHON_2, async () => {
  const plain = await readNpy(sharedPath("cases/06-npy-of-python-2/plain.npy.gz"));
  assert.deepEqual(plain.shape, [12, 37]);
  assert.deepEqual(await readNpy(sharedPath(PYTHON_2)), plain);
});

const MEMBERS = "cases/07-gzip-of-two-members/members.npy.gz";
sharedTest("A .npy.gz of two members is read whole", MEMBERS, async () => {
  const { shape, data } = await readNpy(sharedPath(MEMBERS));
  assert.deepEqual(shape, [12, 37]);
  assert.ok(data instanceof Float32Array && data.every((value) => value >= 0 && value <= 1));
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
