/** Which of some galaxies shows best what a network sees. */
import type { Chosen } from "../report/chosen.ts";
import { likelyPath } from "../report/path.ts";

/** The first of those of which volunteers are asked most: a spiral before a smooth one. */
export function mostToTell(galaxies: readonly Chosen[]): Chosen | undefined {
  const questions = ({ observed }: Chosen) => likelyPath(observed).length;
  return galaxies.toSorted((one, other) => questions(other) - questions(one))[0];
}
