/** `deno task check:data`: what is there and what is missing, in one screen. */
import { checkData } from "../lib/prepare/check_data.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";

const flags = {
  data: DATA_FLAG,
} as const;

if (import.meta.main) {
  await runCommand({
    task: "check:data",
    summary:
      "Shows which of the files that training and prediction read are there, complete, or\n" +
      "missing. Exit code 1 where training is impossible.",
    flags,
  }, ({ data }) => checkData(data, "train"));
}
