/** Tests in a real browser. */
import { browserThere, Chromium } from "../lib/browser/chromium.ts";

const THERE = browserThere();
if (!THERE) {
  console.warn(
    "WITHOUT chromium THE TESTS IN A BROWSER ARE SKIPPED. Debian, Ubuntu: apt-get install chromium",
  );
}

/** A step of a test, which goes on after one that failed. */
export type Step = (name: string, step: () => Promise<void>) => Promise<boolean>;

/** A test in a browser; without one it is ignored. */
export function inBrowser(name: string, test: (browser: Chromium, step: Step) => Promise<void>) {
  Deno.test({
    name,
    ignore: !THERE,
    async fn(context) {
      const browser = Chromium.start(await Deno.makeTempDir());
      try {
        // What the browser is waited for goes on from step to step: the whole test is looked at.
        const sanitizers = { sanitizeOps: false, sanitizeResources: false };
        await test(browser, (name, fn) => context.step({ name, fn, ...sanitizers }));
      } finally {
        await browser.close();
      }
    },
  });
}
