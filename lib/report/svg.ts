/** Charts as SVG, in the colours of the page around them. */
import * as vega from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { Markup } from "./html.ts";

/** Draws a chart. Its size is the most it takes on the page. */
export async function chartSvg(chart: TopLevelSpec): Promise<Markup> {
  const view = new vega.View(vega.parse(compile(chart).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  // Namespaces are for files of their own. Without the size the style sheet decides it.
  return new Markup(
    svg.replace(/ xmlns(:xlink)?="[^"]*"/g, "").replace(
      /(<svg [^>]*?) width="(\d+)" height="\d+"/,
      '$1 style="max-width: $2px"',
    ),
  );
}

/**
 * Makes descriptions of a layer's marks into texts that a page shows where somebody points: of the
 * class `hover`, and invisible until then.
 * @param layer its name in the chart
 */
export function withTitles({ text }: Markup, layer: string): Markup {
  const marks = new RegExp(`(<g class="[^"]* ${layer}_marks")[^>]*>(.*?)</g>`, "gs");
  return new Markup(text.replace(marks, (_, group: string, paths: string) => {
    const titled = paths.replace(
      /<path aria-label="([^"]*)"[^>]*? d="([^"]*)"[^>]*>/g,
      (_, title: string, d: string) =>
        `<path class="hover" d="${d}"><title>${title}</title></path>`,
    );
    return `${group} aria-hidden="true">${titled}</g>`;
  }));
}

/**
 * What all charts have in common.
 * @param width of the plot itself, in CSS pixels
 */
export function chartConfig(width: number): Config {
  return {
    font: "system-ui, sans-serif",
    view: { stroke: null },
    axis: {
      labelColor: "currentColor",
      titleColor: "currentColor",
      gridColor: "var(--line)",
      domainColor: "var(--line)",
      tickColor: "var(--line)",
      labelFontSize: 12,
      titleFontSize: 13,
      titleFontWeight: "normal",
      titlePadding: 8,
    },
    legend: {
      orient: "top",
      columns: width < 400 ? 1 : 3,
      title: null,
      labelColor: "currentColor",
      labelFontSize: 13,
      labelLimit: 300,
      symbolType: "stroke",
      symbolSize: 300,
      symbolStrokeWidth: 2.5,
    },
  };
}
