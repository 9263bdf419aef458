/** `deno task check:labels`: the labels that contradict the decision tree. */
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
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";

const flags = {
  data: { ...DATA_FLAG, help: "Folder with training_solutions_rev1.csv, if no FILE is given" },
} as const;

if (import.meta.main) {
  await runCommand({
    task: "check:labels",
    summary:
      "Lists every galaxy with vote fractions outside [0, 1], or whose fractions for a question do\n" +
      "not sum to those of the answers that lead to the question " +
      `(to within ${TREE_TOLERANCE}). Exit code 1 if there is one.`,
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
