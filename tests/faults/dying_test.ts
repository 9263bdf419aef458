/** Processes that are killed in earnest leave what the simulation of it leaves. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { scriptPath } from "../process.ts";
import type { Kind } from "./faults.ts";
import { withFault } from "./inject.ts";
import type { Job } from "./job.ts";
import { newCache, oldCache } from "./jobs/cache.ts";
import { submission } from "./jobs/files.ts";
import { restore, type Snapshot, snapshotOf } from "./snapshot.ts";
import { quietly } from "./trial.ts";

/** Starts a job in a process of its own, which kills itself at an operation. */
async function die(job: Job, folder: string, at: number, kind: Kind) {
  const { signal, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--allow-read", "--allow-write", "--allow-run", "--allow-sys"],
      ...[scriptPath("tests/faults/dying_task.ts"), job.name, folder, String(at), kind],
    ],
  }).output();
  assert.equal(signal, "SIGKILL", new TextDecoder().decode(stderr));
}

/** Temporary files have other names in every run. */
function withoutChance(snapshot: Snapshot): Map<string, Uint8Array | "folder"> {
  return new Map(
    [...snapshot].map(([path, entry]) => [
      path.replace(/\.[0-9a-f-]{36}\.partial$/, ".partial"),
      entry === "folder" ? entry : entry.bytes,
    ]),
  );
}

// Where a file is being written, and right before it takes its place.
const CASES: readonly [Job, RegExp, RegExp, Kind][] = [
  [newCache, /^write/, /test\.rgb$/, "torn"],
  [oldCache, /^rename/, /test\.json/, "kill"],
  [submission, /^write/, /\.p\.csv\.gz\..*\.partial$/, "torn"],
];

for (const [job, name, path, kind] of CASES) {
  Deno.test(`A ${job.name} killed by SIGKILL (${kind}) leaves what the simulation leaves`, () =>
    inFolder(async (made) => {
      const folder = await Deno.realPath(made);
      await quietly(() => job.prepare(folder));
      const before = snapshotOf(folder);
      const { operations } = await quietly(() =>
        withFault(folder, undefined, () => job.start(folder))
      );
      const at = 1 +
        operations.findLastIndex((operation) =>
          name.test(operation.name) && path.test(operation.path)
        );
      assert.ok(at > 0);

      restore(folder, before);
      await quietly(() => withFault(folder, { at, kind }, () => job.start(folder)));
      const simulated = withoutChance(snapshotOf(folder));
      restore(folder, before);
      await die(job, folder, at, kind);
      assert.deepEqual(withoutChance(snapshotOf(folder)), simulated);
      assert.notDeepEqual(simulated, withoutChance(before));
    }));
}
