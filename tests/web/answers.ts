/** What the page says of a picture. */
import assert from "node:assert/strict";
import type { Page } from "../../lib/browser/page.ts";
import { ANSWER_COLUMNS } from "../../lib/galaxy/questions.ts";
import type { Answer } from "../../lib/library/prediction.ts";

interface Saved {
  readonly picture: string;
  readonly model: string;
  readonly looks: number;
  readonly words: string;
  readonly told: string;
  readonly answers: Answer[];
}

/** The page has answered for the first time. */
export const ANSWERED = `document.getElementById("took").textContent !== ""`;
/** The page has answered, and done all that follows. */
export const DONE = `document.getElementById("see").getAttribute("aria-busy") === "false"`;

/** What it offers to save. */
export async function saved(page: Page): Promise<Saved> {
  const href = await page.evaluate<string>(`document.getElementById("save").href`);
  return JSON.parse(decodeURIComponent(href.slice(href.indexOf(",") + 1)));
}

/** Waits for the answers to a picture that was chosen, without all that follows. */
export async function answered(page: Page, picture: string): Promise<Saved> {
  await page.until(
    `document.querySelector("#answers bdi")?.textContent === ${JSON.stringify(picture)}`,
  );
  return await saved(page);
}

/** The 37 fractions. @throws AssertionError when answers are missing, or in another order */
export function fractionsOf(answers: readonly Answer[]): number[] {
  assert.deepEqual(answers.map(({ column }) => column), ANSWER_COLUMNS);
  return answers.map(({ fraction }) => fraction);
}

/** Same kernels, same numbers but for the order of sums. */
const TOLERANCE = 1e-5;

/** Asserts that two programs say the same. @returns the largest difference */
export function assertSame(
  found: readonly number[],
  expected: readonly number[],
  name: string,
): number {
  assert.equal(found.length, expected.length);
  const differences = found.map((fraction, index) => Math.abs(fraction - expected[index]));
  const largest = Math.max(...differences);
  const where = ANSWER_COLUMNS[differences.indexOf(largest)];
  // What is no number is no difference either.
  assert.ok(largest <= TOLERANCE, `${name}: ${where} differs by ${largest} from Deno's`);
  return largest;
}
