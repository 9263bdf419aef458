/** `deno task convert:labels`: the labels as the original kept them. */
import { labelsPath } from "../lib/data/dataset.ts";
import { readLabels } from "../lib/data/labels.ts";
import { writeNpy } from "../lib/formats/npy.ts";
import { ANSWER_COUNT } from "../lib/galaxy/questions.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";

const flags = {
  data: DATA_FLAG,
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "data",
    help: "Folder to write to",
  },
} as const;

if (import.meta.main) {
  await runCommand({
    task: "convert:labels",
    summary:
      "Writes solutions_train.npy: the 37 vote fractions of every galaxy, float32, in the\n" +
      "order of training_solutions_rev1.csv.",
    flags,
  }, async ({ data, out }) => {
    const { ids, labels } = await readLabels(await labelsPath(data));
    const path = `${out}/solutions_train.npy`;
    await writeNpy(path, { shape: [ids.length, ANSWER_COUNT], data: labels });
    console.log(`${path}: ${ids.length} galaxies with ${ANSWER_COUNT} vote fractions each`);
  });
}
