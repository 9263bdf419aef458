/** Where the benchmarks keep files for a while: in the one folder that the task may write to. */
const FOLDER = "analysis/bench";

/** Makes a new folder, which whoever asked for it removes. @param purpose how its name begins */
export async function scratchFolder(purpose: string): Promise<string> {
  await Deno.mkdir(FOLDER, { recursive: true });
  return await Deno.makeTempDir({ dir: FOLDER, prefix: `${purpose}-` });
}
