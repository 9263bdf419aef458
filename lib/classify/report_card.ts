/** One picture on the page of a classification. */
import { answersTable } from "../report/answers.ts";
import type { Card } from "../report/card.ts";
import { flow, LEAST_ASKED } from "../report/flow.ts";
import { flowRows } from "../report/flow_rows.ts";
import { html, type Markup } from "../report/html.ts";
import { pixelsUri } from "../report/images.ts";
import { type Kept, SMALL_SIZE } from "./report_chosen.ts";
import { looksDiffer, type ReportFacts } from "./report_facts.ts";
import { inWords } from "./words.ts";

export interface CardStyle {
  readonly facts: ReportFacts;
  /** Whether the answers are there at once, and not opened first. */
  readonly detail: boolean;
}

export async function pictureCard(kept: Kept, { facts, detail }: CardStyle): Promise<Card> {
  const { path, prediction, fractions, told, unusual, small } = kept;
  const words = inWords(prediction);
  const spread = looksDiffer(facts) ? prediction.map((answer) => answer.spread) : undefined;
  const questions = flowRows(fractions, LEAST_ASKED).map(({ question }) => question);
  const table = answersTable({ predicted: fractions, spread }, questions);
  return {
    picture: await pixelsUri(small, SMALL_SIZE),
    alt: `${path}, by the network: ${words}`,
    title: kept.id,
    lines: [
      html`<p class="words">${sentence(words)}</p>`,
      html`<p class="path"><bdi>${path}</bdi></p>`,
      html`<p>${sentence(told)}</p>`,
    ],
    body: [
      ...(unusual.length > 0 ? [marks(unusual)] : []),
      flow(fractions, { what: `What volunteers would answer about ${kept.id}` }),
      detail ? table : html`<details><summary>The answers</summary>${table}</details>`,
    ],
  };
}

function marks(unusual: readonly string[]): Markup {
  return html`<p class="marks"><strong>Unlike the training pictures:</strong> ${
    unusual.join("; ")
  }</p>`;
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
