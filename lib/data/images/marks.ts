/** What images are, told by their content; by their sizes and dates where those decide already. */
import { UserError } from "../../errors.ts";
import { sha256 } from "../../files/digest.ts";
import { readFile } from "../../files/read.ts";
import { type ImageState, slowImagesMark } from "../../marks.ts";
import type { SlowMark } from "../../provenance.ts";
import { MAX_IMAGE_BYTES } from "./check.ts";
import { CONCURRENCY, fileStates } from "../file_states.ts";

/**
 * The mark of images at hand: their files are read only if sizes and dates do not decide.
 * @throws UserError when one is not there
 */
export async function imagesAtHand(paths: readonly string[]): Promise<SlowMark> {
  const states = (await fileStates(paths)).map((state, k) => {
    if (!state) throw new UserError(`${paths[k]} is missing`);
    return state;
  });
  return slowImagesMark(states, async () => {
    const read = new Array<ImageState>(paths.length);
    let next = 0;
    const work = async () => {
      while (next < paths.length) {
        const k = next++;
        const bytes = await readFile(paths[k], { limit: MAX_IMAGE_BYTES });
        read[k] = { ...states[k], sha256: sha256(bytes) };
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    return read;
  });
}
