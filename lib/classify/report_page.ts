/** The page of a classification, from what was kept of it. */
import { QUESTIONS } from "../galaxy/questions.ts";
import { cardGroup, cards } from "../report/card.ts";
import { figures, numbersTable } from "../report/figures.ts";
import { flow } from "../report/flow.ts";
import { histogramSvg } from "../report/histogram.ts";
import { html, type Markup } from "../report/html.ts";
import { reportPage, settingsSection } from "../report/page.ts";
import { percent } from "../report/path.ts";
import { VERSION } from "../version.ts";
import type { Failure } from "./inputs.ts";
import { pictureCard } from "./report_card.ts";
import { type Chosen, FEW } from "./report_chosen.ts";
import type { Counts } from "./report_counts.ts";
import { looksDiffer, type ReportFacts } from "./report_facts.ts";

/** Rows of the table of likely paths. */
const PATHS = 12;
/** Of a command line that names thousands of files, its beginning is enough. */
const COMMAND = 2000;

/** What could not be read; of many, the first ones and their number. */
interface Failed {
  readonly failures: readonly Failure[];
  readonly failed: number;
}

export async function reportHtml(
  facts: ReportFacts,
  counts: Counts,
  chosen: Chosen,
  { failures, failed }: Failed,
  inside: readonly Markup[],
): Promise<string> {
  const few = chosen.few;
  const title = few?.length === 1 ? few[0].id : `${thousands(counts.pictures)} pictures`;
  return reportPage(title, summary(facts, counts, failed), [
    ...(few ? [await fewSection(facts, chosen)] : [
      treeSection(counts),
      histogramsSection(counts),
      await chosenSection(facts, chosen, counts),
    ]),
    ...inside,
    ...(few || !looksDiffer(facts) ? [] : [steadySection(counts)]),
    ...(failed > 0 ? [failuresSection({ failures, failed })] : []),
    settingsSection([
      ["Command", clipped(facts.command)],
      [facts.models.length === 1 ? "Network" : "Networks", facts.models.join(", ")],
      ["Parameters", facts.parameters.join(", ")],
      ["Looks at each picture", String(facts.transforms)],
      ...(counts.pictures > inside.length
        ? [["Looked into", lookedText(inside.length)] as const]
        : []),
      ...(facts.settings ?? []),
      ["Version", VERSION],
    ], "How this page was made"),
  ]);
}

function summary(facts: ReportFacts, counts: Counts, failed: number): Markup {
  const { pictures, marked, steady } = counts;
  const [those, each] = pictures === 1 ? ["this picture", "it"] : ["these pictures", "each"];
  const networks = facts.models.length === 1
    ? html`the network <em>${facts.models[0]}</em>`
    : html`the mean of ${facts.models.length} networks`;
  const looks = facts.transforms === 1
    ? `It looked at ${each} once.`
    : `It looked at ${each} ${facts.transforms} times, at other angles and sizes.`;
  const within = steady.filter(({ most }) => most <= 0.05)
    .reduce((sum, { count }) => sum + count, 0);
  return html`
    <p
      class="lead">What volunteers of Galaxy Zoo would see in ${those}, by ${networks}. ${looks}</p>
    ${pictures > FEW && figures([
      ["Pictures classified", thousands(pictures)],
      ["Unlike the training pictures", `${thousands(marked)}`],
      looksDiffer(facts) &&
      ["Of all, those whose likely answers stay within ± 5 %", percent(within / pictures)],
      ["Could not be read", thousands(failed)],
    ])}
  `;
}

/** What the parts of a card are. */
function keys(facts: ReportFacts): Markup {
  return html`
    <p>All volunteers begin at the top, and part with their answers: each branch is as wide as the
      share who take it. The <span class="key guess"></span> most likely answers lead along the
      <span class="key stream"></span> likely way; percentages are of those who are asked.
      ${looksDiffer(facts) && html`Among the answers, a <span class="key error"></span> line spans
      one standard deviation between looks to each side: how steady the network is, not how
      right.`}</p>
  `;
}

async function fewSection(facts: ReportFacts, chosen: Chosen): Promise<Markup> {
  const few = chosen.few!;
  return html`
    <section aria-labelledby="pictures">
      <h2 id="pictures">${few.length === 1
        ? "The picture and its answers"
        : "Pictures and answers"}</h2>
      ${few.length === 0 ? html`<p>No picture could be classified.</p>` : keys(facts)}
      <div class="detail">${cards(
        await Promise.all(few.map((kept) => pictureCard(kept, { facts, detail: true }))),
      )}</div>
    </section>
  `;
}

