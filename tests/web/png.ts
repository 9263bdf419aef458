/** PNG files of pixels, without any loss. */
import { encode } from "imagescript/png";

/** @param pixels (side, side, 3) bytes */
export function encodePng(pixels: Uint8Array, side: number): Uint8Array {
  return encode(pixels, { width: side, height: side, channels: 3, level: 6 });
}
