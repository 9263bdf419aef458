/**
 * How well centres and sizes are measured: the tables of docs/pictures.md §4. Galaxy Zoo 2 scaled its
 * cutouts so that petroR90 spans 50 pixels, so the true size is known.
 *
 *     deno run -A tests/pictures/calibrate.ts ../shared/galaxy-zoo/real/images_training_rev1 300
 *
 * takes about five minutes, or a fifth of that without Source Extractor (`--own`).
 */
import { decodePicture } from "../../lib/pictures/decode.ts";
import { fitGalaxy, FRAME_RADIUS, type FrameMeasure, OWN_MEASURE } from "../../lib/pictures/fit.ts";
import { framePicture } from "../../lib/pictures/frame.ts";
import { skyColour } from "../../lib/pictures/sky.ts";
import { sourceExtractor } from "../../lib/pictures/source_extractor.ts";
import { Random } from "../../lib/random.ts";
import { embed, type Embedding } from "./embed.ts";

const [folder, count = "300", own] = Deno.args;
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const step = Math.floor(names.length / Number(count));
const chosen = names.filter((_, k) => k % step === 0).slice(0, Number(count));
const pictures = await Promise.all(
  chosen.map((name) => decodePicture(Deno.readFileSync(`${folder}/${name}`), name)),
);
const random = new Random(1, "test");

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const quantile = (values: readonly number[], share: number) =>
  sorted(values)[Math.round(share * (values.length - 1))];
const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);
const share = (values: readonly number[], most: number) =>
  `${(100 * values.filter((value) => value <= most).length / values.length).toFixed(0)} %`;
const fixed = (digits: number) => (value: number) => value.toFixed(digits);

/** Sizes of other pictures; the galaxy's place in them is drawn within `spread` of the middle. */
const OTHERS = [
  { width: 200, height: 200, factor: 0.4, spread: 25 },
  { width: 1000, height: 700, factor: 1.2, spread: 150 },
  { width: 64, height: 64, factor: 0.15, spread: 6 },
  { width: 424, height: 424, factor: 0.6, spread: 60 },
];

const folderOfProgram = Deno.makeTempDirSync();
const measures: FrameMeasure[] = [OWN_MEASURE];
if (own !== "--own") measures.push(await sourceExtractor(folderOfProgram));
try {
  for (const measure of measures) {
    console.log(`\n${measure.name}, ${pictures.length} galaxies\n`);
    const measured = pictures.flatMap(({ pixels }) => measure.measure(pixels) ?? []);
    const radii = measured.map(({ radius }) => radius);
    const off = radii.map((radius) => Math.abs(Math.log(radius / FRAME_RADIUS)));
    row(
      "5 %",
      "16 %",
      "median",
      "84 %",
      "95 %",
      "within 15 %",
      "within 30 %",
      "centre x",
      "centre y",
    );
    row(
      ...[0.05, 0.16, 0.5, 0.84, 0.95].map((at) => quantile(radii, at)).map(fixed(1)),
      ...[share(off, Math.log(1.15)), share(off, Math.log(1.3))],
      ...[measured.map(({ x }) => x), measured.map(({ y }) => y)].map((at) =>
        quantile(at, 0.5).toFixed(1)
      ),
    );
    const fits = pictures.map(({ pixels, width, height }) =>
      fitGalaxy(
        pixels,
        width,
        height,
        skyColour(pixels, width, height).map(({ median }) => median),
        measure,
      )
    );
    console.log("");
    row(
      "picture",
      "galaxy",
      "centre ≤ 5 px",
      "size: median",
      "within 15 %",
      "within 30 %",
      "size as in the original: within 5 %",
      "within 15 %",
    );
    for (const { spread, ...other } of OTHERS) {
      const results = pictures.map(({ pixels }, k) => {
        const place: Embedding = {
          ...other,
          x: (other.width - 1) / 2 + random.uniform(-spread, spread),
          y: (other.height - 1) / 2 + random.uniform(-spread, spread),
        };
        const framed = framePicture(embed(pixels, place, random), { kind: "fit", measure });
        const expected = {
          x: place.x + place.factor * (fits[k].x - 211.5),
          y: place.y + place.factor * (fits[k].y - 211.5),
        };
        return {
          centre: framed.scale *
            Math.hypot(framed.centre.x - expected.x, framed.centre.y - expected.y),
          size: framed.scale * place.factor,
          same: Math.abs(Math.log(framed.scale * place.factor / fits[k].scale)),
        };
      });
      const off = results.map(({ size }) => Math.abs(Math.log(size)));
      row(
        `${other.width}×${other.height}`,
        `R90 ${FRAME_RADIUS * other.factor} px, up to ${spread} px off`,
        share(results.map(({ centre }) => centre), 5),
        quantile(results.map(({ size }) => size), 0.5).toFixed(2),
        ...[share(off, Math.log(1.15)), share(off, Math.log(1.3))],
        ...[0.05, 0.15].map((most) => share(results.map(({ same }) => same), Math.log(1 + most))),
      );
    }
  }
} finally {
  Deno.removeSync(folderOfProgram, { recursive: true });
}
