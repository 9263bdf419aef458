/** What to unpack where, for files of the competition that are not in the data folder. */
import { basename, join } from "node:path";
import { shellWord } from "../called.ts";

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
  const places = [join(data, archive), join(data, basename(BUNDLE, ".zip")), join(data, "..")];
  for (const nested of places.map((place) => join(place, name))) {
    if (await isSeen(nested)) {
      return `missing here, but there is ${nested}: mv ${shellWord(nested)} ${shellWord(data)}/`;
    }
  }
  for (const folder of [data, join(data, "..")]) {
    for (const zip of [`${archive}.zip`, BUNDLE]) {
      const path = join(folder, zip);
      if (await isSeen(path)) {
        return `still packed: unzip -q ${shellWord(path)} -d ${shellWord(data)}`;
      }
    }
  }
  return `missing: fetch ${archive}.zip from Kaggle, then unzip -q ${archive}.zip -d ${
    shellWord(data)
  }`;
}

/** The command that puts a folder within a folder in the place of the outer one. */
export function moveUp(folder: string, name: string): string {
  const outer = `${folder}.unpacked`;
  return `mv ${shellWord(folder)} ${shellWord(outer)} && mv ${shellWord(`${outer}/${name}`)} ${
    shellWord(folder)
  }`;
}

/** Whether there is anything to be seen: an error is no answer here, it only costs the hint. */
function isSeen(path: string): Promise<boolean> {
  return Deno.stat(path).then(() => true, () => false);
}
