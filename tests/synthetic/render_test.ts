import assert from "node:assert/strict";
import type { Canvas } from "../../lib/synthetic/canvas.ts";
import { galaxyRandom } from "../../lib/synthetic/catalogue.ts";
import type { Disk, Galaxy, Kind } from "../../lib/synthetic/galaxy.ts";
import { drawKind } from "../../lib/synthetic/kinds.ts";
import { renderLight, renderPicture } from "../../lib/synthetic/render.ts";

/** Galaxies of a kind, near enough for the atmosphere to hide nothing. */
function nearby(kind: Kind, count: number): Galaxy[] {
  return Array.from({ length: count }, (_, index) => ({
    ...drawKind(kind, galaxyRandom(3, index, "description")),
    magnification: 1.5,
  }));
}

/** The axis ratio that the second moments of the light tell. */
function axisRatio({ size, light }: Canvas): number {
  let [total, xx, yy, xy] = [0, 0, 0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const value = light[3 * (row * size + column) + 1];
      if (value < 3) continue;
      const [x, y] = [column - (size - 1) / 2, row - (size - 1) / 2];
      total += value;
      xx += value * x * x;
      yy += value * y * y;
      xy += value * x * y;
    }
  }
  const middle = (xx + yy) / 2 / total;
  const half = Math.hypot((xx - yy) / 2, xy) / total;
  return Math.sqrt((middle - half) / (middle + half));
}

Deno.test("round galaxies are round, edge-on ones thin", () => {
  for (const galaxy of nearby("round", 8)) {
    const ratio = axisRatio(renderLight(galaxy));
    assert.ok(ratio > 0.85, `round: ${ratio}`);
  }
  for (const galaxy of nearby("edge-on, no bulge", 8)) {
    const ratio = axisRatio(renderLight(galaxy));
    assert.ok(ratio < 0.35, `edge-on: ${ratio}`);
  }
});

/** Amplitude of the m-fold pattern in rings around a face-on galaxy, relative to the mean light. */
function fourier({ size, light, magnification }: Canvas, disk: Disk, m: number): number {
  let amplitude = 0;
  const rings = 12;
  for (let ring = 0; ring < rings; ring++) {
    const r = disk.scale * (1 + 1.2 * ring / rings);
    let [mean, re, im] = [0, 0, 0];
    for (let k = 0; k < 180; k++) {
      const azimuth = k * Math.PI / 90;
      const at = (centre: number, offset: number) =>
        Math.round((size - 1) / 2 + (centre + offset) / magnification);
      const row = at(disk.y, r * Math.sin(azimuth));
      const value = light[3 * (row * size + at(disk.x, r * Math.cos(azimuth))) + 1];
      mean += value;
      re += value * Math.cos(m * azimuth);
      im += value * Math.sin(m * azimuth);
    }
    amplitude += Math.hypot(re, im) / mean / rings;
  }
  return amplitude;
}

Deno.test("a face-on spiral's arms are counted by the strongest Fourier mode", () => {
  const counts = { "two arms": 2, "three arms": 3, "four arms": 4 } as const;
  for (const [kind, count] of Object.entries(counts)) {
    for (const galaxy of nearby(kind as Kind, 4)) {
      const { bar: _, ...drawn } = galaxy.bodies[0] as Disk;
      const disk: Disk = { ...drawn, axisRatio: 1, lopsided: 0 };
      const canvas = renderLight({ ...galaxy, bodies: [disk], clumps: [] });
      const modes = [1, 2, 3, 4, 5].map((m) => fourier(canvas, disk, m));
      assert.equal(1 + modes.indexOf(Math.max(...modes)), count, `${kind}: ${modes}`);
    }
  }
});

Deno.test("old bulges are redder than young arms", () => {
  const [galaxy] = nearby("two arms", 1);
  const disk = { ...galaxy.bodies[0] as Disk, bulge: 2, age: 0.4, axisRatio: 1 };
  const { size, light, magnification } = renderLight({ ...galaxy, bodies: [disk] });
  const middle = Math.round((size - 1) / 2);
  const redness = (column: number) => {
    const p = 3 * (middle * size + column);
    return light[p] / light[p + 2];
  };
  const arms = middle + Math.round(2.2 * disk.scale / magnification);
  assert.ok(redness(middle) > 1.2 * redness(arms), `${redness(middle)}, ${redness(arms)}`);
});

Deno.test("a picture is a function of galaxy and seed, with a dark sky around a bright centre", () => {
  const galaxy = drawKind("in between", galaxyRandom(3, 0, "description"));
  const picture = renderPicture(galaxy, galaxyRandom(3, 0, "sky"), 3);
  // Another seed in between must not leave its noise behind.
  renderPicture(galaxy, galaxyRandom(4, 0, "sky"), 4);
  assert.deepEqual(renderPicture(galaxy, galaxyRandom(3, 0, "sky"), 3), picture);
  assert.equal(picture.length, 424 * 424 * 3);
  const centre = picture[3 * (212 * 424 + 212) + 1];
  const edge = picture.slice(0, 3 * 424).toSorted()[3 * 212];
  assert.ok(centre > 100 && centre <= 255, `centre ${centre}`);
  assert.ok(edge <= 8, `edge ${edge}`);
});
