/** What matters for the answers: the picture with one region covered after the other. */
import { html, type Markup } from "../../report/html.ts";
import { percent } from "../../report/path.ts";
import type { Findings } from "../look_into.ts";
import { COVERS, fallsOf } from "../occlusion.ts";
import { partsTable } from "../parts_table.ts";
import {
  answerWords,
  changesWithoutParts,
  heatRaster,
  mattersText,
  tellingAnswers,
} from "../regions.ts";
import { heatUri } from "./pictures.ts";

export async function regionsFigure(findings: Findings): Promise<Markup> {
  const [most, ...others] = tellingAnswers(findings);
  const text = mattersText(findings, most);
  const { name } = answerWords(most);
  return html`
    <h3>What matters</h3>
    <p>The network looks again, ${COVERS *
      COVERS} times, each time with another region covered by empty
      sky, and once without each of the parts. Where the share of an answer falls,
      <span class="key for"></span> there was something that spoke for it; where it rises,
      <span class="key against"></span> something spoke against it.</p>
    <div class="beside">
      <figure>
        <img src="${await heatUri(findings.pixels, heatRaster(findings, most))}"
          alt="What matters for “${name}”. ${text}">
        <figcaption>What matters for “${name}”: of the likely answers, the one for which a region
          matters most</figcaption>
      </figure>
      <div>
        <p>${text}</p>
        ${partsTable(changesWithoutParts(findings, most))}
      </div>
    </div>
    ${others.length > 0 && html`
      <h4>The other likely answers</h4>
      <p>With the share of all volunteers who would give each, and what is left of it with the region
        covered that matters most. Every picture has colours of its own strength.</p>
      <div class="heats">${await Promise.all(others.map((answer) => small(findings, answer)))}</div>
    `}
  `;
}

async function small(findings: Findings, answer: number): Promise<Markup> {
  const { question, name } = answerWords(answer);
  const whole = findings.answers[answer];
  const fall = Math.max(0, ...fallsOf(findings.regions, findings.answers, answer));
  // In one piece, wherever lines break.
  const change = `${Math.round(100 * whole)} → ${percent(whole - fall)}`.replaceAll(" ", "\u00a0");
  return html`
    <figure>
      <img src="${await heatUri(findings.pixels, heatRaster(findings, answer))}"
        alt="What matters for “${name}”">
      <figcaption>${question} <strong>${name}</strong> ${change}</figcaption>
    </figure>
  `;
}
