/** The page in a real browser, on WebGPU by SwiftShader: it says what Deno says, and complains of nothing. */
import assert from "node:assert/strict";
import type { Chromium } from "../../lib/browser/chromium.ts";
import type { Page, PageOptions } from "../../lib/browser/page.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { bundled } from "../../tasks/web_build.ts";
import { inBrowser } from "../browser.ts";
import { inFolder } from "../data/folder.ts";
import { scriptPath } from "../process.ts";
import { ANSWERED, answered, assertSame, DONE, fractionsOf, saved } from "./answers.ts";
import { denoSays, learnedInDeno, writeNarrow } from "./deno.ts";
import { drawnFiles, realFiles } from "./galaxy_files.ts";
import { encodePng } from "./png.ts";
import { type Site, withSite } from "./site.ts";

/** The galaxy that the page begins with. */
const [SURVEY, SAMPLE] = [1, 21];
/** Galaxies of the competition that are compared. */
const REAL = 24;

inBrowser(
  "the network in a browser",
  (browser, step) =>
    inFolder((folder) =>
      withSite(folder, async (site) => {
        await step("of real galaxies it says what Deno says", () => realGalaxies(browser, site));
        await step(
          "a visitor's pictures and parameters are used as in Deno, wrong ones end in a sentence",
          () => onPage(browser, site, visitor),
        );
        await step(
          "a network learns on the page, which stays free",
          () => onPage(browser, site, learning, { at: "#learn" }),
        );
        await step(
          "without WebGPU it says so, and what to do",
          () => onPage(browser, site, withoutWebGpu, { before: NO_GPU }),
        );
      })
    ),
);

/** Opens the page, and closes it so that nothing of it goes on. */
async function onPage(
  browser: Chromium,
  site: Site,
  test: (page: Page, site: Site) => Promise<void>,
  { at = "", ...options }: PageOptions & { readonly at?: string } = {},
) {
  const page = await browser.open(options);
  try {
    await page.go(site.url + at);
    await test(page, site);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.close();
  }
}

async function realGalaxies(browser: Chromium, { url, folder }: Site) {
  const files = await realFiles(REAL);
  if (files.length === 0) return;
  for (const { path, name } of files) await Deno.copyFile(path, `${folder}/${name}`);
  await Deno.writeFile(`${folder}/many.js`, await bundled("tests/web/many.ts"));
  await Deno.writeTextFile(`${folder}/empty.html`, "<!DOCTYPE html><title>empty</title>");
  const expected = await denoSays(files.map(({ pixels }) => pixels), 1);
  const page = await browser.open();
  await page.go(`${url}empty.html`);
  const names = JSON.stringify(files.map(({ name }) => name));
  const found = await page.evaluate<number[][]>(
    `import("./many.js").then(({ fractions }) => fractions(${names}))`,
  );
  const largest = files.map(({ name }, index) => assertSame(found[index], expected[index], name));
  console.log(
    `${files.length} real galaxies: at most ${Math.max(...largest).toExponential(1)} from Deno's`,
  );
  await page.close();
}

async function visitor(page: Page, site: Site) {
  const { folder, url } = site;
  const { pixels } = syntheticGalaxy(SURVEY, SAMPLE);
  await page.until(ANSWERED);
  const first = await saved(page);
  assert.equal(first.looks, 1, "a software adapter looks once, unless asked");
  assert.equal(first.model, "compact");
  assertSame(fractionsOf(first.answers), (await denoSays([pixels], 1))[0], "one look");
  const strangers = page.requests.filter((asked) =>
    !asked.startsWith(url) && !/^data:/.test(asked)
  );
  assert.deepEqual(strangers, []);

  await page.evaluate("document.getElementById('looks60').click()");
  await page.until("document.querySelector('#answers .spread')");
  const second = await saved(page);
  assert.equal(second.looks, 60);
  assertSame(fractionsOf(second.answers), (await denoSays([pixels], 60))[0], "sixty looks");
  await page.evaluate("document.getElementById('looks1').click()");

  // With parameters of one's own.
  const own = await writeNarrow(`${folder}/own.safetensors`);
  const count = [...own.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  await page.chooseFile("#file", `${folder}/own.safetensors`);
  const told = JSON.stringify(count.toLocaleString("en"));
  await page.until(`document.getElementById("model").textContent.includes(${told})`);
  const files = [...await drawnFiles(folder), ...await realFiles(1)];
  const expected = await denoSays(files.map(({ pixels }) => pixels), 1, own);
  for (const [index, { path, name }] of files.entries()) {
    await page.chooseFile("#file", path);
    const { answers, told } = await answered(page, name);
    assert.equal(told, "as it is");
    assertSame(fractionsOf(answers), expected[index], name);
  }
  await wrongFiles(page, site);

  // It goes on as if nothing had been.
  await page.chooseFile("#file", files[0].path);
  await answered(page, files[0].name);
  await page.until(DONE);
  assert.equal(await page.evaluate("document.getElementById('problem').hidden"), true);
  assert.equal(await page.count("#answers .flow"), 1);
  assert.equal(await page.count("#parts canvas"), 17);
  assert.equal(await page.count("#maps canvas"), 4);
  assert.equal(await page.count("#winners canvas"), 2);
  assert.equal(await page.count("#heat"), 1);
  assert.match(await page.text("times"), /16 looks.*conv1/s);

  // Narrow, and in the dark.
  await page.resize(400, 800);
  await page.emulate("dark");
  assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false);
  const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  assert.match(ground, /^rgb\(\d\d, \d\d, \d\d\)$/);
}

