/** The `.npy` files of a data folder, as `deno task check:data` sees them. */
import { commandLine } from "../called.ts";
import { dirname, join } from "node:path";
import type { ImageSetName } from "./cache/index_file.ts";
import type { ImageSet } from "./dataset.ts";
import { attempt, type Finding } from "./finding.ts";
import {
  idsFile,
  parameterFile,
  readIds,
  readParameterFile,
  readPreparations,
} from "./sextractor/files.ts";

/**
 * The ids of a set and both kinds of Source Extractor's parameters, in the data folder or one level
 * up.
 * @param images the set's, in its order, where all are there; else no table is compared with them
 */
export async function lookAtTables(
  data: string,
  set: ImageSetName,
  images: ImageSet | undefined,
): Promise<Finding[]> {
  const unneeded = `no model needs it: ${commandLine("create:ids")}`;
  const findings = [
    await lookAt(data, idsFile(set), unneeded, async (path) => {
      const named = new Set(await readIds(path));
      const lost = images?.ids.filter((id) => !named.has(id)).length;
      return lost
        ? { problem: `${lost} of ${images?.ids.length} galaxies are not in ${path}` }
        : { value: `${path}, ${named.size} ids` };
    }),
  ];
  for (const generation of ["gen2", "gen1"] as const) {
    const name = parameterFile(generation, set);
    const task = `extract:sextractor --generation ${generation.slice(-1)}`;
    const hint = `only the pysex models need it: ${commandLine(task)}`;
    findings.push(
      await lookAt(data, name, hint, async (path) => {
        const file = await readParameterFile(dirname(path), generation, set);
        const take = { acceptUnmarked: true, warn: () => {} };
        if (images) await readPreparations(generation, { set, ...images, data, ...take });
        const value = `${path}, ${file.rows.length} rows`;
        if (file.provenance) return { value };
        return { value: `${value}\nit does not say what it was made from: add --accept-unmarked` };
      }),
    );
  }
  return findings;
}

/** @param judge what the file holds, or what is wrong with it, which it may also throw */
async function lookAt(
  data: string,
  name: string,
  hint: string,
  judge: (path: string) => Promise<{ value: string } | { problem: string }>,
): Promise<Finding> {
  for (const path of [join(data, name), join(data, "..", name)]) {
    if (!await Deno.stat(path).then(({ isFile }) => isFile, () => false)) continue;
    const read = await attempt(() => judge(path));
    const judged = "value" in read ? read.value : read;
    return "value" in judged
      ? { name, state: "ok", text: judged.value }
      : { name, state: "wrong", text: judged.problem };
  }
  return { name, state: "absent", text: hint };
}
