/** Numbers on canvases, a pixel each; the style sheet makes them as large as they are shown. */
import "./dom.ts";
import type { Colour } from "../lib/inside/colours.ts";
import { type Raster, raster, tiled } from "../lib/inside/raster.ts";

/** Gives a canvas the size of a raster, and its pixels. */
export function paint(canvas: HTMLCanvasElement, { width, height, rgba }: Raster) {
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.putImageData(new ImageData(rgba, width, height), 0, 0);
}

/** A square of a picture. @param pixels (side, side, 3) bytes @param from first row and column */
export function paintPicture(
  canvas: HTMLCanvasElement,
  pixels: Uint8Array,
  { side, from = 0, shown = side }: { side: number; from?: number; shown?: number },
) {
  const colourAt = (x: number, y: number) => {
    const at = 3 * ((y + from) * side + x + from);
    return [pixels[at], pixels[at + 1], pixels[at + 2]] as const;
  };
  paint(canvas, raster(shown, shown, colourAt));
}

/** Red, green and blue planes, of numbers from 0 to 1. */
export function paintPlanes(canvas: HTMLCanvasElement, planes: readonly Float32Array[]) {
  const side = Math.sqrt(planes[0].length);
  const colourAt = (x: number, y: number) => {
    const at = y * side + x;
    return [255 * planes[0][at], 255 * planes[1][at], 255 * planes[2][at]] as const;
  };
  paint(canvas, raster(side, side, colourAt));
}

/** Maps side by side, with a pixel of nothing between them. */
export function paintMaps(
  canvas: HTMLCanvasElement,
  maps: readonly Float32Array[],
  columns: number,
  colourOf: (value: number) => Colour,
) {
  paint(canvas, tiled(maps, columns, colourOf));
}
