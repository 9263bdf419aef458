/** `./run watch` in a real browser, beside a real training. */
import assert from "node:assert/strict";
import { readHistory } from "../../lib/runs/history.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import type { Page } from "../../lib/browser/page.ts";
import { inBrowser } from "../browser.ts";
import { inFolder } from "../data/folder.ts";
import { scriptPath } from "../process.ts";
import { smallSurvey } from "../train/small.ts";

/** Enough to go on for as long as it is looked at. */
const CHUNKS = ["--chunks", "5000", "--validate-every", "1"];
/** Chunks on the page, as its summary has them. */
const SHOWN = `Number([...document.querySelectorAll("#part-summary dt")]
  .find((term) => term.textContent.startsWith("Chunks"))
  ?.nextElementSibling.textContent.replaceAll(",", "") ?? 0)`;
/** Strips of the curve that can be pointed at, of the one that is shown at this width. */
const STRIPS = `[...document.querySelectorAll("#part-curve .hover")]
  .filter((strip) => strip.getClientRects().length > 0)`;

const startTraining = (...args: string[]) =>
  start(Deno.execPath(), [
    ...["run", "--allow-read", "--allow-write", scriptPath("tests/train/small_task.ts")],
    ...args,
  ]);

function start(program: string, args: readonly string[]): Deno.ChildProcess {
  const PATH = `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}`;
  return new Deno.Command(program, {
    args: [...args],
    env: { PATH },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Ends a process for good, whatever it was doing. */
async function kill(process: Deno.ChildProcess) {
  process.kill("SIGKILL");
  await process.stdout.cancel();
  await process.status;
}

/** Begins to watch a run; gives the address of the page. */
async function watched(run: string): Promise<{ address: string; watch: Deno.ChildProcess }> {
  const watch = start(scriptPath("run"), ["watch", run]);
  const reader = watch.stdout.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  const [address] = /^http:\/\/127\.0\.0\.1:\d+\//.exec(new TextDecoder().decode(value)) ?? [];
  assert.ok(address);
  return { address, watch };
}

/** Points at the curve's middle. @returns what is said there */
async function saidThere(page: Page): Promise<string> {
  const [x, y] = await page.evaluate<[number, number]>(`{
    const strip = ${STRIPS}.at(-2);
    strip.scrollIntoView({ block: "center" });
    const { x, y, width, height } = strip.getBoundingClientRect();
    [x + width / 2, y + height / 2];
  }`);
  await page.point(x, y);
  await page.until("!document.querySelector('.tip').hidden");
  return await page.evaluate("document.querySelector('.tip').textContent");
}

inBrowser(
  "a training that is killed and resumed is followed in one page",
  (browser) =>
    inFolder(async (folder) => {
      const run = `${folder}/live`;
      const args = ["--data", await smallSurvey(`${folder}/survey`), "--out", run];
      const { address, watch } = await watched(run);
      let training = startTraining(...args, ...CHUNKS);
      try {
        const page = await browser.open();
        // Before it is there, its page is that of no run.
        await page.go(`${address}run/live`);
        await page.evaluate("globalThis.same = true");
        await page.until(`${SHOWN} >= 2 && ${STRIPS}.length >= 2`);
        const [chunks, points] = await page.evaluate<[number, number]>(
          `[${SHOWN}, ${STRIPS}.length]`,
        );
        await page.until(`${SHOWN} >= ${chunks + 2} && ${STRIPS}.length >= ${points + 2}`);

        const said = await saidThere(page);
        const [, images, chunk, values] =
          /^([\d,]+) images\nchunk (\d+): (training [\d.]+, validation [\d.]+)$/.exec(said) ?? [];
        assert.ok(values, said);
        const { history } = new RunFolder(run);
        const entry = (await readHistory(history)).find((entry) => entry.chunk === Number(chunk))!;
        assert.equal(images, entry.images.toLocaleString("en"));
        assert.equal(
          values,
          `training ${entry.trainRmse.toFixed(5)}, validation ${entry.validRmse!.toFixed(5)}`,
        );

        await kill(training);
        const last = (await readHistory(history)).at(-1)!.chunk;
        await page.until(`${SHOWN} >= ${last}`);
        training = startTraining(...args, "--resume");
        await page.until(`${SHOWN} >= ${last + 2}`);
        assert.match(await saidThere(page), /^[\d,]+ images\nchunk \d+: training/);
        assert.equal(await page.evaluate("globalThis.same"), true, "the page was loaded again");
        assert.deepEqual(page.complaints, []);
      } finally {
        await kill(training);
        await kill(watch);
      }
    }),
);
