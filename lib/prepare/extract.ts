/** `deno task extract:sextractor`: the parameters that the pysex* models centre galaxies by. */
import { basename, dirname, join } from "node:path";
import { checkImages } from "../data/images/check.ts";
import { type ImageSet, openImages } from "../data/dataset.ts";
import { extractParameters } from "../data/sextractor/measure.ts";
import { idsFile, parameterFile, readIds, type SetName } from "../data/sextractor/files.ts";
import { findSourceExtractor } from "../data/sextractor/program.ts";
import { UserError } from "../errors.ts";
import { requireWritable } from "../files/atomic.ts";
import { FolderLock } from "../files/lock.ts";
import { isFile } from "../files/read.ts";
import { writeMarkedNpy } from "../formats/marked_npy.ts";
import { writeNpy } from "../formats/npy.ts";
import { type Generation, PARAMETER_KINDS } from "../galaxy/sextractor.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { galaxiesMark, imagesMark, type ImageState } from "../marks.ts";
import { formatDuration } from "../cli/progress.ts";
import { type StopSignal, stopSignal } from "../cli/stop_signal.ts";

export interface ExtractOptions {
  /** Folder with the competition's files. */
  data: string;
  /** Folder to write to. */
  out: string;
  generation: Generation;
  sets: readonly SetName[];
  workers: number;
}

/**
 * Measures galaxies and writes the files.
 * @returns the exit code
 * @throws UserError when Source Extractor is missing, an image cannot be used, a file is there, or
 * another process is making it
 */
export async function measureGalaxies(options: ExtractOptions): Promise<number> {
  const { generation, workers } = options;
  const works = await prepareMeasuring(options);
  const folders = works.map(({ output }) => join(dirname(output), `.${basename(output)}.making`));
  const locks: FolderLock[] = [];
  const stop = stopSignal();
  try {
    // It takes hours: two at once would both spend them.
    for (const folder of folders) locks.push(await FolderLock.take(folder, "extract:sextractor"));
    for (const { output } of works) await refuseThere(output);
    const checked: CheckedWork[] = [];
    for (const work of works) {
      checked.push({ ...work, states: await checkImages(work.paths, { size: IMAGE_SIZE }) });
    }
    for (const work of checked) {
      if (!await measure(work, generation, workers, stop)) return stop.exitCode;
    }
    return 0;
  } finally {
    stop.close();
    for (const lock of locks) await lock.release();
    // Not where another one is in it.
    for (const folder of folders) await Deno.remove(folder).catch(() => {});
  }
}

/**
 * Looks whether galaxies could be measured, but for their images.
 * @throws UserError when Source Extractor is missing, a file is there, or none can be written
 */
export async function prepareMeasuring(options: ExtractOptions): Promise<Work[]> {
  await findSourceExtractor();
  const works = await openWork(options);
  for (const { output } of works) await requireWritable(output);
  return works;
}

interface Work extends ImageSet {
  set: SetName;
  output: string;
  idsOutput: string;
}
interface CheckedWork extends Work {
  states: readonly ImageState[];
}

async function openWork({ sets, generation, data, out }: ExtractOptions): Promise<Work[]> {
  const works: Work[] = [];
  for (const set of sets) {
    const images = await openImages(data, set);
    const output = join(out, parameterFile(generation, set));
    await refuseThere(output);
    const idsOutput = join(out, idsFile(set));
    if (await isFile(idsOutput)) {
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

/** @throws UserError when it is there already */
async function refuseThere(output: string) {
  if (!await isFile(output)) return;
  throw new UserError(`${output} exists already. Remove it, or name another folder with --out`);
}

/** @returns false when it was stopped */
async function measure(
  { set, ids, paths, output, idsOutput, states }: CheckedWork,
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
    scratch: dirname(output),
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
  await writeMarkedNpy(output, { shape: [ids.length, columns], data: parameters }, {
    kind: "Source Extractor parameters",
    marks: { galaxies: galaxiesMark(ids), images: imagesMark(states) },
    facts: { generation },
  });
  const lost = ids.filter((_, row) => Number.isNaN(parameters[row * columns + 2])).length;
  console.log(
    `${set}: ${ids.length} galaxies in ${formatDuration(seconds())}, ${lost} of them without a ` +
      `detection: ${output}`,
  );
  return true;
}
