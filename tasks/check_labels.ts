/** `deno task check:labels`: every label that cannot be a vote fraction of the decision tree. */
import { labelsPath } from "../lib/data/dataset.ts";
import {
  describeOutside,
  describeViolations,
  outsideRange,
  TREE_TOLERANCE,
  treeViolations,
} from "../lib/data/label_check.ts";
import { readLabels } from "../lib/data/labels.ts";
import { UserError } from "../lib/errors.ts";
import { runCommand } from "../lib/run/command.ts";
import { DATA_FLAG } from "../lib/run/data_flag.ts";

const flags = {
  data: { ...DATA_FLAG, help: "Folder with training_solutions_rev1.csv, if no FILE is given" },
} as const;

if (import.meta.main) {
  await runCommand({
    task: "check:labels",
    summary:
      "Lists every galaxy whose answers to a question do not sum to what the decision tree\n" +
      `wants (to within ${TREE_TOLERANCE}), or leave [0, 1]. Exit code 1 if there is one.`,
    flags,
    operand: "[FILE]",
    operandPlace: { kind: "file", access: "read" },
  }, async ({ data }, operands) => {
    if (operands.length > 1) throw new UserError(`one FILE at most, not ${operands.length}`);
    const file = operands[0] ?? await labelsPath(data);
    const { ids, labels } = await readLabels(file);
    const violations = treeViolations(labels).sort((a, b) => a.question - b.question);
    const outside = outsideRange(labels);
    const lines = [
      ...describeViolations(violations, ids),
      ...describeOutside(outside, labels, ids),
    ];
    if (lines.length) console.log(lines.join("\n") + "\n");
    const galaxies = new Set([...violations, ...outside].map(({ row }) => row)).size;
    console.log(
      `${file}: ${ids.length} galaxies, ${violations.length} violated sums, ${outside.length} ` +
        `values outside [0, 1], ${galaxies} galaxies affected`,
    );
    return lines.length ? 1 : 0;
  });
}
