/** The figures of an evaluation as tables. */
import { compared, type Figures } from "../galaxy/figures.ts";
import { questionRows } from "../report/questions_section.ts";
import { table } from "../report/text_table.ts";

/** RMSE in all and by question, and predictions against what was observed, for a terminal. */
export function figuresText(figures: Figures): string {
  const [head, ...rows] = questionRows(figures);
  const all = compared(figures.rmse);
  const errors = table([
    head,
    ["All 37 answers", ...all.map(({ value }) => value.toFixed(5))],
    ...rows,
  ]);
  const bins = table(calibrationRows(figures));
  return `RMSE over ${figures.galaxies.toLocaleString("en")} galaxies\n\n${errors}\n\n` +
    `All predictions of ${all.at(-1)!.name}, by their size\n\n${bins}`;
}

/** The head and a row for each size. */
export function calibrationRows({ calibration }: Figures): string[][] {
  return [
    ["predicted", "mean prediction", "observed", "predictions"],
    ...calibration.map(({ from, to, predicted, observed, count }) => [
      `${from.toFixed(1)} to ${to.toFixed(1)}`,
      predicted?.toFixed(3) ?? "–",
      observed?.toFixed(3) ?? "–",
      count.toLocaleString("en"),
    ]),
  ];
}
