/** Charts of docs/real-galaxies.md, from what trainings and evaluations on real galaxies have written. */
import type { TopLevelSpec } from "vega-lite";
import { calibrationChart, questionsChart } from "../report/figures_charts.ts";
import { chartConfig, chartSvg } from "../report/svg.ts";
import { chartFile } from "./chart_file.ts";
import curvesText from "./data/real_curves.csv" with { type: "text" };
import figures from "./data/real_figures.json" with { type: "json" };

/** Of one chunk of a training. */
interface Point {
  /** `quarter` is extradense with a quarter of its filters and units. */
  readonly run: string;
  readonly images: number;
  readonly training: number;
  readonly validation: number | undefined;
}

const POINTS: readonly Point[] = curvesText.trim().split("\n").slice(1).map((line) => {
  const [run, images, , training, validation] = line.split(",");
  return {
    run,
    images: Number(images),
    training: Number(training),
    validation: validation === "" ? undefined : Number(validation),
  };
});

/** RMSE of predicting the mean for the validation galaxies. */
const MEAN = figures.rmse.mean;

/** Plots of these documents, in CSS pixels. */
const WIDTH = 640;
const HEIGHT = 300;
/** The beginning of the trainings. */
const START = 100_000;

const BLUE = "var(--network)", ORANGE = "var(--training)", GREY = "var(--muted)";

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly dash: readonly [number, number];
  readonly points: readonly { images: number; rmse: number }[];
  /** Whether every point is marked. */
  readonly marked?: boolean;
}

/** Training and validation error of the two networks, over all that they saw. */
export async function drawCurves(): Promise<string> {
  const lines = [["extradense", ORANGE], ["compact", BLUE]].flatMap(([run, colour]): Line[] => [
    { name: `${run}, training`, colour, dash: [2, 2], points: training(run) },
    { name: `${run}, validation`, colour, dash: [1, 0], points: validation(run), marked: true },
  ]);
  const end = Math.max(...POINTS.map(({ images }) => images));
  const chart = await linesChart([...lines, mean(end)]);
  return chartFile("Learning curves on real galaxies", chart);
}

/** Training error of the first images: who leaves the mean, and when. */
export async function drawStart(): Promise<string> {
  const line = (run: string, name: string, colour: string): Line => ({
    name,
    colour,
    dash: [1, 0],
    points: training(run).filter(({ images }) => images <= START),
    marked: true,
  });
  const chart = await linesChart([
    line("quarter", "a quarter as wide", GREY),
    line("extradense", "extradense", ORANGE),
    line("compact", "compact", BLUE),
  ]);
  return chartFile("Training error of the first images", chart);
}

export async function drawQuestions(): Promise<string> {
  const chart = await questionsChart(figures, WIDTH);
  return chartFile("Error by question", chart);
}

export async function drawCalibration(): Promise<string> {
  return chartFile("Predicted and observed fractions", await calibrationChart(figures, 460));
}

function training(run: string) {
  return of(run).map(({ images, training }) => ({ images, rmse: training }));
}

function validation(run: string) {
  return of(run).flatMap(({ images, validation }) =>
    validation === undefined ? [] : [{ images, rmse: validation }]
  );
}

const of = (run: string) => POINTS.filter((point) => point.run === run);

function mean(end: number): Line {
  const points = [0, end].map((images) => ({ images, rmse: MEAN }));
  return { name: "predicting the mean", colour: GREY, dash: [6, 4], points };
}

function linesChart(lines: readonly Line[]) {
  const names = lines.map(({ name }) => name);
  const values = (some: readonly Line[]) =>
    some.flatMap(({ name, points }) => points.map((point) => ({ name, ...point })));
  const x = {
    field: "images",
    type: "quantitative",
    title: "images seen",
    axis: { tickCount: 8, format: "~s", labelExpr: "datum.value === 0 ? '0' : datum.label" },
  } as const;
  const y = {
    field: "rmse",
    type: "quantitative",
    title: "RMSE",
    scale: { zero: false },
    axis: { tickCount: 6 },
  } as const;
  const color = {
    field: "name",
    type: "nominal",
    scale: { domain: names, range: lines.map(({ colour }) => colour) },
  } as const;
  const dash = lines.map(({ dash }) => [...dash]);
  const layer: TopLevelSpec = {
    width: WIDTH,
    height: HEIGHT,
    background: "transparent",
    padding: 2,
    config: chartConfig(WIDTH),
    layer: [
      {
        data: { values: values(lines) },
        mark: { type: "line", strokeWidth: 2, aria: false },
        encoding: {
          x,
          y,
          color,
          strokeDash: { field: "name", type: "nominal", scale: { domain: names, range: dash } },
        },
      },
      {
        data: { values: values(lines.filter(({ marked }) => marked)) },
        mark: { type: "circle", size: 30, opacity: 1, aria: false },
        encoding: { x, y, color },
      },
    ],
  };
  return chartSvg(layer);
}
