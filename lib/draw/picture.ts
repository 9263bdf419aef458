/** A picture that is put together from others, with lines and letters of its own. */
import { encodeJpeg } from "../data/jpeg/encode.ts";
import { LETTER, letterDots } from "../synthetic/lettering.ts";

/** Red, green and blue, 0 … 255. */
export type Colour = readonly [number, number, number];

/** Red, green and blue planes, (3, size, size), values from 0 to 1. */
export interface Planes {
  readonly size: number;
  readonly values: Float32Array;
}

const INK: Colour = [210, 210, 210];
/** Keeps letters and lines sharp. */
const QUALITY = 88;

/** Black where nothing was put. */
export class Picture {
  readonly #rgb: Uint8Array;

  /** Pixels. */
  constructor(readonly width: number, readonly height: number) {
    this.#rgb = new Uint8Array(3 * width * height);
  }

  /** Puts planes with their top left corner at (left, top), each pixel as `scale` × `scale`. */
  put({ size, values }: Planes, left: number, top: number, scale: number) {
    for (let y = 0; y < size * scale; y++) {
      for (let x = 0; x < size * scale; x++) {
        const from = Math.floor(y / scale) * size + Math.floor(x / scale);
        const [red, green, blue] = [0, 1, 2].map((band) => values[band * size * size + from]);
        this.#dot(left + x, top + y, [255 * red, 255 * green, 255 * blue]);
      }
    }
  }

  /** Draws the edge of a square, `thickness` pixels inwards. */
  frame(left: number, top: number, side: number, colour: Colour, thickness = 2) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const inside = Math.min(x, y, side - 1 - x, side - 1 - y) >= thickness;
        if (!inside) this.#dot(left + x, top + y, colour);
      }
    }
  }

  /** Writes a line of small letters, digits, commas and hyphens. */
  write(text: string, left: number, top: number, scale = 2) {
    letterDots(text, (x, y) => {
      for (let dot = 0; dot < scale * scale; dot++) {
        const across = x * scale + dot % scale, down = y * scale + Math.floor(dot / scale);
        this.#dot(left + across, top + down, INK);
      }
    });
  }

  /** Writes a line with its middle at `centre`. */
  writeCentred(text: string, centre: number, top: number, scale = 2) {
    this.write(text, Math.round(centre - text.length * LETTER.width * scale / 2), top, scale);
  }

  /** As a JPEG file. */
  jpeg(): Promise<Uint8Array> {
    return encodeJpeg(this.#rgb, this.width, this.height, QUALITY);
  }

  #dot(x: number, y: number, colour: Colour) {
    const at = 3 * (y * this.width + x);
    colour.forEach((value, band) => {
      this.#rgb[at + band] = Math.min(255, Math.max(0, Math.round(value)));
    });
  }
}
