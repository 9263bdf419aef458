/** Charts of how far predictions are from the answers of volunteers. */
import { COMPARED, compared, type Figures } from "../galaxy/figures.ts";
import type { Markup } from "./html.ts";
import { chartConfig, chartSvg } from "./svg.ts";

const COLOURS = {
  mean: "var(--muted)",
  oneLook: "var(--training)",
  sixtyTransforms: "var(--network)",
} as const satisfies Record<keyof typeof COMPARED, string>;

/** Height of a bar, and of the text above bars, in CSS pixels. */
const SLOT = 13;
/** Between questions, as a share of one. */
const GAP = 0.14;

/**
 * The RMSE of each question, its text above its bars, so that narrow pages have room for both.
 * @param width of the plot itself, in CSS pixels
 */
export function questionsChart(
  { questions, rmse }: Pick<Figures, "questions" | "rmse">,
  width: number,
): Promise<Markup> {
  const shown = compared(rmse);
  const names = shown.map(({ name }) => name);
  const bars = questions.flatMap(({ text, rmse }) =>
    compared(rmse).map(({ name, value }) => ({ text, name, value }))
  );
  const y = { field: "text", type: "nominal", sort: null, axis: null, title: null } as const;
  const slots = { field: "name", scale: { domain: ["", ...names] } };
  const one = Math.round(SLOT * (1 + names.length) / (1 - GAP));
  return chartSvg({
    width,
    height: questions.length * one,
    background: "transparent",
    padding: { left: 8, right: 20, top: 4, bottom: 4 },
    config: { ...chartConfig(width), scale: { bandWithNestedOffsetPaddingInner: GAP } },
    layer: [
      {
        data: { values: bars },
        mark: { type: "bar", aria: false, height: { band: 0.84 } },
        encoding: {
          y,
          yOffset: slots,
          x: {
            field: "value",
            type: "quantitative",
            title: "RMSE",
            axis: { tickCount: width < 400 ? 4 : 7 },
          },
          color: {
            field: "name",
            type: "nominal",
            scale: { domain: names, range: shown.map(({ key }) => COLOURS[key]) },
            legend: { symbolType: "square", symbolSize: 110, symbolStrokeWidth: 0 },
          },
          // The mean is what the others are seen against.
          fillOpacity: {
            condition: { test: `datum.name === "${COMPARED.mean}"`, value: 0.5 },
            value: 1,
          },
        },
      },
      {
        data: { values: questions.map(({ text }) => ({ text, name: "" })) },
        mark: {
          type: "text",
          align: "left",
          fontSize: 12,
          dy: 1,
          fill: "currentColor",
          aria: false,
        },
        encoding: { y, yOffset: slots, x: { value: 0 }, text: { field: "text" } },
      },
    ],
  });
}

/**
 * Predicted against observed fractions, with the number of predictions of each size below.
 * @param width of the plot itself, in CSS pixels
 */
export function calibrationChart(
  { calibration }: Pick<Figures, "calibration">,
  width: number,
): Promise<Markup> {
  const bins = calibration.filter(({ count }) => count > 0);
  const whole = () => [0, 1];
  const x = (title: string | null) =>
    ({
      field: "predicted",
      type: "quantitative",
      title,
      scale: { domain: whole() },
      axis: { tickCount: 5 },
    }) as const;
  const y = {
    field: "observed",
    type: "quantitative",
    title: "Mean of the volunteers’ fractions",
    scale: { domain: whole() },
    axis: { tickCount: 5 },
  } as const;
  const color = { value: COLOURS.sixtyTransforms };
  return chartSvg({
    background: "transparent",
    padding: { left: 4, right: 16, top: 6, bottom: 4 },
    config: chartConfig(width),
    spacing: 14,
    vconcat: [
      {
        width,
        height: Math.round(width < 400 ? width : 0.72 * width),
        layer: [
          {
            data: { values: [{ predicted: 0, observed: 0 }, { predicted: 1, observed: 1 }] },
            mark: { type: "line", strokeDash: [6, 4], strokeWidth: 1.5, aria: false },
            encoding: { x: x(null), y, color: { value: "var(--muted)" } },
          },
          {
            data: { values: bins },
            mark: { type: "line", strokeWidth: 2.5, aria: false },
            encoding: { x: x(null), y, color },
          },
          {
            data: { values: bins },
            mark: { type: "circle", size: 70, opacity: 1, aria: false },
            encoding: { x: x(null), y, color },
          },
        ],
      },
      {
        width,
        height: 90,
        data: { values: bins.map((bin) => ({ ...bin, least: 1 })) },
        layer: [
          {
            mark: { type: "bar", aria: false },
            encoding: {
              x: {
                field: "from",
                type: "quantitative",
                title: "Predicted fraction",
                scale: { domain: [0, 1] },
                axis: { tickCount: 5 },
              },
              x2: { field: "to" },
              y: {
                field: "count",
                type: "quantitative",
                title: "Predictions",
                scale: { type: "log", domainMin: 1 },
                axis: { tickCount: 4, format: "~s" },
              },
              y2: { field: "least" },
              color: { value: "var(--muted)" },
              stroke: { value: "var(--page)" },
            },
          },
        ],
      },
    ],
  });
}
