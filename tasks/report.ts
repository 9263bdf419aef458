/** `deno task report`: the reports of trainings, made anew of their files. */
import { runCommand } from "../lib/cli/command.ts";
import { insideOfRun } from "../lib/inside/run.ts";
import { writeRunReport } from "../lib/report/run/report.ts";
import { RUNS_FOLDER, runsBelow } from "../lib/runs/found.ts";
import { UserError } from "../lib/errors.ts";

if (import.meta.main) {
  await runCommand({
    task: "report",
    gpu: true,
    summary:
      "Makes report.html of trainings anew, by the files in their folders: curves, galaxies, " +
      "filters, parameters, and what the network sees in one galaxy, which is computed on the GPU. " +
      `Without folders, those of all runs below ${RUNS_FOLDER}.`,
    operand: "[FOLDER…]",
    operandPlace: { kind: "folder", access: "write" },
    flags: {},
  }, async (_, operands) => {
    const folders = operands.length > 0 ? operands : await runsBelow(RUNS_FOLDER);
    if (folders.length === 0) {
      throw new UserError(`${RUNS_FOLDER} holds no runs. Name the folders of trainings`);
    }
    let code = 0;
    for (const folder of folders) {
      try {
        console.log(await writeRunReport(folder, insideOfRun(console.warn)));
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        console.error(`error: ${error.message}`);
        code = 1;
      }
    }
    return code;
  });
}
