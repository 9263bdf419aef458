/** Pictures of a report: pixels and rasters as data URIs. */
import { encodeJpeg } from "../../data/jpeg/encode.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";
import { jpegUri, rgbaUri } from "../../report/images.ts";
import { SHOWN, SHOWN_FROM } from "../places.ts";
import type { Raster } from "../raster.ts";

/** Of grey, what is as bright as a colour can be. */
const BRIGHT = 150;

/** The part of a picture (424, 424, 3) that the views show, as a JPEG. */
export function shownUri(pixels: Uint8Array): Promise<string> {
  return squareUri((x, y) => {
    const from = 3 * (y * IMAGE_SIZE + x);
    return [pixels[from], pixels[from + 1], pixels[from + 2]];
  });
}

/** The same in grey, so that only what lies over it has colours. */
export function heatUri(pixels: Uint8Array, { rgba }: Raster): Promise<string> {
  return squareUri((x, y) => {
    const from = 3 * (y * IMAGE_SIZE + x);
    const grey = (pixels[from] + pixels[from + 1] + pixels[from + 2]) / 3;
    const at = 4 * ((y - SHOWN_FROM) * SHOWN + x - SHOWN_FROM);
    const share = rgba[at + 3] / 255;
    // What lies below is seen through the strongest colour too.
    const light = 0.45 + 0.55 * Math.min(1, grey / BRIGHT);
    const over = (band: number) => grey + share * (light * rgba[at + band] - grey);
    return [over(0), over(1), over(2)];
  });
}

async function squareUri(
  colourAt: (x: number, y: number) => readonly [number, number, number],
): Promise<string> {
  const shown = new Uint8Array(3 * SHOWN * SHOWN);
  for (let at = 0; at < SHOWN * SHOWN; at++) {
    shown.set(colourAt(SHOWN_FROM + at % SHOWN, SHOWN_FROM + Math.floor(at / SHOWN)), 3 * at);
  }
  return jpegUri(await encodeJpeg(shown, SHOWN, SHOWN, 85));
}

export function rasterUri({ rgba, width, height }: Raster): string {
  return rgbaUri(rgba, width, height);
}
