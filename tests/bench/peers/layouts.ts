/** Putting arrays into the layouts that libraries want. */

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
