/** The page, built for a file of tests and served as any server would. */
import assert from "node:assert/strict";
import { serveFolder } from "../../lib/browser/serve.ts";
import { runScript, scriptPath } from "../process.ts";

export interface Site {
  readonly url: string;
  readonly folder: string;
}

/** A test with the page in a folder of its own. */
export async function withSite(folder: string, test: (site: Site) => Promise<void>) {
  const { code, error } = await runScript("tasks/web_build.ts", ["--out", folder], {
    cwd: scriptPath("."),
    flags: ["--allow-run=deno"],
  });
  assert.equal(code, 0, error);
  const { url, close } = await serveFolder(folder);
  try {
    await test({ url, folder });
  } finally {
    await close();
  }
}
