/** The screenshots of the documents, by the name of their file: of what users get by commands. */
import type { Page } from "../../browser/page.ts";
import { encodeJpeg } from "../../data/jpeg/encode.ts";
import { writeFileAtomic } from "../../files/atomic.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";
import { examplePixels } from "../galaxy.ts";
import { Going, runToEnd } from "./commands.ts";
import type { Studio } from "./studio.ts";

/** Seconds after which something is wrong, on a busy machine too. */
const PATIENCE = 1800;
/** About what is cut out of a page, in CSS pixels. */
const MARGIN = 20;
/** Chunks, of 32, that the second demonstration has finished when it is looked at. */
const UNDER_WAY = 20;
/** Images, of 6,144, that the network on the page has seen. */
const LEARNED = 1920;

/** In the order in which they are taken. */
export const SCREENSHOTS: Readonly<Record<string, (studio: Studio) => Promise<Uint8Array>>> = {
  "classify.jpg": classify,
  "demo.jpg": demo,
  "watch.jpg": watch,
  "web.jpg": async (studio) => upTo(await thinking(studio), "#answers", 0.8),
  "web-inside.jpg": async (studio) => between(await thinking(studio), "#inside", "#regions", 0.8),
  "web-learn.jpg": learning,
};

/** The answers to the galaxy whose parts the documents show. */
async function classify(studio: Studio): Promise<Uint8Array> {
  const { folder } = studio;
  const jpeg = await encodeJpeg(examplePixels(), IMAGE_SIZE, IMAGE_SIZE, 90);
  await writeFileAtomic(`${folder}/spiral.jpg`, jpeg);
  await runToEnd(folder, "classify", "spiral.jpg", "--report", "answers.html");
  const page = await studio.open(`file://${folder}/answers.html`);
  // Where files are on this machine is nobody's business.
  await page.evaluate(`document.querySelector(".card .path").remove()`);
  return await between(page, ".card", ".card");
}

const makeDemo = (studio: Studio) =>
  studio.once("demo", () => runToEnd(studio.folder, "demo", "--out", "first"));

async function demo(studio: Studio): Promise<Uint8Array> {
  await makeDemo(studio);
  return await upTo(
    await studio.open(`file://${studio.folder}/first/report.html`),
    ".looked ~ .looked",
    0.8,
  );
}

/** One demonstration that has ended, and one that is under way. */
async function watch(studio: Studio): Promise<Uint8Array> {
  await makeDemo(studio);
  const training = new Going(studio.folder, "demo", "--seed", "2", "--out", "second");
  const watching = new Going(studio.folder, "watch", "first/run", "second/run");
  try {
    const [address] = (await watching.firstOutput()).split(" ");
    await training.firstOutput();
    const page = await studio.open(address);
    await page.until(
      `document.querySelectorAll(".run progress")[1]?.value >= ${UNDER_WAY}`,
      PATIENCE,
    );
    return await upTo(page, "main");
  } finally {
    await watching.end();
    await training.end();
  }
}

/** The page that runs the network, when it has done all that it does with the first picture. */
const thinking = (studio: Studio) =>
  studio.once("thinking", async () => {
    const page = await studio.open(await studio.site());
    await page.until(
      `document.getElementById("see").getAttribute("aria-busy") === "false"`,
      PATIENCE,
    );
    // How long it took tells of this machine only.
    await page.evaluate(`document.getElementById("took").style.visibility = "hidden"`);
    return page;
  });

async function learning(studio: Studio): Promise<Uint8Array> {
  const page = await studio.open(`${await studio.site()}#learn`);
  await page.until(`!document.getElementById("panels").hidden`, PATIENCE);
  await page.evaluate(`document.getElementById("start").click()`);
  const progress = `document.getElementById("progress").innerText.replace(",", "")`;
  await page.until(`Number.parseInt(${progress}) >= ${LEARNED}`, PATIENCE);
  return await upTo(page, "#filters");
}

/** A page from its top to the end of an element. */
async function upTo(page: Page, last: string, scale = 1): Promise<Uint8Array> {
  const { bottom } = await placeOf(page, last);
  return await page.picture({ height: bottom + MARGIN, scale });
}

/** A page from the beginning of an element to the end of another one. */
async function between(page: Page, first: string, last: string, scale = 1): Promise<Uint8Array> {
  const { top } = await placeOf(page, first), { bottom } = await placeOf(page, last);
  const from = top - MARGIN;
  return await page.picture({ from, height: bottom + MARGIN - from, scale });
}

/** In CSS pixels from the top of the page. */
async function placeOf(page: Page, selector: string): Promise<{ top: number; bottom: number }> {
  return await page.evaluate(`{
    const { top, bottom } = document.querySelector(${JSON.stringify(selector)})
      .getBoundingClientRect();
    ({ top: top + scrollY, bottom: bottom + scrollY });
  }`);
}
