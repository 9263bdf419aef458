/** From a galaxy's description to its picture. */
import type { Random } from "../random.ts";
import { blur, type Canvas, magnify, makeCanvas, stretch } from "./canvas.ts";
import type { Galaxy } from "./galaxy.ts";
import { paintBody, paintClump, paintDust, paintStar, paintTrail } from "./paint.ts";
import { addSky, drawNeighbours } from "./sky.ts";

/**
 * The galaxy alone, blurred but without neighbours, sky and noise.
 * @returns the canvas in the camera's pixels, linear in light
 */
export function renderLight(galaxy: Galaxy): Canvas {
  const canvas = makeCanvas(galaxy.magnification);
  paintGalaxy(canvas, galaxy);
  blur(canvas, galaxy.seeing);
  return canvas;
}

/**
 * The picture as a survey's server would cut it out.
 * @param random draws neighbours and noise
 * @param seed of the survey
 * @returns 424 × 424 × 3 bytes, row by row
 */
export function renderPicture(galaxy: Galaxy, random: Random, seed: number): Uint8Array {
  const canvas = makeCanvas(galaxy.magnification);
  const neighbours = drawNeighbours(random, galaxy.magnification);
  paintGalaxy(canvas, galaxy);
  for (const neighbour of neighbours.galaxies) paintBody(canvas, neighbour);
  blur(canvas, galaxy.seeing);
  for (const star of galaxy.stars) paintStar(canvas, star, galaxy.seeing);
  for (const star of neighbours.stars) paintStar(canvas, star, galaxy.seeing);
  for (const trail of galaxy.trails) paintTrail(canvas, trail);
  addSky(canvas, random, seed);
  stretch(canvas);
  return magnify(canvas);
}

function paintGalaxy(canvas: Canvas, galaxy: Galaxy) {
  for (const body of galaxy.bodies) paintBody(canvas, body);
  for (const clump of galaxy.clumps) paintClump(canvas, clump);
  for (const dust of galaxy.dust) paintDust(canvas, dust);
}
