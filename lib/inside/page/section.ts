/** "What the network sees": one galaxy on its way through a network, as a section of any report. */
import { flow } from "../../report/flow.ts";
import { html, type Markup } from "../../report/html.ts";
import type { Fractions } from "../../report/path.ts";
import type { Findings } from "../look_into.ts";
import { mapsFigure, winnersFigure } from "./layers.ts";
import { partsFigure } from "./parts.ts";
import { regionsFigure } from "./regions.ts";

export interface InsideText {
  /** Of the heading, as an id of the page. */
  readonly id: string;
  readonly heading: string | Markup;
  /** Which picture and which network it is. */
  readonly lead: Markup;
  /** What stands before all pictures. */
  readonly before?: Markup | undefined;
}

/**
 * The section: parts, what matters, feature maps, maxout.
 * @param after what the answers are, where the page does not tell of them elsewhere
 */
export async function insideSection(
  findings: Findings,
  { id, heading, lead, before }: InsideText,
  after?: Markup,
): Promise<Markup> {
  return html`
    <section aria-labelledby="${id}" class="inside">
      <h2 id="${id}">${heading}</h2>
      ${lead}
      ${before}
      ${await partsFigure(findings)}
      ${await regionsFigure(findings)}
      ${mapsFigure(findings)}
      ${findings.traces.winners.length > 0 && winnersFigure(findings)}
      ${after}
    </section>
  `;
}

/** How volunteers part by this one look, and how they did. */
export function answersFigure({ answers }: Findings, truth?: Fractions): Markup {
  return html`
    <h3>Answers</h3>
    <p>What comes out is how volunteers would part at each question: every branch is as wide as the
      share who take it.</p>
    <div class="pair">
      <div>
        <h4>The network</h4>
        ${flow(answers, { what: "What the network expects" })}
      </div>
      ${truth && html`
        <div>
          <h4>The volunteers</h4>
          ${flow(truth, { what: "What volunteers said" })}
        </div>
      `}
    </div>
  `;
}
