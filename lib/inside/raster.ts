/** Numbers as pictures, a pixel each: a page paints them on a canvas, a report has them as PNG files. */
import type { Colour } from "./colours.ts";

/** A colour, and how much it covers what is below: 255, all of it, where that is left out. */
export type Paint = Colour | readonly [...Colour, alpha: number];

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** (height, width, 4) bytes: red, green, blue, and how much they cover. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** @param colourAt `undefined` where nothing covers what is below */
export function raster(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Paint | undefined,
): Raster {
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const colour = colourAt(x, y);
      if (!colour) continue;
      rgba.set(colour, at);
      if (colour.length === 3) rgba[at + 3] = 255;
    }
  }
  return { width, height, rgba };
}

/** Square maps side by side, with a pixel of nothing between them. */
export function tiled(
  maps: readonly Float32Array[],
  columns: number,
  colourOf: (value: number) => Colour,
): Raster {
  const side = Math.sqrt(maps[0].length);
  const pitch = side + 1;
  const rows = Math.ceil(maps.length / columns);
  return raster(columns * pitch - 1, rows * pitch - 1, (x, y) => {
    const [i, j] = [y % pitch, x % pitch];
    const map = maps[Math.floor(y / pitch) * columns + Math.floor(x / pitch)];
    return map && i < side && j < side ? colourOf(map[i * side + j]) : undefined;
  });
}
