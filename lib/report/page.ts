/** The frame that all reports share: one page with its own style, which fetches nothing. */
import { html, Markup } from "./html.ts";
import cardStyle from "./style/card.css" with { type: "text" };
import liveStyle from "./style/live.css" with { type: "text" };
import insideStyle from "./style/inside.css" with { type: "text" };
import figureStyle from "./style/figures.css" with { type: "text" };
import pageStyle from "./style/page.css" with { type: "text" };

const STYLE = new Markup([pageStyle, figureStyle, cardStyle, insideStyle, liveStyle].join("\n"));

/** What a page may do beyond showing itself. */
export interface Live {
  /** Its only script, on the server that it came from. */
  readonly script: string;
}

/** What a page may load: nothing but what is in it. */
export function pagePolicy(live?: Live): string {
  const more = live ? "; script-src 'self'; connect-src 'self'" : "";
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'${more}`;
}

/**
 * A whole HTML page: light and dark, and without a script unless it is shown live.
 * @param summary what stands under the title
 */
export function reportPage(
  title: string,
  summary: Markup,
  sections: readonly Markup[],
  live?: Live,
): string {
  const page = html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="${new Markup(pagePolicy(live))}">
        <title>${title}</title>
        ${live && html`
          <link rel="icon" href="data:,">
          <script src="${live.script}" defer></script>
        `}
        <style>${STYLE}</style>
      </head>
      <body>
        <header class="page">
        <h1>${title}</h1>
        ${summary}
      </header>
        <main>
        ${sections}
      </main>
      </body>
    </html>
  `;
  return page.text.trim() + "\n";
}

/** The last section: how to come to the same page again. */
export function settingsSection(
  rows: readonly (readonly [label: string, value: string])[],
  heading = "Settings of this run",
): Markup {
  return html`
    <section aria-labelledby="settings">
      <h2 id="settings">${heading}</h2>
      <table class="settings">
        <tbody>${rows.map(([label, value]) =>
          html`
            <tr>
              <th scope="row">${label}</th>
              <td>${value}</td>
            </tr>
          `
        )}</tbody>
      </table>
    </section>
  `;
}
