/** The light of a galaxy in circles about its centre, and its Petrosian radius. */
import type { Plane } from "./light.ts";

/** A ring's brightness against the mean within it, at the Petrosian radius (SDSS: 0.2). */
const RATIO = 0.2;
/** The ring reaches from this to that multiple of its radius. */
const [INNER, OUTER] = [0.8, 1.25];
/** The Petrosian flux is the light within so many Petrosian radii. */
const APERTURE = 2;

/**
 * Light within growing circles: `flux[k]` within k + 1/2 pixels of the centre. Pixels that are left out
 * count as the mean of the others in their ring.
 * @param light of a pixel; NaN leaves it out
 * @param most radius in pixels
 */
export function growth(
  { width, height }: Plane,
  light: (at: number) => number,
  centreX: number,
  centreY: number,
  most: number,
): Float64Array {
  const rings = Math.max(2, Math.ceil(most) + 1);
  const sums = new Float64Array(rings);
  const counts = new Uint32Array(rings);
  const top = Math.max(0, Math.floor(centreY - rings));
  const bottom = Math.min(height - 1, Math.ceil(centreY + rings));
  for (let y = top; y <= bottom; y++) {
    for (let x = 0; x < width; x++) {
      const ring = Math.floor(Math.sqrt((x - centreX) ** 2 + (y - centreY) ** 2) + 0.5);
      if (ring >= rings) continue;
      const value = light(y * width + x);
      if (Number.isNaN(value)) continue;
      sums[ring] += value;
      counts[ring]++;
    }
  }
  const flux = new Float64Array(rings);
  let [total, mean] = [0, 0];
  for (let ring = 0; ring < rings; ring++) {
    if (counts[ring] > 0) mean = sums[ring] / counts[ring];
    total += mean * Math.PI * ((ring + 0.5) ** 2 - Math.max(0, ring - 0.5) ** 2);
    flux[ring] = total;
  }
  return flux;
}

/** The light within a radius, between the circles of `growth` by a straight line. */
export function within(flux: Float64Array, radius: number): number {
  const place = radius - 0.5;
  if (place <= 0) return flux[0] * (radius / 0.5) ** 2;
  const ring = Math.min(flux.length - 1, Math.floor(place));
  if (ring === flux.length - 1) return flux[ring];
  return flux[ring] + (place - ring) * (flux[ring + 1] - flux[ring]);
}

/**
 * The Petrosian radius in pixels: where a ring is a fifth as bright as the mean within it (Petrosian
 * 1976, as SDSS uses it). The largest radius there is, where the light does not fade so far.
 */
export function petrosianRadius(flux: Float64Array): number {
  const most = flux.length - 0.5;
  for (let radius = 1; radius < most; radius += 0.25) {
    const [low, high] = [INNER * radius, Math.min(most, OUTER * radius)];
    const ring = (within(flux, high) - within(flux, low)) / (high ** 2 - low ** 2);
    if (ring < RATIO * within(flux, radius) / radius ** 2) return radius;
  }
  return most;
}

/** The radius in pixels of the circle that holds a share of the Petrosian flux. */
export function radiusOfShare(flux: Float64Array, petrosian: number, share: number): number {
  const aperture = Math.min(flux.length - 0.5, APERTURE * petrosian);
  const wanted = share * within(flux, aperture);
  for (let radius = 0; radius < aperture; radius += 0.05) {
    if (within(flux, radius) >= wanted) return radius;
  }
  return aperture;
}
