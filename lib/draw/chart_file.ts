/** A chart of reports as a file of its own: its colours fixed, on a background that it brings along. */
import { Markup } from "../report/html.ts";
import { INK, LINE, QUIET, svg } from "./svg.ts";

const MARGIN = 16;

/** What the colours of a page are here. */
const COLOURS: Readonly<Record<string, string>> = {
  "currentColor": INK,
  "var(--muted)": QUIET,
  "var(--line)": "#dcdfe6",
  "var(--page)": "#fbfbf8",
  "var(--band)": "#ececea",
  "var(--network)": "#2f6fde",
  "var(--training)": "#c77700",
  "var(--truth)": LINE,
};

/** @throws Error for a colour of pages that has no place here */
export function chartFile(title: string, { text }: Markup): string {
  const size = / viewBox="0 0 (\d+(?:\.\d+)?) (\d+(?:\.\d+)?)"/.exec(text);
  if (!size) throw new Error(`the chart "${title}" does not say how large it is`);
  const [width, height] = [Number(size[1]), Number(size[2])];
  const fixed = text.replace(/currentColor|var\(--\w+\)/g, (colour) => {
    const found = COLOURS[colour];
    if (!found) throw new Error(`the chart "${title}" has a colour ${colour} that only pages know`);
    return found;
  });
  const inner = fixed.replace(
    /<svg [^>]*>/,
    `<svg x="${MARGIN}" y="${MARGIN}" width="${width}" height="${height}"${size[0]}>`,
  );
  return svg(width + 2 * MARGIN, height + 2 * MARGIN, title, [new Markup(inner)]);
}
