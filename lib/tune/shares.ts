/** How the time for a model is shared by its operations. */

/** Of the time for a model, training's part; prediction has the rest, and what training leaves. */
export const TRAINING = 2 / 3;

/** Of a program's time, what its operations share evenly: to compile takes no longer for the large ones. */
const EVENLY = 1 / 4;

/**
 * The parts of some operations that are left, of 1: by what they take, and a little evenly.
 * @param times of the default, in any unit
 */
export function sharesOf(times: readonly number[]): number[] {
  const all = times.reduce((sum, time) => sum + time, 0);
  return times.map((time) =>
    EVENLY / times.length + (1 - EVENLY) * (all > 0 ? time / all : 1 / times.length)
  );
}