function treeSection({ mean, words, pictures }: Counts): Markup {
  const paths = [...words].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rest = paths.slice(PATHS).reduce((sum, [, count]) => sum + count, 0);
  const row = (what: string, count: number) => [what, thousands(count), percent(count / pictures)];
  return html`
    <section aria-labelledby="all">
      <h2 id="all">All pictures together</h2>
      <p>If all volunteers looked at all pictures: each branch is as wide as the share of answers
        that go that way.</p>
      <div class="pair">
        <div>
      ${flow(mean, { what: "The mean of all pictures", even: true })}
      </div>
        <div>
      <h3>Likely paths</h3>
      <p>What the most likely answers say, in words.</p>
      ${numbersTable(["In words", "Pictures", "Share"], [
        ...paths.slice(0, PATHS).map(([what, count]) => row(what, count)),
        ...(rest > 0 ? [row(`${thousands(paths.length - PATHS)} other paths`, rest)] : []),
      ])}
      </div>
      </div>
    </section>
  `;
}

function histogramsSection({ histograms }: Counts): Markup {
  const asked = QUESTIONS.filter(({ first }) => histograms[first].count > 0);
  return html`
    <section aria-labelledby="answers">
      <h2 id="answers">Answers</h2>
      <p>How the shares of answers are distributed, from 0 % on the left to 100 % on the right. Each
        question has the pictures of which at least half of the volunteers would be asked it. Every
        row is scaled to its own highest bar.</p>
      <div class="histograms">${asked.map(({ number, text, answers, first }) =>
        html`
          <table>
            <caption>${number}. ${text}
              <span class="count">${thousands(histograms[first].count)}</span></caption>
            <thead>
              <tr>
                <th scope="col">Answer</th>
                <td>
                  <div class="scale" aria-hidden="true"><span>0</span><span>100 %</span></div>
                </td>
                <th scope="col">Mean</th>
              </tr>
            </thead>
            <tbody>${answers.map((answer, k) =>
              html`
                <tr>
                  <th scope="row">${answer}</th>
                  <td>${histogramSvg(histograms[first + k], answer)}</td>
                  <td>${percent(histograms[first + k].mean)}</td>
                </tr>
              `
            )}</tbody>
          </table>
        `
      )}</div>
    </section>
  `;
}

async function chosenSection(facts: ReportFacts, chosen: Chosen, counts: Counts): Promise<Markup> {
  const groups = await Promise.all(chosen.groups.map(async ({ heading, why, pictures }) => {
    const all = await Promise.all(
      pictures.map((kept) => pictureCard(kept, { facts, detail: false })),
    );
    return cardGroup(heading, all, why);
  }));
  const shown = chosen.groups.reduce((sum, { pictures }) => sum + pictures.length, 0);
  return html`
    <section aria-labelledby="pictures">
      <h2 id="pictures">${shown < counts.pictures ? `${shown} of them` : "One by one"}</h2>
      ${keys(facts)}
      ${groups}
    </section>
  `;
}

function steadySection({ steady, pictures }: Counts): Markup {
  const label = (most: number, k: number) =>
    most === Infinity
      ? `more than ${percent(steady[k - 1].most)}`
      : k === 0
      ? `up to ${percent(most)}`
      : `${Math.round(100 * steady[k - 1].most)} to ${percent(most)}`;
  return html`
    <section aria-labelledby="steady">
      <h2 id="steady">How steady the answers are</h2>
      <p>The standard deviation between looks, of the least steady of a picture’s likely answers.</p>
      ${numbersTable(
        ["Standard deviation", "Pictures", "Share"],
        steady.map(({ most, count }, k) => [
          label(most, k),
          thousands(count),
          percent(count / pictures),
        ]),
      )}
    </section>
  `;
}

function failuresSection({ failures, failed }: Failed): Markup {
  const more = failed - failures.length;
  return html`
    <section aria-labelledby="failures">
      <h2 id="failures">Not read <span class="count">${thousands(failed)}</span></h2>
      <ul class="failures">${failures.map(({ path, why }) =>
        // Most sentences name the file themselves.
        html`<li><bdi>${why.includes(path) ? why : `${path}: ${why}`}</bdi></li>`
      )}</ul>
      ${more > 0 && html`<p>And ${thousands(more)} more.</p>`}
    </section>
  `;
}

function lookedText(count: number): string {
  const looked = count === 0 ? "None" : count === 1 ? "1 picture" : `${count} pictures`;
  return `${looked}; --inside ID,… shows what the network sees in those that it names`;
}

const thousands = (count: number) => count.toLocaleString("en");

function clipped(command: string): string {
  return command.length <= COMMAND ? command : `${command.slice(0, COMMAND)} …`;
}
