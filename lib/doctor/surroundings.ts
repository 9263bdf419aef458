/** The facts of everything but the adapter: memory, disks, data, tools, weights. */
import { dirname } from "node:path";
import { UserError } from "../errors.ts";
import { freeBytes } from "../data/free_space.ts";
import { takeInventory } from "../data/inventory.ts";
import { findSourceExtractor } from "../data/sextractor/program.ts";
import { sha256 } from "../files/digest.ts";
import { readFile, readTextIfThere } from "../files/read.ts";
import { describe } from "../galaxy/describe.ts";
import { MODELS } from "../galaxy/models/all.ts";
import { dataFindings } from "./data.ts";
import { type DiskFacts, diskFindings } from "./disk.ts";
import type { Finding } from "./finding.ts";
import { look } from "./look.ts";
import { memoryFinding } from "./memory.ts";
import { extractorFinding } from "./tools.ts";
import { weightsFinding } from "./weights.ts";

const WEIGHTS = "weights/compact.safetensors";
const CARD = "weights/README.md";

/** A folder of the program, on whose disk those are made that are not there yet. */
const PROGRAM = "lib";

/** @param data the data folder */
export async function* surroundings(data: string): AsyncGenerator<Finding> {
  yield* await look("Memory", () => [memoryFinding(Deno.systemMemoryInfo())]);
  yield* await look("Disk", async () => diskFindings(await disks([data, ...WRITTEN])));
  yield* await look(
    "Data",
    async () =>
      dataFindings({ folder: data, inventory: await takeInventory(data, { decode: false }) }),
  );
  yield* await look("Source Extractor", async () => [extractorFinding(await extractor())]);
  yield* await look("Weights", async () => [weightsFinding(await shippedWeights())]);
}

/** What runs and predictions are written to. */
const WRITTEN = ["analysis", "predictions"];

async function disks(folders: readonly string[]): Promise<DiskFacts> {
  const free: { folder: string; bytes: number }[] = [];
  for (const folder of folders) {
    const place = await nearest(folder);
    if (place !== undefined) free.push({ folder, bytes: freeBytes(place) });
  }
  return { free, models: MODELS.map(describe) };
}

/** The folder, or the one that it would be made in, where that can be looked at. */
async function nearest(folder: string): Promise<string | undefined> {
  for (let place = folder;; place = dirname(place)) {
    const there = await Deno.stat(place).then(({ isDirectory }) => isDirectory, () => false);
    if (there) return place;
    if (dirname(place) === ".") return PROGRAM;
    if (dirname(place) === place) return undefined;
  }
}

async function extractor(): Promise<string | undefined> {
  try {
    return await findSourceExtractor();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function shippedWeights() {
  const there = await Deno.stat(WEIGHTS).then(({ isFile }) => isFile, () => false);
  const digest = there ? sha256(await readFile(WEIGHTS)) : undefined;
  return { path: WEIGHTS, card: await readTextIfThere(CARD), digest };
}
