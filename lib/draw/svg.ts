/** SVG files with a background of their own, so that they can be read on a dark page too. */
import { html, type Markup } from "../report/html.ts";

export const INK = "#1f2430";
export const QUIET = "#5b6475";
export const LINE = "#8a93a5";

/** An image of so many units; children are drawn in order. */
export function svg(width: number, height: number, title: string, children: Markup[]): string {
  return html`
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}"
      font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" role="img">
    <title>${title}</title>
    <rect width="${width}" height="${height}" rx="10" fill="#fbfbf8"/>
    ${children.map((child) => html`${child}\n`)}</svg>
  `.text;
}

export interface TextStyle {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly fill?: string;
  readonly bold?: boolean;
}

/** A line of text on the baseline `y`. */
export function label(
  text: string,
  x: number,
  y: number,
  { size = 12, anchor = "start", fill = INK, bold = false }: TextStyle = {},
): Markup {
  const weight = bold ? "600" : "400";
  return html`
    <text x="${short(x)}" y="${short(y)}" font-size="${size}" font-weight="${weight}"
      text-anchor="${anchor}" fill="${fill}">${text}</text>
  `;
}

/** A coordinate with at most two decimals. */
export function short(value: number): string {
  return String(Math.round(100 * value) / 100);
}
