/** Takes the picture of docs/web.md: `deno run --allow-all tests/web/picture.ts docs/images/web.jpg`. */
import { inFolder } from "../data/folder.ts";
import { DONE } from "./answers.ts";
import { Chromium } from "./chromium.ts";
import { buildSite, serve } from "./site.ts";

/** Down to the feature maps. */
const HEIGHT = 2840;
const SCALE = 0.55;

const [path] = Deno.args;
await inFolder(async (folder) => {
  await buildSite(folder);
  const site = await serve(folder);
  const browser = await Chromium.start();
  try {
    const page = await browser.open({ width: 1200, height: HEIGHT });
    await page.go(site.url);
    await page.until(DONE);
    await Deno.writeFile(path, await page.picture(HEIGHT, SCALE));
  } finally {
    await browser.close();
    await site.close();
  }
});
