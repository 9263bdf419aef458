/** `bench paper`: what it prints, and what it refuses. */
import assert from "node:assert/strict";
import { readMeasured } from "../../bench/measured.ts";

const ROOT = new URL("../..", import.meta.url);
const text = new TextDecoder();

async function paper(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "bench", "paper", ...args],
    cwd: ROOT,
  });
  const { code, stdout, stderr } = await command.output();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

interface Report {
  readonly tables: readonly {
    title: string;
    columns: string[];
    rows: (string | number | null)[][];
  }[];
}

Deno.test("bench paper --card gives every dispatch of a step a time, and the step their sum", async () => {
  const { code, stdout, stderr } = await paper("--card", "h100", "--json");
  assert.equal(code, 0, stderr);
  const { tables } = JSON.parse(stdout) as Report;
  const step = tables.find(({ title }) => /one training step$/.test(title))!;
  const totals = tables.find(({ title }) =>
    title === "on paper: h100, dispatches one after the other"
  )!;
  const times = step.rows.map((row) => row[step.columns.indexOf("expected, µs")] as number);
  assert.ok(times.every((time) => time > 0), times.join());
  const [train] = totals.rows;
  assert.equal(train[totals.columns.indexOf("dispatches")], times.length);
  const milliseconds = train[totals.columns.indexOf("ms")] as number;
  const sum = times.reduce((a, b) => a + b, 0) / 1e3;
  assert.ok(Math.abs(sum / milliseconds - 1) < 0.01, `${sum} and ${milliseconds} ms`);
});

Deno.test("bench paper on an adapter that is no card shows counts, and no time", async () => {
  const { code, stdout, stderr } = await paper("--json");
  assert.equal(code, 0, stderr);
  const { tables } = JSON.parse(stdout) as Report;
  if (tables.length > 1) return console.warn("NOT RUN: this adapter is one of the cards");
  const [{ columns, rows }] = tables;
  assert.ok(columns.includes("loads per multiply-add") && !columns.some((name) => /µs/.test(name)));
  assert.ok(rows.length > 20);
});

Deno.test("what was measured on an H200 is read whole", async () => {
  const path = new URL("../../bench/measured/h200.json", import.meta.url).pathname;
  const { adapter, model, batch, operations, steps } = await readMeasured(path);
  assert.deepEqual([adapter, model, batch], ["NVIDIA H200", "extradense", 16]);
  assert.equal(operations, 11.1e12);
  assert.deepEqual(steps.get("dense2 output gradient"), steps.get("dense1 output gradient"));
  const conv2 = { kernel: "conv2d/forward/workgroup", seconds: 1.17e-3 };
  assert.deepEqual(steps.get("conv2 forward"), conv2);
});

Deno.test("a card that there is not, and a file of something else, are refused by name", async () => {
  const unknown = await paper("--card", "h300");
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /no card "h300" on paper; the cards are h100, h200, a100, rtx4090/);
  const file = await Deno.makeTempFile({ suffix: ".json" });
  try {
    for (
      const content of [
        "",
        "[]",
        '{"tables": []}',
        '{"adapter": "x", "tables": [{"title": "kernels"}]}',
      ]
    ) {
      await Deno.writeTextFile(file, content);
      await assert.rejects(
        readMeasured(file),
        /holds no kernels that were measured: make it with /,
      );
    }
  } finally {
    await Deno.remove(file);
  }
});