const latin1 = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

async function wrongFiles(page: Page, { folder }: Site) {
  const wrong = async (name: string, bytes: Uint8Array, sentence: RegExp) => {
    await Deno.writeFile(`${folder}/${name}`, bytes);
    await page.chooseFile("#file", `${folder}/${name}`);
    await page.until(`document.getElementById("problem").innerText.includes("${name}")`);
    assert.match(await page.text("problem"), sentence);
  };
  const text = (text: string) => new TextEncoder().encode(text);
  const weights = await Deno.readFile(scriptPath("weights/compact.safetensors"));
  await wrong("notes.txt", text("no picture"), /is not a picture: it is a text/);
  await wrong("tiny.png", encodePng(new Uint8Array(3 * 9), 3), /is 3×3 pixels, at least 32×32/);
  await wrong("cut.safetensors", weights.subarray(0, 1e6), /is damaged/);
  await wrong("text.safetensors", text("no parameters at all"), /not a safetensors file/);
  const flipped = weights.slice();
  flipped[flipped.length - 1000] ^= 1;
  await wrong("flipped.safetensors", flipped, /its values are not those that were written/);
  const stranger = weights.slice();
  stranger.set(text('"model":"unknown"'), latin1(weights).indexOf('"model":"compact"'));
  await wrong("stranger.safetensors", stranger, /is of "unknown"\. This page takes/);
}

async function learning(page: Page) {
  await page.until("!document.getElementById('panels').hidden");
  await page.evaluate("document.getElementById('start').focus()");
  await page.press("Enter");
  const label = "document.querySelector('.learning')?.getAttribute('aria-label')";
  await page.until(`/while learning/.test(${label})`, 300);
  await page.evaluate(
    `longest = 0, last = performance.now(), labels = new Set(), setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    labels.add(${label});
  }, 20)`,
  );
  await page.until("labels.size >= 3");
  const longest = await page.evaluate<number>("longest");
  assert.ok(longest < 1000, `the page was blocked for ${longest} ms`);
  const [, found, images] = (await page.evaluate<string[]>("[...labels]"))
    .map((label) => /while learning, of ([\d.]+) after (\d+)$/.exec(label)!)[1];
  const expected = await learnedInDeno(Number(images));
  assert.ok(
    Math.abs(Number(found) - expected) < 1e-3,
    `an error of ${found} after ${images} images there, ${expected} in Deno`,
  );
  assert.equal(await page.count("#learners .flow"), 3);
  assert.match(await page.text("progress"), /^\d+ of 6,144 images/);
  await page.press("Enter");
  assert.equal(await page.text("start"), "Start again");
  // By keyboard to the other tab, which begins only now.
  assert.equal(await page.count("#samples button"), 0);
  await page.evaluate("document.getElementById('tab-learn').focus()");
  await page.press("ArrowLeft");
  assert.equal(await page.evaluate("document.activeElement.id"), "tab-see");
  assert.ok(await page.evaluate("document.getElementById('learn').hidden"));
  assert.equal(await page.count("#samples button"), 6);
}

const NO_GPU =
  "Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined, configurable: true })";

async function withoutWebGpu(page: Page) {
  await page.until("!document.getElementById('problem').hidden");
  assert.match(await page.text("problem"), /This browser has no WebGPU.*chrome:\/\/flags/s);
  assert.ok(await page.evaluate("document.getElementById('panels').hidden"));
}
