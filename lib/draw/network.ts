/** A model as a drawing, from its declaration: the feature maps of a part, then the merged vector. */
import { describe, type LayerDescription } from "../galaxy/describe.ts";
import type { Model } from "../galaxy/model.ts";
import { CHANNELS } from "../galaxy/transforms.ts";
import { PART_SIZE, PARTS } from "../galaxy/parts.ts";
import { html, type Markup } from "../report/html.ts";
import { INK, label, QUIET, short, svg } from "./svg.ts";

const MARGIN = 24;
/** Units per row and column of a map, and per doubling of the number of maps. */
const PIXEL = 1.75;
const DOUBLING = 5.5;
/** Units per doubling of the length of a vector. */
const LENGTH = 10;
/** From the middle of one drawing to that of the next. */
const STEP = 92;
const MIDDLE = 120;
const TEXT = 232;

/** What a layer makes, as (channels, side) of a map or as the length of a vector. */
interface Stage {
  readonly name: string;
  readonly shape: readonly number[];
  readonly times: number;
  /** How the layer makes it, and its parameters. */
  readonly notes: readonly string[];
}

/** The layers of a model from left to right, with shapes for one galaxy. */
export function drawNetwork(model: Model): string {
  const { layers, parameters } = describe(model);
  const stages: Stage[] = [
    { name: "parts", shape: [CHANNELS, PART_SIZE, PART_SIZE], times: PARTS, notes: [] },
    ...layers.map((layer) => stageOf(layer, model)),
  ];
  const width = 2 * MARGIN + STEP * stages.length;
  const title = `${model.name}, ${parameters.toLocaleString("en")} parameters`;
  const merged = stages.findIndex(({ times }) => times === 1);
  const from = MARGIN, to = MARGIN + STEP * merged;
  return svg(width, 300, title, [
    label(title, MARGIN, 30, { size: 14, bold: true }),
    html`
      <path d="M${from + 6} 288h${to - from - 12}" stroke="${QUIET}" />
    `,
    label("for each of the 16 parts, with the same filters", (from + to) / 2, 280, {
      anchor: "middle",
      fill: QUIET,
      size: 11,
    }),
    ...stages.map((stage, index) => drawStage(stage, MARGIN + STEP * (index + 0.5))),
  ]);
}

function stageOf(layer: LayerDescription, model: Model): Stage {
  const { name, output, parts, parameters } = layer;
  const spec = model.layers.find((spec) => "name" in spec && spec.name === name);
  const notes: string[] = [];
  if (spec?.type === "conv") notes.push(`${spec.size} × ${spec.size} filters`);
  if (layer.type === "maxPool") notes.push("2 × 2");
  if (layer.type === "maxout") notes.push("of two units");
  if (layer.type === "answers") notes.push("decision tree");
  if (parameters > 0) notes.push(parameters.toLocaleString("en"), "parameters");
  return { name, shape: output, times: parts, notes };
}

function drawStage({ name, shape, notes }: Stage, x: number): Markup {
  const text = shape.length === 3 ? shape.join(" × ") : shape[0].toLocaleString("en");
  const [first, ...rest] = notes;
  return html`<g>
${shape.length === 3 ? maps(shape[0], shape[1], x) : vector(shape[0], x)}
${label(name, x, TEXT - 32, { anchor: "middle", bold: true })}
${label(text, x, TEXT - 16, { anchor: "middle", size: 10.5 })}
${
    [first, ...rest].filter(Boolean).map((note, line) =>
      label(note, x, TEXT + 14 * line, { anchor: "middle", size: 10.5, fill: QUIET })
    )
  }</g>`;
}

/** A block whose front is a map and whose depth grows with the number of maps. */
function maps(count: number, side: number, x: number): Markup {
  const front = PIXEL * side, deep = DOUBLING * Math.log2(1 + count) / 2;
  const left = x - (front + deep) / 2, top = MIDDLE - (front - deep) / 2;
  const at = (...points: number[]) => points.map(short).join(" ");
  const lid = `M${at(left, top)}l${at(deep, -deep)}h${short(front)}l${at(-deep, deep)}z`;
  const edge = `M${at(left + front, top)}l${at(deep, -deep)}v${short(front)}l${at(-deep, deep)}z`;
  return html`
    <rect x="${short(left)}" y="${short(top)}" width="${short(front)}" height="${short(
      front,
    )}" fill="#cfdcf2"
      stroke="${INK}" />
    <path d="${lid}" fill="#e4ecf8" stroke="${INK}" />
    <path d="${edge}" fill="#a9bee2" stroke="${INK}" />
  `;
}

function vector(length: number, x: number): Markup {
  const height = LENGTH * Math.log2(length);
  return html`
    <rect x="${short(x - 8)}" y="${short(MIDDLE - height / 2)}" width="16" height="${short(
      height,
    )}" rx="3" fill="#f3d9a4"
      stroke="${INK}" />
  `;
}
