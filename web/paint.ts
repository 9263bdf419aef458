/** Numbers on canvases, a pixel each; the style sheet makes them as large as they are shown. */
import "./dom.ts";
import type { Colour } from "./colours.ts";

/** A colour, and how much it covers what is below: 255, all of it, where that is left out. */
export type Paint = Colour | readonly [...Colour, alpha: number];

/** Gives a canvas a size, and its pixels colours. */
export function paint(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Paint | undefined,
) {
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const colour = colourAt(x, y);
      if (!colour) continue;
      image.data.set(colour, at);
      if (colour.length === 3) image.data[at + 3] = 255;
    }
  }
  canvas.getContext("2d")!.putImageData(image, 0, 0);
}

/** A square of a picture. @param pixels (side, side, 3) bytes @param from first row and column */
export function paintPicture(
  canvas: HTMLCanvasElement,
  pixels: Uint8Array,
  { side, from = 0, shown = side }: { side: number; from?: number; shown?: number },
) {
  paint(canvas, shown, shown, (x, y) => {
    const at = 3 * ((y + from) * side + x + from);
    return [pixels[at], pixels[at + 1], pixels[at + 2]];
  });
}

/** Red, green and blue planes, of numbers from 0 to 1. */
export function paintPlanes(canvas: HTMLCanvasElement, planes: readonly Float32Array[]) {
  const side = Math.sqrt(planes[0].length);
  paint(canvas, side, side, (x, y) => {
    const at = y * side + x;
    return [255 * planes[0][at], 255 * planes[1][at], 255 * planes[2][at]];
  });
}

/** Maps side by side, with a pixel of nothing between them. */
export function paintMaps(
  canvas: HTMLCanvasElement,
  maps: readonly Float32Array[],
  columns: number,
  colourOf: (value: number) => Colour,
) {
  const side = Math.sqrt(maps[0].length);
  const pitch = side + 1;
  const rows = Math.ceil(maps.length / columns);
  paint(canvas, columns * pitch - 1, rows * pitch - 1, (x, y) => {
    const [i, j] = [y % pitch, x % pitch];
    const map = maps[Math.floor(y / pitch) * columns + Math.floor(x / pitch)];
    return map && i < side && j < side ? colourOf(map[i * side + j]) : undefined;
  });
}
