/** Temporary folders, synthetic images and label files for tests. */
import assert from "node:assert/strict";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { UserError } from "../../lib/errors.ts";
import { ANSWER_COLUMNS } from "../../lib/galaxy/questions.ts";
import { Random } from "../../lib/random.ts";

/** Runs a test in a folder that is removed afterwards; gives its result. */
export async function inFolder<T>(test: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A JPEG of coloured blobs, different for every number. */
export function madeUpImage(number: number, size = 424): Promise<Uint8Array> {
  const random = new Random(number, "test");
  const rgb = new Uint8Array(3 * size * size);
  const blobs = Array.from({ length: 3 }, () => ({
    x: random.uniform(0, size),
    y: random.uniform(0, size),
    width: random.uniform(size / 20, size / 4),
  }));
  for (let i = 0; i < rgb.length; i++) {
    const { x, y, width } = blobs[i % 3];
    const column = Math.floor(i / 3) % size;
    const row = Math.floor(i / 3 / size);
    rgb[i] = 250 / (1 + ((column - x) ** 2 + (row - y) ** 2) / width ** 2);
  }
  return encodeJpeg(rgb, size, size, 85);
}

export const HEADER = ["GalaxyID", ...ANSWER_COLUMNS].join(",");

/** 37 vote fractions that obey the tree: smooth and round, nothing odd. */
export function smoothRow(): number[] {
  const labels = new Array(37).fill(0);
  for (const answer of [0, 14, 15]) labels[answer] = 1;
  return labels;
}

/** A labels file with smooth galaxies, changed where `change` says so. */
export function labelsText(ids: readonly number[], change: Record<number, string> = {}): string {
  const lines = [HEADER, ...ids.map((id) => [id, ...smoothRow()].join(","))];
  for (const [line, text] of Object.entries(change)) lines[+line - 1] = text;
  return lines.join("\n") + "\n";
}

/** Asserts that a promise is rejected with a `UserError` whose message matches all patterns. */
export async function assertUserError(promise: Promise<unknown>, ...patterns: (RegExp | string)[]) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof UserError, String((error as Error)?.stack ?? error));
    for (const pattern of patterns) {
      if (typeof pattern === "string") assert.ok(error.message.includes(pattern), error.message);
      else assert.match(error.message, pattern);
    }
    return true;
  });
}
