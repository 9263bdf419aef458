/** `deno task export <model>`: a trained network as a file for other programs. */
import { runCommand } from "../lib/cli/command.ts";
import type { Command, Flags } from "../lib/cli/flags.ts";
import { UNMARKED_FLAG } from "../lib/cli/unmarked_flag.ts";
import { FILE_WIDTH_FLAG } from "../lib/cli/width_flag.ts";
import { UserError } from "../lib/errors.ts";
import { exportModel, type Format, FORMATS } from "../lib/export/export.ts";
import { type Input, INPUTS } from "../lib/export/onnx_views.ts";
import { type Precision, PRECISIONS } from "../lib/export/weights.ts";
import { modelsNamed } from "../lib/galaxy/models/all.ts";

const flags = {
  format: {
    type: "text",
    value: "FORMAT",
    choices: FORMATS,
    default: "onnx",
    help: "onnx: the whole network; safetensors: its parameters, for docs/pytorch.md's load.py",
  },
  params: {
    type: "path",
    kind: "file",
    access: "read",
    value: "FILE",
    help:
      "Parameters (default: analysis/final/<model>/params.safetensors, or else the shipped ones)",
  },
  out: {
    type: "path",
    kind: "file",
    access: "write",
    value: "FILE",
    help: "Where to write (default: analysis/exports/<model>.<format>)",
  },
  input: {
    type: "text",
    value: "INPUT",
    choices: INPUTS,
    help:
      "What an ONNX network is given: the two views (default), the middle 207×207 pixels of a " +
      "424×424 picture (crop), or the picture",
  },
  dtype: {
    type: "text",
    value: "TYPE",
    choices: PRECISIONS,
    default: "float32",
    help: "How parameters are stored: float16 takes half the room",
  },
  width: FILE_WIDTH_FLAG,
  "accept-unmarked": UNMARKED_FLAG,
} as const satisfies Flags;
const command: Command<typeof flags> = {
  task: "export",
  summary: "Writes a trained network for other programs: as ONNX, or as safetensors for PyTorch.",
  operand: "MODEL",
  flags,
};

if (import.meta.main) {
  await runCommand(command, async ({ format, input, dtype, ...options }, operands) => {
    if (operands.length !== 1) {
      throw new UserError(`name one model, as extradense; ${operands.length} were given`);
    }
    const [model] = modelsNamed(operands);
    await exportModel(model, {
      ...options,
      format: format as Format,
      input: input as Input | undefined,
      dtype: dtype as Precision,
      say: console.log,
      warn: console.warn,
    });
  });
}
