/** What to unpack where, for files of the competition that are not in the data folder. */
import { join } from "node:path";

/** Where the archives are. */
export const KAGGLE_PAGE = "https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data";
/** All archives in one, as Kaggle's command line tool fetches them. */
const BUNDLE = "galaxy-zoo-the-galaxy-challenge.zip";

/**
 * How to get a missing file or folder into the data folder.
 * @param archive Kaggle's name for what it comes in, without `.zip`
 */
export async function whereToGet(data: string, name: string, archive: string): Promise<string> {
  // Where an archive was unpacked into a folder of its own name.
  for (const nested of [join(data, archive, name), join(data, "..", name)]) {
    if (await exists(nested)) return `missing here, but there is ${nested}: mv ${nested} ${data}/`;
  }
  for (const folder of [data, join(data, "..")]) {
    for (const zip of [`${archive}.zip`, BUNDLE]) {
      const path = join(folder, zip);
      if (await exists(path)) return `still packed: unzip -q ${path} -d ${data}`;
    }
  }
  return `missing: fetch ${archive}.zip from Kaggle, then unzip -q ${archive}.zip -d ${data}`;
}

function exists(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
