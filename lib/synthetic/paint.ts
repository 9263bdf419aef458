/** Puts the parts of a galaxy on the canvas, before the atmosphere blurs it. */
import { type Canvas, colourOf, within } from "./canvas.ts";
import type { Arms, Body, Clump, Disk, Dust, EdgeOn, Spheroid, Star, Trail } from "./galaxy.ts";
import { moffat, sechSquared, sersic, sersicReach, smoothstep } from "./profiles.ts";

/** Light fainter than this many grey levels is not painted: it is a tenth of the sky noise. */
const FAINTEST = 0.4;

/** Adds a body and its bulge. */
export function paintBody(canvas: Canvas, body: Body) {
  if (body.shape === "spheroid") return paintSpheroid(canvas, body);
  const bulge = bulgeOf(body);
  if (bulge) paintSpheroid(canvas, bulge);
  if (body.shape === "disk") paintDisk(canvas, body);
  else paintEdgeOn(canvas, body);
}

/** The spheroid that makes a bulge of the given prominence. */
export function bulgeOf(body: Disk | EdgeOn): Spheroid | undefined {
  if (body.bulge < 0.15) return undefined;
  const { x, y, angle, bulge } = body;
  const edgeOn = body.shape === "edge-on";
  const boxy = edgeOn && body.boxiness > 2;
  const size = 0.07 + 0.055 * bulge + 0.035 * bulge * bulge;
  return {
    shape: "spheroid",
    x,
    y,
    angle,
    axisRatio: edgeOn ? (boxy ? 0.66 : 0.88) : 0.55 + 0.45 * body.axisRatio,
    radius: size * body.scale * (boxy ? 1.6 : edgeOn ? 1.2 : 1),
    index: boxy ? 0.6 : 1 + 0.55 * bulge,
    brightness: (edgeOn ? 0.6 : 0.75) * body.brightness * Math.min(1, 0.3 + 0.45 * bulge),
    boxiness: edgeOn ? body.boxiness : 2,
    age: Math.max(body.age, 0.85),
  };
}

function paintSpheroid(canvas: Canvas, body: Spheroid) {
  const { axisRatio, radius, index, brightness, boxiness } = body;
  const reach = radius * sersicReach(index, FAINTEST / brightness);
  const [red, green, blue] = colourOf(body.age);
  const { light, magnification } = canvas;
  // A cusp narrower than a pixel would be caught or missed by chance.
  const core = 0.4 * magnification;
  within(canvas, body, reach, (along, across, p) => {
    const v = across / axisRatio;
    const r = boxiness === 2
      ? Math.sqrt(along * along + v * v + core * core)
      : (Math.abs(along) ** boxiness + Math.abs(v) ** boxiness + core ** boxiness) **
        (1 / boxiness);
    if (r > reach) return;
    const value = brightness * sersic(index, r / radius);
    light[p] += value * red;
    light[p + 1] += value * green;
    light[p + 2] += value * blue;
  });
}

function paintDisk(canvas: Canvas, disk: Disk) {
  const { axisRatio, scale, brightness, bar, arms, ring, lopsided } = disk;
  const old = colourOf(disk.age);
  const aged = colourOf(Math.max(disk.age, 0.85));
  const young = colourOf(Math.max(0, disk.age - 0.4));
  const { light } = canvas;
  const end = 4.6 * scale;
  within(canvas, disk, end * (1 + Math.abs(lopsided)), (along, across, p) => {
    const v = across / axisRatio;
    const azimuth = Math.atan2(v, along);
    const r = Math.sqrt(along * along + v * v) / (1 + lopsided * Math.cos(azimuth));
    if (r > end) return;
    const plain = brightness * Math.exp(-r / scale) * (1 - smoothstep(0.75 * end, end, r));
    let [calm, lively, barred] = [plain, 0, 0];
    if (arms) {
      const ridge = armsAt(arms, scale, r, azimuth);
      // Arms outshine the disk further out, where gas is left to form stars.
      lively = arms.contrast * plain * ridge * Math.min(2.2, 0.75 + 0.25 * r / scale);
      // What is in the arms is missing between them.
      calm *= 1 - 0.5 * Math.min(1, arms.contrast) * smoothstep(0.4, 1.2, r / arms.start);
    }
    if (ring) {
      const across = (r - ring.radius) / ring.width;
      lively += ring.strength * brightness * Math.exp(-0.5 * across * across);
      calm *= 1 - 0.6 * smoothstep(0.3, 0.8, r / ring.radius);
    }
    if (bar) {
      const cos = Math.cos(bar.angle);
      const sin = Math.sin(bar.angle);
      const u = (along * cos + v * sin) / bar.length;
      const w = (v * cos - along * sin) / (0.26 * bar.length);
      barred = bar.strength * brightness * Math.exp(-((u * u) ** 2) - w * w);
      // A bar sweeps the disk around it clean.
      calm *= 1 - 0.45 * Math.min(1, bar.strength) * Math.exp(-((r / bar.length) ** 4));
    }
    for (let band = 0; band < 3; band++) {
      light[p + band] += calm * old[band] + lively * young[band] + barred * aged[band];
    }
  });
}

