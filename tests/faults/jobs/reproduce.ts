/** `deno task reproduce`: all steps, of which each is tried operation by operation as a job of its own. */
import { UserError } from "../../../lib/errors.ts";
import { planReproduction } from "../../../lib/reproduce/reproduce.ts";
import { makeSurvey } from "../../../lib/synthetic/survey.ts";
import { carryOut } from "../../../tasks/reproduce.ts";
import { smallModel } from "../../train/small.ts";
import type { Job } from "../job.ts";
import { essence } from "./network.ts";

export const reproduction: Job = {
  name: "reproduce",
  costly: true,
  every: 7,
  prepare: (folder) =>
    makeSurvey({ out: `${folder}/data`, train: 20, test: 2, seed: 5, workers: 2 }),
  async start(folder) {
    const said: string[] = [];
    console.log = console.error = (line) => said.push(line);
    const steps = planReproduction({
      data: `${folder}/data`,
      root: folder,
      models: [smallModel],
      width: 1,
      chunks: 2,
      chunkSize: 16,
      // So many images would be decoded by workers, whose operations are not seen.
      cache: false,
      allowSoftware: true,
      acceptUnmarked: false,
    });
    const code = await carryOut(steps);
    // What is wrong with data is said in a list of all of it.
    if (code !== 0) throw new UserError(said.join("\n"));
  },
  owns: (path) => /^(analysis|predictions)(\/|$)/.test(path),
  whole: (path) => path.startsWith("predictions"),
  essence,
};
