/** `deno task extract:sextractor`: the parameters that the pysex* models centre galaxies by. */
import type { SetName } from "../lib/data/sextractor/files.ts";
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";
import { measureGalaxies } from "../lib/prepare/extract.ts";

const flags = {
  data: { ...DATA_FLAG, access: "write", readWith: "out" },
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    help: "Folder to write to (default: that of --data)",
  },
  generation: {
    type: "text",
    value: "N",
    choices: ["1", "2"],
    default: "2",
    help: "2 for the five pysex models, 1 for the two pysexgen1 models",
  },
  set: {
    type: "text",
    value: "SET",
    choices: ["train", "test", "both"],
    default: "both",
    help: "train, test or both",
  },
  workers: {
    type: "integer",
    value: "N",
    min: 1,
    max: 256,
    default: navigator.hardwareConcurrency,
    help: "Processes at a time; changes nothing in the files",
  },
} as const;
const command: Command<typeof flags> = {
  task: "extract:sextractor",
  summary: "Measures where galaxies are and how large, with Source Extractor: " +
    "pysex_params_gen2_{train,test}.npy.gz (generation 2) or pysex_params_extra_… (generation 1), " +
    "and the GalaxyIDs of their rows beside them.",
  flags,
};

if (import.meta.main) {
  await runCommand(command, ({ data, out = data, generation, set, workers }) =>
    measureGalaxies({
      data,
      out,
      generation: generation === "1" ? "gen1" : "gen2",
      sets: set === "both" ? ["train", "test"] : [set as SetName],
      workers,
    }));
}
