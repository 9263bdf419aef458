/** Letters of 5 × 8 dots for the contact sheet, so that it needs no font file. */

/** Width and height of a line of text with one dot per pixel, gaps included. */
export const LETTER = { width: 6, height: 9 } as const;

/** Five columns from left to right as two hexadecimal digits each; bit 0 is the top dot. */
const GLYPHS: Readonly<Record<string, string>> = {
  a: "2054547840",
  b: "7f28444438",
  c: "3844444428",
  d: "384444287f",
  e: "3854545418",
  f: "00087e0902",
  g: "18a4a49c78",
  h: "7f08040478",
  i: "00447d4000",
  j: "2040403d00",
  k: "7f10284400",
  l: "00417f4000",
  m: "7c04780478",
  n: "7c08040478",
  o: "3844444438",
  p: "fc18242418",
  q: "18242418fc",
  r: "7c08040408",
  s: "4854545424",
  t: "04043f4424",
  u: "3c4040207c",
  v: "1c2040201c",
  w: "3c4030403c",
  x: "4428102844",
  y: "4c9090907c",
  z: "4464544c44",
  "-": "0808080808",
  ",": "0050300000",
  "+": "08083e0808",
  "0": "3e5149453e",
  "1": "00427f4000",
  "2": "7249494946",
  "3": "2141494d33",
  "4": "1814127f10",
  "5": "2745454539",
  "6": "3c4a494931",
  "7": "4121110907",
  "8": "3649494936",
  "9": "464949291e",
};

/** Calls `dot` for every dot of a line of text whose top left corner is (0, 0). */
export function letterDots(text: string, dot: (x: number, y: number) => void) {
  [...text].forEach((letter, place) => {
    const glyph = GLYPHS[letter] ?? "";
    for (let column = 0; column < glyph.length / 2; column++) {
      const bits = parseInt(glyph.slice(2 * column, 2 * column + 2), 16);
      for (let y = 0; y < 8; y++) {
        if ((bits >> y) & 1) dot(place * LETTER.width + column, y);
      }
    }
  });
}
