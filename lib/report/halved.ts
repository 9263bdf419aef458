/** Pictures made smaller. */

/** Half of a picture's sides: each pixel the mean of four. @param pixels size × size × 3 bytes */
export function halved(pixels: Uint8Array, size: number): Uint8Array {
  const [row, half] = [3 * size, size >> 1];
  const small = new Uint8Array(3 * half * half);
  for (let y = 0, to = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      for (let at = 2 * (y * row + 3 * x), band = 0; band < 3; band++, at++) {
        small[to++] = (pixels[at] + pixels[at + 3] + pixels[at + row] + pixels[at + row + 3] + 2) >>
          2;
      }
    }
  }
  return small;
}
