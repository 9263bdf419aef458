/** How a camera was held, as EXIF tells, and the picture turned upright. */

const TAG = 0x0112;
const INTEGER = 3;

/**
 * The orientation in the content of a JPEG's APP1 segment or a PNG's eXIf chunk.
 * @returns 1 … 8; 1, upright, where it is not told or cannot be read
 */
export function exifOrientation(exif: Uint8Array): number {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  if (exif.length < 14) return 1;
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return 1;
  const little = order === 0x4949;
  const start = view.getUint32(4, little);
  if (start + 2 > exif.length) return 1;
  const count = view.getUint16(start, little);
  for (let at = start + 2; at < start + 2 + 12 * count && at + 12 <= exif.length; at += 12) {
    if (view.getUint16(at, little) !== TAG || view.getUint16(at + 2, little) !== INTEGER) continue;
    const value = view.getUint16(at + 8, little);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** What is needed of a picture to turn it. */
interface Turnable {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/**
 * The picture as it was seen: mirrored and turned as the orientation says (EXIF 2.3, 4.6.4).
 * @param orientation 1 … 8
 */
export function turnUpright(picture: Turnable, orientation: number): Turnable {
  if (orientation === 1) return picture;
  const { width, height, pixels } = picture;
  const turned = orientation >= 5;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const mirroredX = [2, 3, 7, 8].includes(orientation);
  const mirroredY = [3, 4, 6, 7].includes(orientation);
  const target = new Uint8Array(pixels.length);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to += 3) {
      const [along, down] = turned ? [row, column] : [column, row];
      const x = mirroredX ? width - 1 - along : along;
      const y = mirroredY ? height - 1 - down : down;
      const from = 3 * (y * width + x);
      target[to] = pixels[from];
      target[to + 1] = pixels[from + 1];
      target[to + 2] = pixels[from + 2];
    }
  }
  return { width: columns, height: rows, pixels: target };
}
