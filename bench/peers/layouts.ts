/** Arrays of numbers: into the layouts that libraries want, and how far two are apart. */

/** (outer, rows, columns, inner) → (outer, columns, rows, inner) */
export function swapped(
  values: Float32Array,
  [outer, rows, columns, inner]: readonly [number, number, number, number],
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < columns; c++) {
      for (let r = 0; r < rows; r++) {
        const from = ((o * rows + r) * columns + c) * inner;
        for (let i = 0; i < inner; i++) result[to++] = values[from + i];
      }
    }
  }
  return result;
}

/** (rows, columns) → (columns, rows) */
export function transposed(values: Float32Array, rows: number, columns: number) {
  return swapped(values, [1, rows, columns, 1]);
}

/** The root of the mean squared difference. */
export function change(before: Float32Array, after: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < before.length; i++) sum += (after[i] - before[i]) ** 2;
  return Math.sqrt(sum / before.length);
}
