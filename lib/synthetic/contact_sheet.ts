/** One picture with galaxies of every type, row by row, to see at a glance what a survey holds. */
import { encodeJpeg } from "../data/jpeg/encode.ts";
import { writeFileAtomic } from "../files/atomic.ts";
import { ANSWER_COLUMNS } from "../galaxy/questions.ts";
import { PICTURE_SIZE } from "./canvas.ts";
import { galaxyAt, galaxyRandom } from "./catalogue.ts";
import { LETTER, letterDots } from "./lettering.ts";
import { renderPicture } from "./render.ts";
import { expectedVotes } from "./votes.ts";

/** A row: galaxies to whose picture at least this share of a crowd gives this answer. */
interface Row {
  label: string;
  column: string;
  share: number;
}

export const ROWS: readonly Row[] = [
  { label: "smooth, round", column: "Class7.1", share: 0.7 },
  { label: "smooth, in between", column: "Class7.2", share: 0.65 },
  { label: "smooth, cigar", column: "Class7.3", share: 0.5 },
  { label: "edge-on, rounded bulge", column: "Class9.1", share: 0.55 },
  { label: "edge-on, boxy bulge", column: "Class9.2", share: 0.38 },
  { label: "edge-on, no bulge", column: "Class9.3", share: 0.6 },
  { label: "disk, no spiral", column: "Class4.2", share: 0.5 },
  { label: "bar", column: "Class3.1", share: 0.6 },
  { label: "1 arm", column: "Class11.1", share: 0.55 },
  { label: "2 arms", column: "Class11.2", share: 0.6 },
  { label: "3 arms", column: "Class11.3", share: 0.5 },
  { label: "4 arms", column: "Class11.4", share: 0.35 },
  { label: "more than 4 arms", column: "Class11.5", share: 0.25 },
  { label: "tight arms", column: "Class10.1", share: 0.55 },
  { label: "medium arms", column: "Class10.2", share: 0.6 },
  { label: "loose arms", column: "Class10.3", share: 0.65 },
  { label: "no bulge", column: "Class5.1", share: 0.55 },
  { label: "bulge just noticeable", column: "Class5.2", share: 0.6 },
  { label: "bulge obvious", column: "Class5.3", share: 0.6 },
  { label: "bulge dominant", column: "Class5.4", share: 0.4 },
  { label: "ring", column: "Class8.1", share: 0.5 },
  { label: "lens or arc", column: "Class8.2", share: 0.45 },
  { label: "disturbed", column: "Class8.3", share: 0.4 },
  { label: "irregular", column: "Class8.4", share: 0.4 },
  { label: "merger", column: "Class8.6", share: 0.55 },
  { label: "dust lane", column: "Class8.7", share: 0.5 },
  { label: "star or artifact", column: "Class1.3", share: 0.6 },
];

const PER_ROW = 8;
/** Pixels of a cell: the middle of a picture at half its size. */
const CELL = 104;
const MARGIN = 118;
const LETTER_SIZE = 1;
const QUALITY = 66;
/** Far beyond the rarest row: one galaxy in some 200 shows a dust lane. */
const SEARCHED = 100_000;

/** The first galaxies of a survey with this seed that belong into a row. */
export function findGalaxies(row: Row, seed: number): number[] {
  const column = ANSWER_COLUMNS.indexOf(row.column);
  const found: number[] = [];
  for (let index = 0; index < SEARCHED && found.length < PER_ROW; index++) {
    if (expectedVotes(galaxyAt(seed, index))[column] >= row.share) found.push(index);
  }
  return found;
}

/** Writes the whole sheet for a survey's seed as a JPEG file. */
export async function writeContactSheet(path: string, seed: number) {
  await writeFileAtomic(path, await contactSheet(seed, ROWS.map(({ label }) => label)));
}

/** The rows of the sheet with these labels, as a JPEG file; a row's label stands at its left. */
export async function contactSheet(seed: number, labels: readonly string[]): Promise<Uint8Array> {
  const width = MARGIN + PER_ROW * CELL;
  const sheet = { width, rgb: new Uint8Array(3 * width * labels.length * CELL) };
  ROWS.filter(({ label }) => labels.includes(label)).forEach((row, place) => {
    writeLabel(sheet, row.label, place * CELL);
    findGalaxies(row, seed).forEach((index, column) => {
      const picture = renderPicture(
        galaxyAt(seed, index),
        galaxyRandom(seed, index, "sky"),
        seed,
      );
      putMiddle(sheet, picture, MARGIN + column * CELL, place * CELL);
    });
  });
  return await encodeJpeg(sheet.rgb, width, labels.length * CELL, QUALITY);
}

interface Sheet {
  width: number;
  rgb: Uint8Array;
}

/** Copies the middle of a picture at half its size. */
function putMiddle({ width, rgb }: Sheet, picture: Uint8Array, left: number, top: number) {
  const first = PICTURE_SIZE / 2 - CELL;
  for (let y = 0; y < CELL; y++) {
    for (let x = 0; x < CELL; x++) {
      const from = 3 * ((first + 2 * y) * PICTURE_SIZE + first + 2 * x);
      const to = 3 * ((top + y) * width + left + x);
      for (let band = 0; band < 3; band++) {
        const below = from + 3 * PICTURE_SIZE;
        rgb[to + band] = (picture[from + band] + picture[from + 3 + band] +
          picture[below + band] + picture[below + 3 + band]) / 4;
      }
    }
  }
}

/** Writes a label in the margin, a word or two per line. */
function writeLabel({ width, rgb }: Sheet, label: string, top: number) {
  const lines: string[] = [];
  const fits = Math.floor((MARGIN - 8) / (LETTER.width * LETTER_SIZE));
  for (const word of label.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && longer.length <= fits) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  lines.forEach((line, place) => {
    const y0 = top + CELL / 2 + (place - lines.length / 2) * LETTER.height * LETTER_SIZE;
    letterDots(line, (x, y) => {
      for (let dy = 0; dy < LETTER_SIZE; dy++) {
        for (let dx = 0; dx < LETTER_SIZE; dx++) {
          const row = Math.round(y0 + y * LETTER_SIZE) + dy;
          const column = Math.round(8 + x * LETTER_SIZE) + dx;
          rgb.fill(210, 3 * (row * width + column), 3 * (row * width + column) + 3);
        }
      }
    });
  });
}
