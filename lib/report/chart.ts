/** Learning curves: of one training, or of several over each other. */
import type { TopLevelSpec } from "vega-lite";
import {
  below,
  type Curve,
  type HistoryPoint,
  type Levels,
  type PlotPoint,
  rateDrops,
  rmseDomain,
  trainingPoints,
  validationPoints,
} from "./curve_data.ts";
import { hoverStrips } from "./curve_hover.ts";
import type { Markup } from "./html.ts";
import { chartConfig, chartSvg, withTitles } from "./svg.ts";

/** A line of the chart. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly PlotPoint[];
  readonly dash?: readonly [number, number];
  /** Drawn behind the others, and not in the legend. */
  readonly faint?: boolean;
  /** Whether every point is marked, where there are few. */
  readonly marked?: boolean;
}

/** Colours of several runs, defined by the page; more runs take turns. */
const RUN_COLOURS = 8;
/** Of more runs than this, only validation errors are told apart. */
export const CROWD = 6;
/** A line needs two points to be seen; more points than this would hide it. */
const FEW_POINTS = 40;

/** Names of the lines that do not change. */
const MEAN = "Answering the mean", PAPER = "The paper’s best model";

/** As Vega's types want it. */
const pair = (a: number, b: number): [number, number] => [a, b];

/** The colour of a run among several. */
export function runColour(index: number): string {
  return `var(--run-${index % RUN_COLOURS})`;
}

/**
 * Draws training and validation RMSE over the images seen, constant ones as dashed lines, and marks
 * where the learning rate drops. Pointing at it shows the values.
 * @param width of the plot itself, in CSS pixels
 */
export async function learningCurves(
  curves: readonly Curve[],
  levels: Levels,
  width: number,
): Promise<Markup> {
  return withTitles(await chartSvg(chart(curves, levels, width)), HOVER);
}

/** Name of the layer that is pointed at. */
const HOVER = "hover";

function linesOf(curves: readonly Curve[]): Line[] {
  if (curves.length === 1) {
    const [{ history }] = curves;
    return [
      {
        name: "Training",
        colour: "var(--training)",
        points: trainingPoints(history),
        marked: true,
      },
      {
        name: "Validation",
        colour: "var(--network)",
        points: validationPoints(history),
        marked: true,
      },
    ];
  }
  return curves.flatMap(({ name, history }, index): Line[] => {
    if (history.length === 0) return [];
    const colour = runColour(index);
    const validation = validationPoints(history);
    const training = { name, colour, points: trainingPoints(history) };
    if (validation.length === 0) return [training];
    const line = { name, colour, points: validation, marked: true };
    return curves.length > CROWD ? [line] : [{ ...training, faint: true }, line];
  });
}

function levelLines({ mean, paper }: Levels, last: number): Line[] {
  const level = (name: string, rmse: number | undefined, colour: string, dash: [number, number]) =>
    rmse === undefined
      ? []
      : [{ name, colour, dash, points: [{ images: 0, rmse }, { images: last, rmse }] }];
  return [
    ...level(MEAN, mean, "var(--muted)", [6, 4]),
    ...level(PAPER, paper, "var(--text)", [2, 3]),
  ];
}

function chart(curves: readonly Curve[], levels: Levels, width: number): TopLevelSpec {
  const last = Math.max(1, ...curves.map(({ history }) => history.at(-1)?.images ?? 0));
  const lines = [...linesOf(curves), ...levelLines(levels, last)];
  const [low, top] = rmseDomain(curves, levels);
  const rows = (shown: readonly Line[]) =>
    shown.flatMap(({ name, points, faint }, line) =>
      below(points, top).map(({ images, rmse }) => ({
        images,
        rmse,
        name,
        line: `${faint ? "behind" : "front"}${line}`,
      }))
    );
  const named = lines.filter(({ faint }) => !faint);
  const x = {
    field: "images",
    type: "quantitative",
    title: "Images seen",
    scale: { domain: pair(0, last), nice: false },
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
    scale: { domain: pair(low, top), zero: false, nice: false },
    axis: { tickCount: 6 },
  } as const;
  const domain = named.map(({ name }) => name);
  const color = {
    field: "name",
    type: "nominal",
    scale: { domain, range: named.map(({ colour }) => colour) },
    legend: { symbolOpacity: 1, labelLimit: 400 },
  } as const;
  const strokeDash = {
    field: "name",
    type: "nominal",
    scale: { domain, range: named.map(({ dash }) => dash ?? [1, 0]) },
  } as const;
  const detail = { field: "line" } as const;
  const marked = lines.filter(({ marked, points }) => marked && points.length <= FEW_POINTS);
  return {
    width,
    height: Math.round(Math.max(200, 0.38 * width)),
    background: "transparent",
    padding: { left: 2, right: 14, top: 2, bottom: 2 },
    config: chartConfig(width),
    layer: [
      ...warmUpLayer(curves),
      ...dropLayers(curves, width, top),
      {
        data: { values: rows(lines.filter(({ faint }) => faint)) },
        mark: { type: "line", strokeWidth: 1.5, opacity: 0.4, aria: false },
        encoding: { x, y, color, detail },
      },
      {
        data: { values: rows(named) },
        mark: { type: "line", strokeWidth: 2.5, aria: false },
        encoding: { x, y, color, strokeDash, detail },
      },
      {
        data: {
          values: rows(marked.map((line) => ({
            ...line,
            points: line.points.filter(({ rmse }) => rmse <= top),
          }))),
        },
        mark: { type: "circle", size: 30, opacity: 1, aria: false },
        encoding: { x, y, color },
      },
      {
        name: HOVER,
        data: { values: hoverStrips(curves) },
        mark: { type: "rect" },
        encoding: {
          x: { field: "from", type: "quantitative" },
          x2: { field: "to" },
          description: { field: "text" },
        },
      },
    ],
  };
}

/** A shade behind the chunks of the longest warm-up. */
function warmUpLayer(curves: readonly Curve[]) {
  const warmUp = curves.length > 1 ? undefined : lastWarmUp(curves[0]?.history ?? []);
  return warmUp === undefined ? [] : [
    {
      data: { values: [{ from: 0, to: warmUp }] },
      mark: { type: "rect", color: "var(--band)", aria: false },
      encoding: { x: { field: "from", type: "quantitative" }, x2: { field: "to" } },
    } as const,
  ];
}

function lastWarmUp(history: readonly HistoryPoint[]): number | undefined {
  return history.findLast((point) => point.warmUp)?.images;
}

function dropLayers(curves: readonly Curve[], width: number, top: number) {
  const all = curves.flatMap(({ history }) => rateDrops(history));
  const drops = [...new Map(all.map((drop) => [drop.images, drop])).values()];
  // Those of runs of several lengths would be a fence.
  if (drops.length === 0 || drops.length > 2) return [];
  const values = drops.map(({ images, learningRate }) => ({
    images,
    top,
    text: `${width < 400 ? "" : "learning rate "}${Number(learningRate.toPrecision(3))}`,
  }));
  const x = { field: "images", type: "quantitative" } as const;
  return [
    {
      data: { values },
      mark: { type: "rule", strokeDash: pair(2, 4), color: "var(--muted)", aria: false },
      encoding: { x },
    } as const,
    {
      data: { values },
      mark: {
        type: "text",
        align: "right",
        baseline: "top",
        dx: -5,
        dy: 2,
        fontSize: 11,
        fill: "var(--muted)",
        aria: false,
      },
      encoding: { x, y: { field: "top", type: "quantitative" }, text: { field: "text" } },
    } as const,
  ];
}
