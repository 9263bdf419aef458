/** The decision tree of one galaxy as a river: branches are as wide as the shares that take them. */
import type { Question } from "../galaxy/questions.ts";
import { placesOf } from "./flow_places.ts";
import { type FlowRow, flowRows, type Strand } from "./flow_rows.ts";
import { html, type Markup } from "./html.ts";
import { type Fractions, likeliest, percent, sharesOf } from "./path.ts";

/** All lengths in units of the drawing, which is shown at about this many CSS pixels. */
const WIDTH = 340;
/** What is asked stands on the left. */
const TEXT = 146;
const PITCH = 39;
const BLOCK = 16;
/** From the top of a row to its blocks. */
const ABOVE = 13;
/** What is narrower than this cannot be seen. */
const THIN = 0.4;
/** Of letters inside a block, in a font that runs wide. */
const LETTER = 5.3;

/** Questions that fewer volunteers are asked are left out, unless they are on the likely path. */
export const LEAST_ASKED = 0.2;

/** What fits beside the drawing; the whole question stands with the answers. */
const SHORT: Readonly<Record<number, string>> = {
  1: "Smooth, or with features?",
  2: "Seen edge-on?",
  3: "A bar?",
  4: "Spiral arms?",
  5: "The bulge?",
  6: "Anything odd?",
  7: "How rounded?",
  8: "What is odd?",
  9: "The bulge, edge-on?",
  10: "Arms wound how tightly?",
  11: "How many arms?",
};

export interface FlowStyle {
  /** Begins the description for those who do not see it, as `Decision tree`. */
  readonly what: string;
  /** No way is marked as the likely one, as in a mean over galaxies. */
  readonly even?: boolean;
}

export function flow(fractions: Fractions, { what, even = false }: FlowStyle): Markup {
  const rows = flowRows(fractions, LEAST_ASKED);
  const places = placesOf(rows, { left: TEXT, width: WIDTH - TEXT });
  const placed = rows.map((row, index): Placed => ({
    ...row,
    top: index * PITCH,
    scale: places.scale,
    laneX: places.lanes(row),
    strandX: places.strands(row),
  }));
  const height = rows.length * PITCH - (PITCH - ABOVE - BLOCK) + 1;
  const said = rows.filter(({ onPath }) => onPath)
    .map(({ question }) => `${SHORT[question.number]} ${likelyText(fractions, question)}`);
  return html`
    <svg class="${even ? "flow even" : "flow"}" viewBox="0 0 ${WIDTH} ${height}" role="img"
      aria-label="${what}. ${said.join("; ")}">${streams(placed)}${placed.map((row) =>
        rowMarkup(row, fractions, even)
      )}</svg>
  `;
}

interface Placed extends FlowRow {
  readonly top: number;
  readonly scale: number;
  /** Left ends of lanes and strands. */
  readonly laneX: readonly number[];
  readonly strandX: readonly number[];
}

/** What flows, in two paths: one for the likely way, one for the others. */
function streams(rows: readonly Placed[]): Markup {
  const d: Record<"likely" | "other", string> = { likely: "", other: "" };
  rows.forEach((row, index) => {
    const next = rows[index + 1];
    row.strands.forEach((strand, k) => {
      const width = (strand.to - strand.from) * row.scale;
      if (width < THIN) return;
      const x = row.strandX[k];
      const bottom = row.top + ABOVE + BLOCK;
      let path = ribbon(
        xIn(row.lanes, row.laneX, row, strand)!,
        row.top,
        x,
        row.top + ABOVE,
        width,
      );
      if (strand.answer === undefined) path += ribbon(x, row.top + ABOVE, x, bottom, width);
      const onward = next && xIn(next.lanes, next.laneX, next, strand);
      if (onward !== undefined) {
        path += ribbon(x, bottom, onward, next.top, width);
      }
      d[strand.likely ? "likely" : "other"] += path;
    });
  });
  return html`
    <path class="stream" d="${d.other}" />
    <path class="stream likely" d="${d.likely}" />
  `;
}

/** Where a strand lies in the lane that it belongs to, if it is in any. */
function xIn(
  lanes: readonly Strand[],
  lefts: readonly number[],
  { scale }: Placed,
  { from, to }: Strand,
): number | undefined {
  const NEAR = 1e-6;
  const lane = lanes.findIndex((lane) => from >= lane.from - NEAR && to <= lane.to + NEAR);
  return lane < 0 ? undefined : lefts[lane] + (from - lanes[lane].from) * scale;
}

/** A band of the same width from (x0, y0) to (x1, y1). */
function ribbon(x0: number, y0: number, x1: number, y1: number, width: number): string {
  if (y0 === y1) return "";
  const [a, b, c, d] = [x0, x1, x1 + width, x0 + width].map(short);
  const [top, bottom] = [y0, y1].map(short);
  if (Math.abs(x0 - x1) < 0.05) return `M${a} ${top}V${bottom}H${d}V${top}Z`;
  const middle = short((y0 + y1) / 2);
  return `M${a} ${top}C${a} ${middle} ${b} ${middle} ${b} ${bottom}H${c}` +
    `C${c} ${middle} ${d} ${middle} ${d} ${top}Z`;
}

function rowMarkup(row: Placed, fractions: Fractions, even: boolean): Markup {
  const { question, top, strands, strandX, scale } = row;
  const onPath = row.onPath && !even;
  const shares = sharesOf(fractions, question);
  const likely = likeliest(fractions, question);
  const blocks = strands.map(({ answer, from, to }, k) => {
    const width = (to - from) * scale;
    if (answer === undefined || width < THIN) return;
    const name = question.answers[answer - question.first];
    const share = percent(shares?.[answer - question.first]);
    const kind = answer !== likely ? "" : onPath ? " likely" : " first";
    const text = [`${name} ${share}`, name].find(({ length }) => length * LETTER + 6 <= width);
    const y = top + ABOVE;
    return html`<g class="block${kind}"><title>${name}: ${share} of those who are asked</title><rect
      x="${short(strandX[k])}" y="${y}" width="${short(Math.max(1, width))}" height="${BLOCK}"
      rx="${Math.min(3, width / 3).toFixed(1)}"/>${
      text && html`
        <text
          x="${short(strandX[k] + width / 2)}" y="${y + 11.5}">${text}</text>
      `
    }</g>`;
  });
  return html`
    ${blocks}<g class="${onPath ? "asked likely" : "asked"}">
      <text
        y="${top + ABOVE + 1}">${SHORT[question.number]}</text>
      <text class="answer"
        y="${top + ABOVE + 15}">${likelyText(fractions, question)}</text>
    </g>
  `;
}

function likelyText(fractions: Fractions, question: Question): string {
  const answer = likeliest(fractions, question) - question.first;
  return `${question.answers[answer]} ${percent(sharesOf(fractions, question)?.[answer])}`;
}

/** With one decimal at most. */
const short = (value: number) => String(Math.round(10 * value) / 10);
