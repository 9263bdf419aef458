/** The page in a real browser, on WebGPU by SwiftShader: it says what Deno says, and complains of nothing. */
import assert from "node:assert/strict";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { inFolder } from "../data/folder.ts";
import { scriptPath } from "../process.ts";
import { ANSWERED, answered, assertQuiet, assertSameAnswers, DONE, saved } from "./answers.ts";
import { type Chromium, inBrowser, type Page, type PageOptions } from "./chromium.ts";
import { answersOfDeno, firstChunkOfDeno, writeNarrow } from "./deno.ts";
import { galaxyFiles } from "./galaxy_files.ts";
import { encodePng } from "./png.ts";
import { buildSite, serve, type Site } from "./site.ts";

/** Same kernels, same numbers but for the order of sums. */
const TOLERANCE = 1e-5;
/** The galaxy that the page begins with. */
const [SURVEY, SAMPLE] = [1, 21];

/** A test on the page, built and served anew. */
function pageTest(
  name: string,
  test: (page: Page, site: Site) => Promise<void>,
  options: PageOptions & { readonly at?: string } = {},
) {
  inBrowser(name, (browser: Chromium) =>
    inFolder(async (folder) => {
      await buildSite(folder);
      const site = await serve(folder);
      try {
        const page = await browser.open(options);
        await page.go(site.url + (options.at ?? ""));
        await test(page, site);
        assertQuiet(page);
      } finally {
        await site.close();
      }
    }));
}

pageTest(
  "the page says of a drawn galaxy what Deno says, once and sixty times",
  async (page, site) => {
    const { pixels } = syntheticGalaxy(SURVEY, SAMPLE);
    const [once] = await answersOfDeno([pixels], 1);
    const [often] = await answersOfDeno([pixels], 60);
    await page.until(DONE);
    const first = await saved(page);
    assert.equal(first.looks, 1, "a software adapter looks once, unless asked");
    assert.equal(first.model, "compact");
    assertSameAnswers(first.answers, once, TOLERANCE, "one look");

    assert.equal(await page.count("#answers .flow"), 1);
    assert.equal(await page.count("#parts canvas"), 17);
    assert.equal(await page.count("#maps canvas"), 4);
    assert.equal(await page.count("#winners canvas"), 2);
    assert.equal(await page.count("#heat"), 1);
    assert.match(await page.text("times"), /16 looks.*conv1/s);
    const strangers = page.requests.filter((url) =>
      !url.startsWith(site.url) && !/^data:/.test(url)
    );
    assert.deepEqual(strangers, []);

    // Narrow, and in the dark.
    await page.resize(400, 800);
    await page.emulate("dark");
    assert.equal(await page.evaluate("document.documentElement.scrollWidth > innerWidth"), false);
    const ground = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    assert.match(ground, /^rgb\(\d\d, \d\d, \d\d\)$/);

    await page.evaluate("document.getElementById('looks60').click()");
    await page.until("document.querySelector('#answers .spread')");
    const second = await saved(page);
    assert.equal(second.looks, 60);
    assertSameAnswers(second.answers, often, TOLERANCE, "sixty looks");
  },
);

pageTest(
  "files are read as Deno reads them, and wrong ones end in a sentence",
  async (page, { folder }) => {
    const files = await galaxyFiles(folder);
    const expected = await answersOfDeno(files.map(({ pixels }) => pixels), 1);
    await page.until(ANSWERED);
    for (const [index, { path, name }] of files.entries()) {
      await page.chooseFile("#file", path);
      const { answers, told } = await answered(page, name);
      assert.equal(told, "as it is");
      assertSameAnswers(answers, expected[index], TOLERANCE, name);
    }

    const wrong = async (name: string, bytes: Uint8Array, sentence: RegExp) => {
      await Deno.writeFile(`${folder}/${name}`, bytes);
      await page.chooseFile("#file", `${folder}/${name}`);
      await page.until(`document.getElementById("problem").innerText.includes("${name}")`);
      assert.match(await page.text("problem"), sentence);
    };
    const weights = await Deno.readFile(scriptPath("weights/compact.safetensors"));
    await wrong(
      "notes.txt",
      new TextEncoder().encode("no picture"),
      /is not a picture: it is a text/,
    );
    await wrong("tiny.png", encodePng(new Uint8Array(3 * 9), 3), /is 3×3 pixels, at least 32×32/);
    await wrong("cut.safetensors", weights.subarray(0, 1e6), /is damaged/);

    // It goes on as if nothing had been: with other parameters, of the last picture.
    const own = await writeNarrow(`${folder}/own.safetensors`);
    const [narrow] = await answersOfDeno([files.at(-1)!.pixels], 1, own);
    await page.chooseFile("#file", `${folder}/own.safetensors`);
    const count = [...own.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
    const told = JSON.stringify(count.toLocaleString("en"));
    await page.until(`document.getElementById("model").textContent.includes(${told})`);
    await page.until("document.getElementById('problem').hidden");
    await page.until(DONE);
    assertSameAnswers(
      (await saved(page)).answers,
      narrow,
      TOLERANCE,
      "with parameters of one's own",
    );
  },
);

pageTest("a network learns on the page, which stays free", async (page) => {
  await page.until("!document.getElementById('panels').hidden");
  await page.evaluate("document.getElementById('start').focus()");
  await page.press("Enter");
  const points = "document.querySelector('.learning .training').getAttribute('points').split(' ')";
  await page.until("document.querySelector('.learning .training')");
  await page.until(`${points}.length >= 2`);
  await page.evaluate(`longest = 0, last = performance.now(), timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 20)`);
  await page.until(`${points}.length >= 4`);
  const longest = await page.evaluate<number>("clearInterval(timer), longest");
  assert.ok(longest < 1000, `the page was blocked for ${longest} ms`);
  const { images, rmse } = await firstChunkOfDeno();
  const label = "document.querySelector('.learning').getAttribute('aria-label')";
  await page.until(`${label}.includes(" after ${images} images")`);
  const [, found] = /error of ([\d.]+)/.exec(await page.evaluate<string>(label))!;
  assert.ok(Math.abs(Number(found) - rmse) < 2e-3, `an error of ${found} there, ${rmse} in Deno`);
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
}, { at: "#learn" });

pageTest("without WebGPU it says so, and what to do", async (page) => {
  await page.until("!document.getElementById('problem').hidden");
  assert.match(await page.text("problem"), /This browser has no WebGPU.*chrome:\/\/flags/s);
  assert.ok(await page.evaluate("document.getElementById('panels').hidden"));
}, { before: "Object.defineProperty(Navigator.prototype, 'gpu', { get: () => undefined })" });
