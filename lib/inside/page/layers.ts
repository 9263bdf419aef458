/** What the layers compute: feature maps of one part, and which units of each pair are heard. */
import { html, type Markup } from "../../report/html.ts";
import type { Findings } from "../look_into.ts";
import { mapsOfPart, mapsRaster, mostActiveFirst, silentOf } from "../maps.ts";
import { nameOfPart } from "../places.ts";
import { answerWords, changesWithoutParts, tellingAnswers } from "../regions.ts";
import { winnersRaster, winnersText } from "../winners.ts";
import { rasterUri } from "./pictures.ts";

export function mapsFigure(findings: Findings): Markup {
  const { layers, traces } = findings;
  const [answer] = tellingAnswers(findings);
  const changes = changesWithoutParts(findings, answer);
  const part = changes.indexOf(Math.min(...changes));
  return html`
    <h3>Feature maps</h3>
    <p>What each convolution finds in one of the parts, the one that speaks most for “${answerWords(
      answer,
    ).name}”: <em>${nameOfPart(part)}</em>. Brighter where it finds more, by one scale for a layer,
      after pooling where the layer pools; the maps that find most come first. The same filters
      look at all sixteen parts.</p>
    <div class="layers">${layers.slice(1).map((layer, index) => {
      const found = mapsOfPart(traces.parts[index + 1], layer, part);
      const silent = silentOf(found);
      const { label, maps, side } = layer;
      return html`
        <figure>
          <figcaption><strong>${label}</strong> ${maps} maps of ${side}×${side}${silent > 0 &&
            `, ${silent} of them silent`}</figcaption>
          <img class="pixels" src="${rasterUri(mapsRaster(mostActiveFirst(found)))}"
            alt="Feature maps of ${label}">
        </figure>
      `;
    })}</div>
  `;
}

export function winnersFigure({ traces: { winners } }: Findings): Markup {
  return html`
    <h3>Maxout</h3>
    <p>Then the sixteen parts come together. Units stand in pairs, and only the larger one of each is
      heard: bright is the winner, the brighter the more it says, grey the other.</p>
    <div class="layers">${winners.map((each) =>
      html`
        <figure>
          <figcaption><strong>${each.layer}</strong> ${winnersText(each)}</figcaption>
          <img class="pixels" src="${rasterUri(winnersRaster(each))}"
            alt="Winners of the ${each.pairs.length} pairs of ${each.layer}">
        </figure>
      `
    )}</div>
  `;
}
