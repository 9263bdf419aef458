/** What the page says of a picture. */
import assert from "node:assert/strict";
import type { Answer } from "../../lib/library/prediction.ts";
import type { Page } from "./chromium.ts";

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

/** Asserts that two programs say the same. @returns the largest difference */
export function assertSameAnswers(
  found: readonly Answer[],
  expected: readonly Answer[],
  tolerance: number,
  name: string,
): number {
  assert.equal(found.length, expected.length);
  let largest = 0;
  expected.forEach(({ column, fraction }, index) => {
    assert.equal(found[index].column, column);
    const difference = Math.abs(found[index].fraction - fraction);
    largest = Math.max(largest, difference);
    assert.ok(
      difference <= tolerance,
      `${name}, ${column}: ${found[index].fraction} there, ${fraction} in Deno`,
    );
  });
  return largest;
}

export function assertQuiet({ complaints }: Page) {
  assert.deepEqual(complaints, []);
}
