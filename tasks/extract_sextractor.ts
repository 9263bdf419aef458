/** `deno task extract:sextractor`: the parameters that the pysex* models centre galaxies by. */
import { join } from "node:path";
import { checkImages } from "../lib/data/check_images.ts";
import { type ImageSet, openImages } from "../lib/data/dataset.ts";
import { extractParameters } from "../lib/data/extract_parameters.ts";
import {
  exists,
  idsFile,
  parameterFile,
  readIds,
  type SetName,
} from "../lib/data/sextractor_files.ts";
import { findSourceExtractor } from "../lib/data/source_extractor.ts";
import { UserError } from "../lib/errors.ts";
import type { Command } from "../lib/flags.ts";
import { writeNpy } from "../lib/formats/npy.ts";
import { type Generation, PARAMETER_KINDS } from "../lib/galaxy/sextractor.ts";
import { IMAGE_SIZE } from "../lib/galaxy/transforms.ts";
import { runCommand } from "../lib/run/command.ts";
import { formatDuration } from "../lib/run/progress.ts";
import { type StopSignal, stopSignal } from "../lib/run/stop_signal.ts";

const flags = {
  data: {
    type: "text",
    value: "DIR",
    default: "data/raw",
    help: "Folder with the competition's files",
  },
  out: { type: "text", value: "DIR", help: "Folder to write to (default: that of --data)" },
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

interface Work extends ImageSet {
  set: SetName;
  output: string;
  idsOutput: string;
}

async function openWork(
  sets: readonly SetName[],
  generation: Generation,
  { data, out }: { data: string; out: string },
): Promise<Work[]> {
  const works: Work[] = [];
  for (const set of sets) {
    const images = await openImages(data, set);
    const output = join(out, parameterFile(generation, set));
    if (await exists(output)) {
      throw new UserError(`${output} exists already. Remove it, or name another folder with --out`);
    }
    const idsOutput = join(out, idsFile(set));
    if (await exists(idsOutput)) {
      const ids = await readIds(idsOutput);
      if (ids.length !== images.ids.length || ids.some((id, k) => id !== images.ids[k])) {
        throw new UserError(
          `${idsOutput} names ${ids.length} galaxies that are not the ${images.ids.length} of ` +
            `${data}, or in another order. Name another folder with --out`,
        );
      }
    }
    works.push({ ...images, set, output, idsOutput });
  }
  return works;
}

/** @returns false when it was stopped */
async function measure(
  { set, ids, paths, output, idsOutput }: Work,
  generation: Generation,
  workers: number,
  stop: StopSignal,
): Promise<boolean> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let reported = started;
  const parameters = await extractParameters(paths, {
    generation,
    workers,
    stopRequested: () => stop.requested,
    onProgress(done) {
      if (performance.now() - reported < 5000 || done === paths.length) return;
      reported = performance.now();
      const rate = done / seconds();
      console.log(
        `${set}: ${done}/${paths.length} galaxies, ${rate.toFixed(1)}/s, ` +
          `${formatDuration((paths.length - done) / rate)} left`,
      );
    },
  });
  if (!parameters) {
    console.log(`stopped; nothing was written for ${set}`);
    return false;
  }
  const columns = PARAMETER_KINDS[generation].columns.length;
  await writeNpy(idsOutput, { shape: [ids.length], data: BigInt64Array.from(ids.map(BigInt)) });
  await writeNpy(output, { shape: [ids.length, columns], data: parameters });
  const lost = ids.filter((_, row) => Number.isNaN(parameters[row * columns + 2])).length;
  console.log(
    `${set}: ${ids.length} galaxies in ${formatDuration(seconds())}, ${lost} of them without a ` +
      `detection: ${output}`,
  );
  return true;
}

if (import.meta.main) {
  await runCommand(command, async ({ data, out = data, generation, set, workers }) => {
    await findSourceExtractor();
    const kind: Generation = generation === "1" ? "gen1" : "gen2";
    const sets: SetName[] = set === "both" ? ["train", "test"] : [set as SetName];
    const works = await openWork(sets, kind, { data, out });
    for (const { paths } of works) await checkImages(paths, { size: IMAGE_SIZE });
    const stop = stopSignal();
    try {
      for (const work of works) if (!await measure(work, kind, workers, stop)) return stop.exitCode;
    } finally {
      stop.close();
    }
  });
}
