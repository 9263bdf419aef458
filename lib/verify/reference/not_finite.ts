/** The reference of `kernels/pointwise/not_finite.wgsl`. */

/** How many of the numbers, given by their bits, are NaN or infinite. */
export function countNotFinite(bits: Uint32Array): number {
  const numbers = new Float32Array(bits.buffer, bits.byteOffset, bits.length);
  return numbers.reduce((count, number) => count + (Number.isFinite(number) ? 0 : 1), 0);
}
