/** How fast is this machine, and what would the ensemble take? */
import { formatDuration } from "../cli/progress.ts";
import type { Finding } from "./finding.ts";
import type { ModelEstimate, Rates } from "./models.ts";

/** Longer than this nobody waits for one model. */
const LONG_SECONDS = 14 * 86_400;

export interface SpeedFacts {
  readonly rates: Rates;
  /** Of the models of the paper. */
  readonly estimates: readonly ModelEstimate[];
  /** Processes that want a processor, on average; 0 where nobody knows. */
  readonly load: number;
  readonly cores: number;
  readonly software: boolean;
}

export function speedFinding({ rates, estimates, load, cores, software }: SpeedFacts): Finding {
  const { model, train, predict } = rates;
  const total = estimates.reduce((sum, { train = 0, predict = 0 }) => sum + train + predict, 0);
  const longest = Math.max(...estimates.map(({ train = 0 }) => train));
  const text = `${rate(train)} training images/s and ${rate(predict)} views/s with ${model}. ` +
    `The ${estimates.length} models of the paper: about ${formatDuration(total)} (estimated)`;
  // What the measurement itself adds is not in the average of the last minute yet.
  if (software && load > 1.5 * cores) {
    return {
      topic: "Speed",
      state: "note",
      text,
      remedy:
        `This machine is busy (a load of ${load.toFixed(1)} on ${cores} cores), so it can do ` +
        "better: measure again when it is not",
    };
  }
  return longest <= LONG_SECONDS ? { topic: "Speed", state: "good", text } : {
    topic: "Speed",
    state: "note",
    text,
    remedy: "Train fewer --chunks, narrower copies (--width), or compact, which is made for this",
  };
}

/** A line for models of the same size, the smallest times first. */
export function estimateTable(estimates: readonly ModelEstimate[]): string {
  const groups = [
    ...Map.groupBy(
      estimates,
      ({ bytes, fits, train, predict }) => JSON.stringify([bytes, fits, train, predict]),
    ).values(),
  ];
  const time = (seconds: number | undefined) =>
    seconds === undefined ? "?" : formatDuration(seconds);
  const rows = groups.map((group) => {
    const [{ model, bytes, fits, train, predict }] = group;
    const like = group.length > 1 ? ` and ${group.length - 1} like it` : "";
    return [
      model + like,
      `${Math.round(bytes / 2 ** 20)} MiB`,
      fits ? "yes" : "no",
      time(train),
      time(predict),
    ];
  });
  const head = ["model", "GPU memory", "fits", "training", "prediction"];
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column].length))
  );
  return [head, ...rows].map((row) =>
    row.map((cell, column) => column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))
      .join("  ").trimEnd()
  ).join("\n");
}

function rate(perSecond: number): string {
  return perSecond >= 100 ? Math.round(perSecond).toLocaleString("en") : perSecond.toFixed(1);
}
