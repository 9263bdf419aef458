/** The learning curve. */
import type { TopLevelSpec } from "vega-lite";
import type { Markup } from "./html.ts";
import { chartConfig, chartSvg } from "./svg.ts";

export interface HistoryPoint {
  chunk: number;
  /** Images seen since the start of training. */
  images: number;
  trainRmse: number;
  validRmse?: number | undefined;
  /** True for chunks trained before the answers go through the decision tree. */
  warmUp: boolean;
}

const SERIES = ["Training", "Validation", "Answering the mean"];

/**
 * Draws training and validation RMSE over the images seen, with the RMSE of always predicting the
 * training mean as a dashed line.
 * @param width of the plot itself, in CSS pixels
 */
export function learningCurve(
  history: readonly HistoryPoint[],
  baselineRmse: number,
  width: number,
): Promise<Markup> {
  return chartSvg(chart(history, baselineRmse, width));
}

function chart(history: readonly HistoryPoint[], baseline: number, width: number): TopLevelSpec {
  const row = (images: number, rmse: number, series: number) => ({
    images,
    rmse,
    series: SERIES[series],
  });
  const points = history.flatMap(({ images, trainRmse, validRmse }) => [
    row(images, trainRmse, 0),
    ...(validRmse === undefined ? [] : [row(images, validRmse, 1)]),
  ]);
  const last = history.at(-1)?.images ?? 0;
  const warmUp = history.findLast((point) => point.warmUp)?.images;
  const x = {
    field: "images",
    type: "quantitative",
    title: "Images seen",
    axis: {
      tickCount: width < 400 ? 4 : 8,
      format: "~s",
      labelExpr: "datum.value === 0 ? '0' : datum.label",
    },
  } as const;
  const y = {
    field: "rmse",
    type: "quantitative",
    title: "RMSE",
    scale: { zero: false },
    axis: { tickCount: 6 },
  } as const;
  const color = {
    field: "series",
    type: "nominal",
    scale: { domain: SERIES, range: ["var(--training)", "var(--network)", "var(--muted)"] },
  } as const;
  return {
    width,
    height: Math.round(Math.max(200, 0.38 * width)),
    background: "transparent",
    padding: 2,
    config: chartConfig(width),
    layer: [
      ...(warmUp === undefined ? [] : [
        {
          data: { values: [{ from: 0, to: warmUp }] },
          mark: { type: "rect", color: "var(--band)" },
          encoding: {
            x: { field: "from", type: "quantitative" },
            x2: { field: "to" },
          },
        } as const,
      ]),
      {
        data: { values: [...points, row(0, baseline, 2), row(last, baseline, 2)] },
        mark: { type: "line", strokeWidth: 2.5 },
        encoding: {
          x,
          y,
          color,
          strokeDash: {
            field: "series",
            type: "nominal",
            scale: { domain: SERIES, range: [[1, 0], [1, 0], [6, 4]] },
          },
        },
      },
      // A line needs two points to be seen; many points would hide it.
      ...(history.length > 40 ? [] : [
        {
          data: { values: points },
          mark: { type: "circle", size: 30, opacity: 1 },
          encoding: { x, y, color },
        } as const,
      ]),
    ],
  };
}
