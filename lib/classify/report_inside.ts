/** Sections of a report about what the network sees in some of its pictures. */
import { UserError } from "../errors.ts";
import { type Findings, lookInto, withProbe } from "../inside/look_into.ts";
import { insideSection } from "../inside/page/section.ts";
import type { Trained } from "../library/trained.ts";
import { cards } from "../report/card.ts";
import { html, type Markup } from "../report/html.ts";
import { pictureCard } from "./report_card.ts";
import type { ReportFacts } from "./report_facts.ts";
import type { Looked } from "./report_looked.ts";

export interface InsideWork {
  readonly facts: ReportFacts;
  /** The first of the networks. */
  readonly trained: Trained;
  stopRequested(): boolean;
  say(line: string): void;
  warn(line: string): void;
}

/**
 * Looks into pictures. A report goes without where the adapter does not suffice.
 * @returns undefined after a stop
 */
export async function insideSections(
  pictures: readonly Looked[],
  { facts, trained, stopRequested, say, warn }: InsideWork,
): Promise<Markup[] | undefined> {
  if (pictures.length === 0) return [];
  const count = pictures.length === 1 ? "1 picture" : `${pictures.length} pictures`;
  say(`looking into ${count} for the report`);
  try {
    return await withProbe(trained, async (probe) => {
      const sections: Markup[] = [];
      for (const [index, one] of pictures.entries()) {
        const findings = await lookInto(probe, one.pixels, { stopRequested });
        if (!findings) return undefined;
        sections.push(await sectionOf(one, findings, { facts, index, of: pictures.length }));
      }
      return sections;
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    warn(`warning: the report does not show what the network sees: ${error.message}`);
    return [];
  }
}

interface Place {
  readonly facts: ReportFacts;
  readonly index: number;
  /** How many pictures are looked into. */
  readonly of: number;
}

async function sectionOf(
  { kept, alone }: Looked,
  findings: Findings,
  { facts, index, of }: Place,
): Promise<Markup> {
  const { models, transforms } = facts;
  const network = models.length === 1
    ? html`the network <em>${findings.model}</em>`
    : html`the first of the ${models.length} networks, <em>${findings.model}</em>`;
  const means = [
    ...(transforms > 1 ? [`${transforms} looks`] : []),
    ...(models.length > 1 ? [`all ${models.length} networks`] : []),
  ];
  return await insideSection(findings, {
    id: `inside-${index + 1}`,
    heading: alone || of > 1
      ? html`What the network sees in <bdi>${kept.id}</bdi>`
      : "What the network sees",
    lead: html`
      <p>One look at the picture, upright and as it is, by ${network}: what it is given, what in it
        decides, and what the layers make of it.${means.length > 0 &&
          ` The answers above are the mean of ${
            means.join(" and ")
          }; what stands below is of this one.`}</p>
    `,
    before: alone
      ? html`<div class="detail">${cards([await pictureCard(kept, { facts, detail: true })])}</div>`
      : undefined,
  });
}
