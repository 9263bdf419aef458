/** Jobs on a real disk of a few megabytes that is full, or nearly so. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import type { Job } from "./job.ts";
import { cacheElsewhere, oldCache } from "./jobs/cache.ts";
import { blend, submission, tables } from "./jobs/files.ts";
import { training } from "./jobs/network.ts";
import { Trial } from "./trial.ts";

const MEBIBYTE = 2 ** 20;

async function command(name: string, ...args: string[]) {
  const { success, stderr } = await new Deno.Command(name, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Runs a test in a file system of its own, in memory; says so and returns where that cannot be. */
async function onSmallDisk(size: number, test: (disk: string) => Promise<void>) {
  await inFolder(async (folder) => {
    const disk = await Deno.realPath(folder);
    try {
      await command("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", disk);
    } catch (error) {
      console.warn(`SKIPPED, no file system can be mounted here: ${(error as Error).message}`);
      return;
    }
    try {
      await test(disk);
    } finally {
      await command("umount", disk);
    }
  });
}

/** Takes all that is free but for some bytes. */
function fill(path: string, room: number) {
  using file = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(64 * 1024);
  let size = 0;
  for (let length = block.length; length >= 4096;) {
    try {
      size += file.writeSync(block.subarray(0, length));
    } catch {
      length /= 2;
    }
  }
  file.truncateSync(Math.max(0, size - room));
}

/** Starts a job with so much room, and with room enough afterwards. Returns how the starts ended. */
async function withRoom(job: Job, size: number, rooms: readonly number[]) {
  const endings: string[] = [];
  await onSmallDisk(size, async (disk) => {
    const folder = `${disk}/work`, filler = `${disk}/filler`;
    await Deno.mkdir(folder);
    const trial = await Trial.open(job, folder);
    for (const room of rooms) {
      const { first } = await trial.onFullDisk(
        () => fill(filler, room),
        () => Deno.removeSync(filler),
      );
      endings.push(first);
    }
    // The least room is too little, the most is enough.
    assert.equal(endings[0], "refused");
    assert.equal(endings.at(-1), "unharmed");
  });
}

const steps = (count: number, bytes: number) => Array.from({ length: count }, (_, k) => k * bytes);
const ENOUGH = 2 ** 40;

Deno.test("On a full disk a submission, tables and a blend keep what was there, and end right with room", async () => {
  await withRoom(submission, MEBIBYTE, [...steps(4, 4096), ENOUGH]);
  await withRoom(tables, MEBIBYTE, [...steps(8, 4096), ENOUGH]);
  await withRoom(blend, MEBIBYTE, [...steps(5, 16 * 1024), ENOUGH]);
});

Deno.test("On a full disk a cache keeps what it has, and is completed with room", async () => {
  await withRoom(cacheElsewhere, 8 * MEBIBYTE, [...steps(4, 600_000), ENOUGH]);
  await withRoom(oldCache, 8 * MEBIBYTE, [...steps(4, 600_000), ENOUGH]);
});

Deno.test("On a full disk a training stops with a sentence, and goes on to the same bits with room", async () => {
  await withRoom(training, 4 * MEBIBYTE, [0, 200_000, ENOUGH]);
});
