/** `deno task check:data`: what is there and what is missing, in one screen. */
import { checkData } from "../lib/run/check_data.ts";
import { runCommand } from "../lib/run/command.ts";
import { DATA_FLAG } from "../lib/run/data_flag.ts";

const flags = {
  data: DATA_FLAG,
} as const;

if (import.meta.main) {
  await runCommand({
    task: "check:data",
    summary: "Says what is there and what is missing of everything that training and prediction\n" +
      "read. Exit code 1 where training is impossible.",
    flags,
  }, ({ data }) => checkData(data, "train"));
}
