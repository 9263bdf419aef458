/** All jobs, the quick ones first. */
import type { Job } from "../job.ts";
import { cacheElsewhere, newCache, oldCache } from "./cache.ts";
import { blend, submission, tables } from "./files.ts";
import { prediction, resumption, training } from "./network.ts";
import { reproduction } from "./reproduce.ts";

export const JOBS: readonly Job[] = [
  newCache,
  cacheElsewhere,
  oldCache,
  blend,
  submission,
  tables,
  training,
  resumption,
  prediction,
  reproduction,
];
