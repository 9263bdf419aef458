/** Galaxies that a network is right and wrong about. */
import { type Card, cards } from "./card.ts";
import { html, type Markup } from "./html.ts";

export function rightSection(all: readonly Card[]): Markup {
  return html`
    <section aria-labelledby="right">
      <h2 id="right">Galaxies it is right about</h2>
      <p>The smallest errors, of all kinds that volunteers saw. Of the volunteers who get to a
        question, the <span class="key guess"></span> bar is the share that the network expects for
        an answer, the <span class="key fact"></span> mark the share that there was.</p>
      ${cards(all)}
    </section>
  `;
}

export function wrongSection(all: readonly Card[]): Markup {
  return html`
    <section aria-labelledby="wrong">
      <h2 id="wrong">Galaxies it is wrong about</h2>
      <p>The largest errors of all, the worst first.</p>
      ${cards(all)}
    </section>
  `;
}
