import assert from "node:assert/strict";
import { CountProgress } from "../../lib/cli/count_progress.ts";
import { formatDuration, formatProgress, Progress } from "../../lib/cli/progress.ts";

const state = {
  chunk: 7,
  chunks: 2500,
  fraction: 0.4821,
  trainRmse: 0.123456,
  validRmse: 0.13,
  imagesPerSecond: 104.4,
  elapsed: 3720,
  eta: 241_200,
};
const full =
  "chunk    7/2500 48 %  train 0.12346  valid 0.13000  67 h 00 min left  104 images/s  " +
  "after 1 h 02 min";

/** A terminal of some width, or a pipe, that remembers what was written. */
function screen(columns?: number) {
  const written: string[] = [];
  return { written, write: (text: string) => void written.push(text), columns: () => columns };
}

Deno.test("durations have two units at most, long ones are days and years", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [-1, "0 s"],
    [12.4, "12 s"],
    [59.6, "1 min 00 s"],
    [303, "5 min 03 s"],
    [3599.7, "1 h 00 min"],
    [3720, "1 h 02 min"],
    [7199, "2 h 00 min"],
    [241_200, "67 h 00 min"],
    [1_400_000, "16.2 days"],
    [66_300_000, "2.1 years"],
  ];
  for (const [seconds, text] of cases) assert.equal(formatDuration(seconds), text);
});

Deno.test("a line of progress names every figure", () => {
  assert.equal(formatProgress(state), full);
  assert.equal(
    formatProgress({ chunk: 1, chunks: 3, fraction: 1, imagesPerSecond: 7.34, elapsed: 5 }),
    "chunk 1/3  7.3 images/s  after 5 s",
  );
  assert.doesNotMatch(formatProgress({ ...state, eta: Infinity }), /left/);
});

Deno.test("a narrow terminal gets fewer figures, never a broken one", () => {
  assert.equal(formatProgress(state, full.length), full);
  assert.equal(formatProgress(state, full.length - 1), full.replace("  after 1 h 02 min", ""));
  assert.equal(formatProgress(state, 40), "chunk    7/2500 48 %  train 0.12346");
  assert.equal(formatProgress(state, 8), "chunk   ");
  assert.equal(formatProgress(state, 0), "");
});

Deno.test("on a terminal one line is rewritten in place", () => {
  const terminal = screen(120);
  const progress = new Progress(terminal);
  progress.update(state);
  progress.line("checkpoint saved");
  progress.update({ ...state, fraction: 1 });
  progress.close();
  progress.close();
  assert.deepEqual(terminal.written, [
    `\r\x1b[2K${full}`,
    "\r\x1b[2Kcheckpoint saved\n",
    `\r\x1b[2K${full}`,
    `\r\x1b[2K${full.replace(" 48 %", "")}`,
    "\n",
  ]);
});

Deno.test("a full line leaves the terminal's last column free", () => {
  const terminal = screen(full.length);
  new Progress(terminal).update(state);
  assert.equal(terminal.written[0], `\r\x1b[2K${full.replace("  after 1 h 02 min", "")}`);
});

Deno.test("in a pipe there is a plain line for each finished chunk", () => {
  const pipe = screen();
  const progress = new Progress(pipe);
  progress.update(state);
  progress.update({ ...state, fraction: 1 });
  progress.update({ ...state, fraction: 1 });
  progress.line("checkpoint saved");
  progress.update({ ...state, chunk: 8, fraction: 1 });
  progress.close();
  const seventh = full.replace(" 48 %", "") + "\n";
  assert.deepEqual(pipe.written, [
    seventh,
    "checkpoint saved\n",
    seventh.replace("   7/", "   8/"),
  ]);
});

Deno.test("what was done earlier counts as done, and not as fast", () => {
  const terminal = screen(80);
  const progress = new CountProgress("classified", 1_000_002, terminal, 1_000_000);
  progress.update(1_000_001);
  progress.close();
  const [, rate] = /classified: 1,000,001\/1,000,002 images, (\d+) images\/s, .* left/.exec(
    terminal.written.join(""),
  )!;
  assert.ok(Number(rate) <= 1000, rate);
});
