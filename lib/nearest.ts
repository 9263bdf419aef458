/** What somebody may have meant who mistyped a name. */

/** `; did you mean …?` with the name that is nearest to a typed one, or nothing where none is near. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** The nearest of some names, where at most a third of the letters differ. */
function nearest(typed: string, names: readonly string[]): string | undefined {
  let best = Math.floor(typed.length / 3) + 1;
  let found: string | undefined;
  for (const name of names) {
    const steps = distance(typed, name);
    if (steps < best) [best, found] = [steps, name];
  }
  return found;
}

/**
 * How many letters have to be inserted, deleted, replaced, or exchanged with their neighbour, to make
 * one text of another (the optimal string alignment distance).
 */
function distance(a: string, b: string): number {
  // rows[i][j] for the first i letters of a and the first j of b.
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, replaced);
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (exchanged) row[j] = Math.min(row[j], rows[i - 2][j - 2] + 1);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}
