/** Learning curves as the numbers that are drawn: few enough, and within the frame. */

/** A chunk of a training. */
export interface HistoryPoint {
  readonly chunk: number;
  /** Images seen since the start of training. */
  readonly images: number;
  readonly trainRmse: number;
  readonly validRmse?: number | undefined;
  /** True for chunks trained before the answers go through the decision tree. */
  readonly warmUp: boolean;
  readonly learningRate?: number | undefined;
}

/** A training under its name. */
export interface Curve {
  readonly name: string;
  readonly history: readonly HistoryPoint[];
}

/** RMSE of the paper's best single model, on the public leaderboard (docs/models.md §5). */
export const PAPER_RMSE = 0.07671;

/** RMSEs that do not change. */
export interface Levels {
  /** Of always predicting the mean. */
  readonly mean?: number | undefined;
  /** Of the paper's best single model. */
  readonly paper?: number | undefined;
}

export interface PlotPoint {
  readonly images: number;
  readonly rmse: number;
}

/** Points of a line on the screen: more cannot be told apart. */
const MOST_POINTS = 400;
/** Chunks of a run so long that its first, large errors would press all others together. */
const LONG = 20;

/** Training errors, as means of neighbours where there are too many. */
export function trainingPoints(history: readonly HistoryPoint[]): PlotPoint[] {
  const together = Math.ceil(history.length / MOST_POINTS);
  const points: PlotPoint[] = [];
  for (let at = 0; at < history.length; at += together) {
    const group = history.slice(at, at + together);
    const squares = group.reduce((sum, { trainRmse }) => sum + trainRmse ** 2, 0);
    points.push({ images: group.at(-1)!.images, rmse: Math.sqrt(squares / group.length) });
  }
  return points;
}

export function validationPoints(history: readonly HistoryPoint[]): PlotPoint[] {
  return history.flatMap(({ images, validRmse }) =>
    validRmse === undefined ? [] : [{ images, rmse: validRmse }]
  );
}

/** A line below an RMSE: what is above it is left out, up to where the line comes down. */
export function below(points: readonly PlotPoint[], top: number): PlotPoint[] {
  return points.flatMap((point, at) => {
    if (point.rmse > top) return [];
    const before = points[at - 1];
    if (!(before?.rmse > top)) return [point];
    const share = (before.rmse - top) / (before.rmse - point.rmse);
    const images = before.images + share * (point.images - before.images);
    return [{ images, rmse: top }, point];
  });
}

/** From where to where RMSEs are shown: all of them, but for the beginnings of long runs. */
export function rmseDomain(curves: readonly Curve[], { mean, paper }: Levels): [number, number] {
  const levels = [mean, paper].filter((level) => level !== undefined);
  const all = curves.flatMap(({ history }) =>
    history.flatMap(({ trainRmse, validRmse }) => [trainRmse, validRmse ?? trainRmse])
  );
  const shown = [...all, ...levels].filter(Number.isFinite);
  if (shown.length === 0) return [0, 0.2];
  const [least, most] = [smallest(shown), largest(shown)];
  const settled = Math.max(
    ...levels,
    ...curves.flatMap(({ history }) =>
      history.length < LONG
        ? history.map(({ trainRmse }) => trainRmse)
        : history.slice(Math.floor(history.length / 10)).map(({ trainRmse }) => trainRmse)
    ),
  );
  const top = Math.min(most, Math.max(settled, least) * 1.03);
  const room = 0.04 * (top - least) || 0.01;
  return [Math.max(0, least - room), top + room];
}

const smallest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

/** Where the learning rate changes: after so many images, to so much. */
export function rateDrops(
  history: readonly HistoryPoint[],
): { images: number; learningRate: number }[] {
  return history.flatMap(({ learningRate }, at) => {
    const before = history[at - 1];
    if (learningRate === undefined || before?.learningRate === undefined) return [];
    return learningRate === before.learningRate ? [] : [{ images: before.images, learningRate }];
  });
}
