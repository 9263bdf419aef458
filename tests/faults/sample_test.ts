/** A sample of what `deno task test:faults` tries whole. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { trySample } from "./campaign.ts";
import { JOBS } from "./jobs/all.ts";
import { training } from "./jobs/network.ts";

const quick = JOBS.filter((job) => !job.costly);

for (const [jobs, points] of [[quick, 45], [[training], 5]] as const) {
  const names = jobs.map(({ name }) => name).join(", ");
  Deno.test(`After ${points} faults of ${names} the next start ends with the same bits`, () =>
    inFolder(async (made) => {
      const figures = await trySample(
        { jobs, points },
        await Deno.realPath(made),
        1,
        console.error,
      );
      assert.deepEqual(figures.flatMap(({ failures }) => failures), []);
      const tried = (key: "points" | "refused" | "killed" | "same") =>
        figures.reduce((sum, figures) => sum + figures[key], 0);
      assert.equal(tried("points"), points);
      assert.ok(tried("refused") > 0 && tried("killed") > 0 && tried("same") > 0);
    }));
}
