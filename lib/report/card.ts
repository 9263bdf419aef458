/** A card with one galaxy: its picture, what is said of it, and what belongs to that. */
import { html, type Markup } from "./html.ts";

export interface Card {
  /** A data URI. */
  readonly picture: string;
  /** What the picture shows, in words. */
  readonly alt: string;
  readonly title: string;
  /** Under the title. */
  readonly lines: readonly Markup[];
  /** Under the picture. */
  readonly body: readonly Markup[];
}

export function cards(all: readonly Card[]): Markup {
  return html`<div class="cards">${all.map(card)}</div>`;
}

/** A heading with the number of cards below it. @param why why these are shown, as `the surest` */
export function cardGroup(heading: string, all: readonly Card[], why = ""): Markup {
  const count = why ? `${all.length}, ${why}` : all.length;
  return html`<h3>${heading} <span class="count">${count}</span></h3>${cards(all)}`;
}

function card({ picture, alt, title, lines, body }: Card): Markup {
  return html`
    <article class="card">
      <header>
        <img src="${picture}" alt="${alt}" loading="lazy">
        <div><h4><bdi>${title}</bdi></h4>${lines}</div>
      </header>
      ${body}
    </article>
  `;
}
