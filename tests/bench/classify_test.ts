import assert from "node:assert/strict";
import { benchClassify } from "../../bench/classify.ts";
import { gpuTest } from "../gpu.ts";

gpuTest(
  "the classify section measures both tables, and onnxruntime agrees where it is",
  async (gpu) => {
    const wrong: string[] = [];
    const [network, files] = await benchClassify({
      ...{ gpu, models: [], focus: [], batches: [], repeats: 1, steps: 1, workers: [1] },
      ...{
        data: undefined,
        card: undefined,
        measured: undefined,
        quick: true,
        notes: [],
        say() {},
        fail: (text) => void wrong.push(text),
      },
    });
    assert.deepEqual(wrong, []);
    for (const { columns, rows } of [network, files]) {
      for (const row of rows) assert.equal(row.length, columns.length);
    }
    for (const row of network.rows) assert.match(String(row.at(-1)), /^(right|not available)/);
    assert.deepEqual(files.rows.map((row) => row.slice(0, 4)), [
      [60, "as it is", 1, 4],
      [60, "fit", 1, 4],
      [1, "as it is", 1, 4],
      [1, "fit", 1, 4],
    ]);
    for (const row of files.rows) assert.ok(Number(row[4]) > 0);
  },
);
