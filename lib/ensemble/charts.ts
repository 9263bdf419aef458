/** The pictures of an ensemble's report. */
import { ANSWER_COLUMNS } from "../galaxy/questions.ts";
import { type Blend, BLENDS } from "./blend.ts";
import type { Comparison } from "./blend_comparison.ts";
import type { Markup } from "../report/html.ts";
import { chartConfig, chartSvg } from "../report/svg.ts";

export const BLEND_TITLES: Record<Blend, string> = {
  "uniform": "uniform blend",
  "weighted": "weighted blend",
  "per answer": "blend per answer",
};

/** Height of a row, in CSS pixels. */
const ROW = 20;

interface Row {
  name: string;
  value: number;
}

/** A chart with a name on the left of each row. */
function rowsChart(names: readonly string[], width: number) {
  const longest = Math.max(...names.map((name) => name.length));
  return {
    width,
    height: { step: ROW },
    background: "transparent",
    // Without a canvas Vega takes names to be half as wide again as they are, and leaves them room.
    autosize: { type: "none" },
    padding: { left: 7 * longest + 12, right: 22, top: 6, bottom: 46 },
    config: chartConfig(width),
  } as const;
}

/** The axis with the names, in the order given. */
const NAMES = {
  field: "name",
  type: "nominal",
  title: null,
  sort: null,
  axis: { labelLimit: 400, grid: true },
} as const;

/**
 * The RMSE of each blend, cross-validated as a point and where it was fitted as a ring, and of each
 * model, best first.
 * @param width of the plot itself, in CSS pixels
 */
export function rmseChart({ models, blends }: Comparison, width: number): Promise<Markup> {
  const seen = blends.map(({ name, crossValidatedRmse }): Row => ({
    name: BLEND_TITLES[name],
    value: crossValidatedRmse,
  }));
  const fitted = blends.filter(({ name }) => name !== "uniform")
    .map(({ name, rmse }): Row => ({ name: BLEND_TITLES[name], value: rmse }));
  const alone = models.toSorted((a, b) => a.rmse - b.rmse)
    .map(({ name, rmse }): Row => ({ name, value: rmse }));
  const names = [...seen, ...alone].map(({ name }) => name);
  const y = { ...NAMES, sort: names };
  const x = {
    field: "value",
    type: "quantitative",
    title: "RMSE on validation galaxies",
    scale: { zero: false, nice: true },
    axis: { tickCount: width < 400 ? 3 : 8 },
  } as const;
  // Points, not bars: the differences are small, and a bar would have to begin at 0.
  const point = (color: string) => ({ type: "circle", size: 90, opacity: 1, color }) as const;
  return chartSvg({
    ...rowsChart(names, width),
    encoding: { x, y },
    layer: [
      { data: { values: seen }, mark: { ...point("var(--network)"), aria: false } },
      { data: { values: alone }, mark: { ...point("var(--muted)"), aria: false } },
      {
        data: { values: fitted },
        mark: { type: "point", size: 200, strokeWidth: 2, color: "var(--training)", aria: false },
      },
    ],
  });
}

/** The models' weights in the weighted blend; a dashed line where all would be equal. */
export function weightsChart({ models, blends }: Comparison, width: number): Promise<Markup> {
  const weights = blends[BLENDS.indexOf("weighted")].weights[0];
  const rows = models.map(({ name }, model) => ({ name, value: weights[model] }));
  return barChart(rows, "Weight", width, 1 / models.length);
}

/** How much the RMSE of the uniform blend changes without each model. */
export function changesChart({ models }: Comparison, width: number): Promise<Markup> {
  const rows = models.map(({ name, change }) => ({ name, value: change ?? 0 }));
  return barChart(rows, "Change of RMSE", width, 0);
}

function barChart(rows: Row[], title: string, width: number, reference: number): Promise<Markup> {
  return chartSvg({
    ...rowsChart(rows.map(({ name }) => name), width),
    layer: [
      {
        data: { values: rows },
        mark: { type: "bar", color: "var(--network)", height: { band: 0.6 }, aria: false },
        encoding: {
          y: NAMES,
          x: { field: "value", type: "quantitative", title, axis: { tickCount: 4 } },
        },
      },
      {
        data: { values: [{ reference }] },
        mark: { type: "rule", color: "var(--muted)", strokeDash: [5, 4], aria: false },
        encoding: { x: { field: "reference", type: "quantitative" } },
      },
    ],
  });
}

/**
 * The weights of the blend per answer as a heat map.
 * @param tall models from left to right, for narrow pages
 * @param width of the plot itself, in CSS pixels
 */
export function answerWeightsChart(
  { models, blends }: Comparison,
  { tall, width }: { tall: boolean; width: number },
): Promise<Markup> {
  const weights = blends[BLENDS.indexOf("per answer")].weights;
  const rows = ANSWER_COLUMNS.flatMap((column, answer) =>
    models.map(({ name }, model) => ({
      answer: column.replace("Class", ""),
      name,
      weight: weights[answer][model],
    }))
  );
  const names = models.map(({ name }) => name);
  const chart = rowsChart(names, width);
  const answer = { field: "answer", type: "nominal", title: "Answer", sort: null } as const;
  const model = { ...NAMES, axis: { labelLimit: 400 } };
  const upright = { labelAngle: -90 };
  return chartSvg({
    ...chart,
    height: { step: tall ? 14 : ROW },
    padding: tall
      ? { left: 54, right: 6, top: chart.padding.left, bottom: 6 }
      : { ...chart.padding, bottom: 66 }, // for the upright numbers
    data: { values: rows },
    mark: { type: "rect", fill: "var(--network)", stroke: "var(--page)", aria: false },
    encoding: {
      x: tall
        ? { ...model, axis: { ...model.axis, ...upright, orient: "top" } }
        : { ...answer, axis: upright },
      y: tall ? answer : model,
      // Opacity, so that the colour may be the page's own, light or dark.
      fillOpacity: {
        field: "weight",
        type: "quantitative",
        scale: { domainMin: 0, range: [0.03, 1] },
        legend: null,
      },
    },
  });
}
