/** The learning curve as SVG, in CSS pixels, so that letters keep their size on a narrow page. */
import { html, type Markup } from "../../lib/report/html.ts";

/** Error after so many images. */
export type Point = readonly [images: number, rmse: number];

export interface Curve {
  readonly training: readonly Point[];
  readonly examined: readonly Point[];
  readonly meanRmse: number;
  /** At the end. */
  readonly images: number;
}

const HEIGHT = 280;
const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 10, 34];

export function curveSvg({ training, examined, meanRmse, images }: Curve, width: number): Markup {
  const errors = [...training, ...examined].map(([, rmse]) => rmse);
  const most = Math.max(meanRmse * 1.15, Math.min(meanRmse * 1.8, ...[Math.max(0, ...errors)]));
  const least = Math.min(meanRmse * 0.8, ...errors) * 0.97;
  const x = (seen: number) => LEFT + seen / images * (width - LEFT - RIGHT);
  const y = (rmse: number) =>
    TOP + (most - Math.min(most, rmse)) / (most - least) * (HEIGHT - TOP - BOTTOM);
  const line = (points: readonly Point[]) =>
    points.map(([seen, rmse]) => `${x(seen).toFixed(1)},${y(rmse).toFixed(1)}`).join(" ");
  const ticks = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4]
    .filter((tick) => tick > least && tick < most);
  const seen = Array.from(
    { length: width < 500 ? 3 : 5 },
    (_, k, n = width < 500 ? 2 : 4) => Math.round(images * k / n),
  );
  const last = examined.at(-1), newest = training.at(-1);
  return html`
    <svg class="learning" viewBox="0 0 ${width} ${HEIGHT}" role="img"
      aria-label="Learning curve${last &&
        `: an error of ${last[1].toFixed(3)} after ${last[0]} images`}${newest &&
        `; while learning, of ${newest[1].toFixed(3)} after ${newest[0]}`}">
      ${ticks.map((tick) =>
        html`
          <line class="grid" x1="${LEFT}" x2="${width - RIGHT}" y1="${y(tick).toFixed(1)}"
            y2="${y(tick).toFixed(1)}" />
          <text x="${LEFT - 8}" y="${(y(tick) + 4).toFixed(1)}"
            text-anchor="end">${tick.toFixed(2)}</text>
        `
      )}
      ${seen.map((count, index) =>
        html`<text x="${x(count).toFixed(1)}" y="${HEIGHT - 12}" text-anchor="${
          index === 0 ? "start" : index === seen.length - 1 ? "end" : "middle"
        }">${count.toLocaleString("en")}${index === seen.length - 1 && " images"}</text>`
      )}
      <line class="mean" x1="${LEFT}" x2="${width - RIGHT}" y1="${y(meanRmse).toFixed(1)}"
        y2="${y(meanRmse).toFixed(1)}"/>
      <polyline class="training" points="${line(training)}"/>
      <polyline class="examined" points="${line(examined)}"/>
      ${last && html`
        <circle class="examined" cx="${x(last[0]).toFixed(1)}" cy="${y(last[1]).toFixed(
          1,
        )}" r="3.5" />
      `}
    </svg>
  `;
}
