/** A page about many pictures: figures of all of them, and some that are worth looking at. */
import type { Markup } from "../report/html.ts";
import type { Failure } from "./inputs.ts";
import { Chosen } from "./report_chosen.ts";
import { Counts } from "./report_counts.ts";
import type { ReportFacts } from "./report_facts.ts";
import { type Looked, LookedInto } from "./report_looked.ts";
import { shownOf } from "./report_shown.ts";
import type { Result } from "./result.ts";

export interface ReportedResult extends Result {
  /** What the network saw: 424 × 424 × 3 bytes. */
  readonly pixels: Uint8Array;
}

/** Takes results as they come, and keeps as much of them as a page shows, however many there are. */
export class ClassifyReport {
  readonly #facts: ReportFacts;
  readonly #counts = new Counts();
  readonly #chosen = new Chosen();
  readonly #looked: LookedInto;

  /** @param inside ids of pictures that are to be looked into; by default the first, of a few */
  constructor(facts: ReportFacts, inside: readonly string[] = []) {
    this.#facts = facts;
    this.#looked = new LookedInto(inside);
  }

  add(results: readonly ReportedResult[]) {
    for (const { pixels, ...result } of results) {
      const shown = shownOf(result);
      this.#counts.add(shown);
      this.#chosen.add(shown, pixels);
      this.#looked.add(shown, pixels);
    }
  }

  /** Pictures of which the page is to show what the network sees in them. */
  get toLookInto(): readonly Looked[] {
    return this.#looked.pictures;
  }

  /**
   * The page: HTML that needs no other file and no script.
   * @param failures the first pictures that could not be read
   * @param failed how many could not
   * @param inside sections of what the network sees in some
   */
  async html(
    failures: readonly Failure[] = [],
    failed = failures.length,
    inside: readonly Markup[] = [],
  ): Promise<string> {
    // Whoever wants no page does not wait for what draws it.
    const { reportHtml } = await import("./report_page.ts");
    return reportHtml(this.#facts, this.#counts, this.#chosen, { failures, failed }, inside);
  }
}