/** How much of an arm's ridge there is at a place in the disk's plane: 0 … 1. */
function armsAt(arms: Arms, scale: number, r: number, azimuth: number): number {
  const begin = smoothstep(0.45, 1.1, r / arms.start);
  if (begin === 0) return 0;
  const turns = Math.log(r / arms.start) / Math.tan(arms.pitch);
  const [a, b, c] = arms.wobblePhases;
  const wobble = arms.wobble *
    (Math.cos(azimuth + a) + Math.cos(2 * azimuth + b) + Math.cos(1.9 * r / scale + c));
  const phase = arms.count * (azimuth - turns) + arms.phase + wobble;
  // Squared, the ridge is narrower than the gap; a single arm is narrower still.
  const wave = 0.5 + 0.5 * Math.cos(phase);
  const patchy = 1 + 1.2 * arms.wobble * Math.cos(azimuth + 2.3 * r / scale + b) *
      Math.cos(2 * azimuth - 1.3 * r / scale + a);
  return begin * patchy * wave * wave * (arms.count === 1 ? wave * wave : 1);
}

function paintEdgeOn(canvas: Canvas, disk: EdgeOn) {
  const { scale, height, brightness } = disk;
  const colour = colourOf(disk.age);
  const { light } = canvas;
  const end = 4.2 * scale;
  within(canvas, disk, end, (along, across, p) => {
    const x = Math.abs(along);
    if (x > end) return;
    // The line of sight through an exponential disk is flat in the middle, x K₁(x) in full.
    const s = Math.sqrt((x / scale) ** 2 + 0.35);
    const value = brightness * Math.exp(0.59 - s) * sechSquared(across / height) *
      (1 - smoothstep(0.6 * end, end, x));
    light[p] += value * colour[0];
    light[p + 1] += value * colour[1];
    light[p + 2] += value * colour[2];
  });
}

/** Adds a round patch of light. */
export function paintClump(canvas: Canvas, clump: Clump) {
  const { size, brightness } = clump;
  const colour = colourOf(clump.age);
  const { light } = canvas;
  within(canvas, clump, 3 * size, (along, across, p) => {
    const value = brightness * Math.exp(-0.5 * (along * along + across * across) / (size * size));
    light[p] += value * colour[0];
    light[p + 1] += value * colour[1];
    light[p + 2] += value * colour[2];
  });
}

/** Dims what has been painted so far, blue light more than red. */
export function paintDust(canvas: Canvas, dust: Dust) {
  const { light } = canvas;
  within(canvas, dust, 3 * dust.length, (along, across, p) => {
    const depth = dust.depth *
      Math.exp(-0.5 * ((along / dust.length) ** 2 + (across / dust.width) ** 2));
    light[p] *= Math.exp(-0.72 * depth);
    light[p + 1] *= Math.exp(-depth);
    light[p + 2] *= Math.exp(-1.35 * depth);
  });
}

/** Paints a star as the camera sees it, blur included; `seeing` in pixels of the camera. */
export function paintStar(canvas: Canvas, star: Star, seeing: number) {
  const { brightness } = star;
  const fwhm = seeing * canvas.magnification;
  const colour = colourOf(star.age);
  const { light } = canvas;
  const spiked = brightness > 6000;
  const spikeLength = fwhm * Math.min(14, Math.cbrt(brightness / 200));
  const reach = Math.max(
    fwhm * 0.98 * Math.sqrt(Math.cbrt(brightness / FAINTEST)),
    spiked ? 5 * spikeLength : 0,
  );
  within(canvas, star, reach, (along, across, p) => {
    let value = brightness * moffat(fwhm, Math.sqrt(along * along + across * across));
    if (spiked) {
      // The vanes that hold the secondary mirror draw a cross, here turned by 45°.
      const u = Math.abs(along + across) * Math.SQRT1_2;
      const v = Math.abs(along - across) * Math.SQRT1_2;
      const thin = 0.3 * fwhm;
      value += 0.03 * brightness * (
        Math.exp(-u / spikeLength - 0.5 * (v / thin) ** 2) +
        Math.exp(-v / spikeLength - 0.5 * (u / thin) ** 2)
      );
    }
    light[p] += value * colour[0];
    light[p + 1] += value * colour[1];
    light[p + 2] += value * colour[2];
  });
}

/** Adds a trail from edge to edge. */
export function paintTrail(canvas: Canvas, trail: Trail) {
  const { light } = canvas;
  within(canvas, trail, canvas.size * canvas.magnification, (_, across, p) => {
    const value = trail.brightness * Math.exp(-0.5 * (across / trail.width) ** 2);
    for (let band = 0; band < 3; band++) light[p + band] += band === trail.band ? value : value / 6;
  });
}
