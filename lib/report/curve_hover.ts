/** What is said where somebody points at a learning curve. */
import type { Curve, HistoryPoint } from "./curve_data.ts";

/** From one number of images to another, the values there: a line for each run. */
export interface HoverStrip {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Strips that a hand can tell apart. */
const MOST = 240;

/** Strips side by side, one for each chunk, or for each of a few of them, the validated ones first. */
export function hoverStrips(curves: readonly Curve[]): HoverStrip[] {
  const places = placesOf(curves);
  return places.map((images, at) => ({
    from: at === 0 ? 0 : (places[at - 1] + images) / 2,
    to: at === places.length - 1 ? images : (images + places[at + 1]) / 2,
    text: textAt(curves, images),
  }));
}

function placesOf(curves: readonly Curve[]): number[] {
  const points = curves.flatMap(({ history }) => history);
  const validated = points.filter(({ validRmse }) => validRmse !== undefined);
  const all = new Set(points.map(({ images }) => images));
  if (all.size <= MOST) return sorted(all);
  const places = sorted(new Set(validated.map(({ images }) => images)));
  const every = Math.ceil(places.length / MOST);
  return places.length === 0
    ? sorted(all).filter((_, at) => at % Math.ceil(all.size / MOST) === 0)
    : places.filter((_, at) => at % every === 0 || at === places.length - 1);
}

function textAt(curves: readonly Curve[], images: number): string {
  const seen = `${images.toLocaleString("en")} images`;
  const lines = curves.flatMap(({ name, history }) => {
    const point = nearest(history, images);
    if (!point) return [];
    // Chunks of several runs may have several sizes.
    const what = curves.length > 1 ? name : `chunk ${point.chunk}`;
    return [`${what}: ${valuesText(point)}`];
  });
  return [seen, ...lines].join("\n");
}

function valuesText({ trainRmse, validRmse }: HistoryPoint): string {
  const valid = validRmse === undefined ? "" : `, validation ${validRmse.toFixed(5)}`;
  return `training ${trainRmse.toFixed(5)}${valid}`;
}

/** The last chunk of no more images, while the run has come so far. */
function nearest(history: readonly HistoryPoint[], images: number): HistoryPoint | undefined {
  if (images > (history.at(-1)?.images ?? -1)) return undefined;
  let [low, high] = [0, history.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (history[middle].images <= images) low = middle + 1;
    else high = middle;
  }
  return history[low - 1];
}

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
