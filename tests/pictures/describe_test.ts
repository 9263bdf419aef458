import assert from "node:assert/strict";
import { decodePicture } from "../../lib/pictures/decode.ts";
import { describePicture } from "../../lib/pictures/describe.ts";
import { framePicture } from "../../lib/pictures/frame.ts";
import { unusual } from "../../lib/pictures/unusual.ts";
import { USUAL } from "../../lib/pictures/usual.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import * as scenes from "./scenes.ts";

const told = (pixels: Uint8Array) => unusual(describePicture({ pixels })).join("; ");

Deno.test("A galaxy as Galaxy Zoo shows them is not unusual", () => {
  assert.equal(told(scenes.galaxy(60)), "");
});

Deno.test("An empty sky, a black picture and a white page have no galaxy", () => {
  assert.equal(told(scenes.emptySky()), "no galaxy was found");
  assert.match(
    told(new Uint8Array(3 * 424 * 424)),
    /^no galaxy was found; it has hardly any noise/,
  );
  const page = told(scenes.whitePage());
  assert.match(page, /the sky is bright \(255, usually 1 to 18\)/);
  assert.match(page, /much of it is white/);
});

Deno.test("Noise is noise", () => {
  const noise = told(scenes.pureNoise());
  assert.match(noise, /the sky is bright/);
  assert.match(noise, /it is very noisy/);
});

Deno.test("In a field of stars, the one in the middle is too small, and there are too many others", () => {
  const stars = told(scenes.starField());
  assert.match(stars, /the galaxy is small/);
  assert.match(stars, /there are many other objects/);
});

Deno.test("A cat is no galaxy, neither by day nor in the dark", () => {
  assert.match(told(scenes.cat()), /the sky is bright/);
  assert.match(told(scenes.catAtNight()), /its light is spread evenly/);
  // Nor when it is fitted as another picture is.
  for (const pixels of [scenes.cat(), scenes.catAtNight()]) {
    const picture = { width: 424, height: 424, pixels, kind: "PNG" as const, notes: [] };
    assert.notEqual(told(framePicture(picture, { kind: "fit" }).pixels), "");
  }
});

Deno.test("A galaxy that is far off, tiny, too red or green is marked for it", () => {
  assert.match(told(scenes.galaxy(50, { x: 300, y: 211 })), /the galaxy is far from the middle/);
  assert.match(told(scenes.galaxy(15)), /the galaxy is small/);
  const tinted = (factors: number[]) => scenes.galaxy(60).map((value, k) => factors[k % 3] * value);
  assert.match(told(tinted([1, 0.3, 0.2])), /the galaxy is very red/);
  assert.match(told(tinted([0.2, 1, 0.2])), /hardly any red light/);
});

Deno.test("What is usual has a low, a median and a high of every number", () => {
  assert.deepEqual(
    Object.keys(USUAL).sort(),
    Object.keys(describePicture({ pixels: scenes.emptySky() })).sort(),
  );
  for (const [low, median, high] of Object.values(USUAL)) {
    assert.ok(low <= median && median <= high);
  }
});

Deno.test("The document's table of what is usual is the code's", () => {
  const text = Deno.readTextFileSync(new URL("../../docs/pictures.md", import.meta.url));
  const rows = [...text.matchAll(/^\| `(\w+)` .*\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)];
  assert.deepEqual(
    Object.fromEntries(
      rows.map(([, key, ...cells]) => [key, cells.map((cell) => Number(cell.replace("−", "-")))]),
    ),
    Object.fromEntries(Object.entries(USUAL).map(([key, values]) => [key, [...values]])),
  );
});

const FOLDER = "galaxy-zoo/real/images_training_rev1";
sharedTest("At most one in fifty of real galaxies is marked", FOLDER, async () => {
  const folder = sharedPath(FOLDER);
  const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
  // None of those that say what is usual.
  const known = new Set(namesIn(sharedPath("galaxy-zoo/unlabelled")));
  const others = namesIn(folder).filter((name) => !known.has(name));
  const chosen = others.filter((_, k) => k % 12 === 3).slice(0, 500);
  let marked = 0;
  for (const name of chosen) {
    const { pixels } = await decodePicture(await Deno.readFile(`${folder}/${name}`), name);
    if (told(pixels)) marked++;
  }
  assert.ok(marked <= 10, `${marked} of ${chosen.length}`);
});
