/** A board as a page that follows it. */
import { html, Markup } from "../report/html.ts";
import { reportPage } from "../report/page.ts";
import type { Board } from "./board.ts";

/** The address of the pages' script. */
export const SCRIPT = "/watch.js";

export interface PageFrame {
  readonly title: string;
  /** Where its changes come from. */
  readonly events: string;
  /** Whether there is a page above this one. */
  readonly below: boolean;
}

export function boardPage(board: Board, { title, events, below }: PageFrame): string {
  const parts = board.parts.map(({ id, mark, markup }) =>
    html`<div id="${id}" data-mark="${mark}">${new Markup(markup)}</div>`
  );
  const line = html`
    <p class="live">${below ? html`<a href="/">All runs</a>` : html`<span></span>`}
      <span class="state" role="status" data-events="${events}">as of when the page was
        loaded</span></p>
  `;
  return reportPage(title, line, parts, { script: SCRIPT });
}
