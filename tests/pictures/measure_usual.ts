/**
 * Writes lib/pictures/usual.ts anew, from a folder of Galaxy Zoo's pictures:
 *
 *     deno run -A tests/pictures/measure_usual.ts ../shared/galaxy-zoo/unlabelled
 *
 * To be run, and `tests/pictures` after it, when lib/pictures/describe.ts or what it measures with changes.
 */
import { decodePicture } from "../../lib/pictures/decode.ts";
import { describePicture, type Statistics } from "../../lib/pictures/describe.ts";

const QUANTILES = [0.005, 0.5, 0.995];
const TARGET = new URL("../../lib/pictures/usual.ts", import.meta.url);

const [folder] = Deno.args;
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const all: Statistics[] = [];
for (const name of names) {
  all.push(describePicture(await decodePicture(Deno.readFileSync(`${folder}/${name}`), name)));
}
const lines = (Object.keys(all[0]) as (keyof Statistics)[]).map((key) => {
  const values = all.map((statistics) => statistics[key]).sort((a, b) => a - b);
  const at = QUANTILES.map((share) => values[Math.round(share * (values.length - 1))]);
  return `  ${key}: [${at.map((value) => Number(value.toPrecision(4))).join(", ")}],\n`;
});
Deno.writeTextFileSync(
  TARGET,
  `/**
 * What is usual in Galaxy Zoo's pictures: the 0.5 %, 50 % and 99.5 % quantiles of what
 * \`describePicture\` tells of ${all.length} of them. Written by tests/pictures/measure_usual.ts.
 */
import type { Statistics } from "./describe.ts";

export const USUAL: Readonly<
  Record<keyof Statistics, readonly [low: number, median: number, high: number]>
> = {
${lines.join("")}};
`,
);
