/** When the last of many workgroups ends: some wait until others make room, and some have less to do. */

export interface Work {
  readonly workgroups: number;
  /** What each has to do, in the order in which they begin, over what one of 1 has. */
  readonly shares: (index: number) => number;
  readonly meanShare: number;
}

export interface Places {
  readonly multiprocessors: number;
  /** Workgroups that one multiprocessor works on at a time. */
  readonly resident: number;
}

/** More workgroups than this many for each place are taken to be spread evenly. */
const MANY = 16;

/**
 * Clocks until the last workgroup ends. Each goes to the first multiprocessor that has room.
 * @param clocks of a workgroup with a share of 1, while so many share its multiprocessor
 */
export function schedule(
  { workgroups, shares, meanShare }: Work,
  { multiprocessors, resident }: Places,
  clocks: (together: number) => number,
): number {
  if (workgroups > MANY * resident * multiprocessors) {
    return workgroups * meanShare / multiprocessors / resident * clocks(resident);
  }
  const left: number[][] = Array.from({ length: multiprocessors }, () => []);
  const now = new Array<number>(multiprocessors).fill(0);
  let next = 0;
  for (let round = 0; round < resident; round++) {
    for (let m = 0; m < multiprocessors && next < workgroups; m++) left[m].push(shares(next++));
  }
  for (let end = 0;;) {
    let first = -1, soonest = Infinity;
    for (let m = 0; m < multiprocessors; m++) {
      if (left[m].length === 0) continue;
      const ends = now[m] + Math.min(...left[m]) * clocks(left[m].length);
      if (ends < soonest) [first, soonest] = [m, ends];
    }
    if (first < 0) return end;
    const least = Math.min(...left[first]);
    left[first] = left[first].map((share) => share - least).filter((share) => share > 1e-9);
    now[first] = end = soonest;
    while (next < workgroups && left[first].length < resident) left[first].push(shares(next++));
  }
}
