/** The page, built once for a file of tests and served as any server would. */
import assert from "node:assert/strict";
import { runScript, scriptPath } from "../process.ts";

export interface Site {
  readonly url: string;
  readonly folder: string;
  close(): Promise<void>;
}

/** Builds the page in a folder of its own. */
export async function buildSite(folder: string) {
  const { code, error } = await runScript("tasks/web_build.ts", ["--out", folder], {
    cwd: scriptPath("."),
    flags: ["--allow-run=deno"],
  });
  assert.equal(code, 0, error);
}

/** Serves a folder on this machine. */
export async function serve(folder: string): Promise<Site> {
  const process = new Deno.Command("deno", {
    args: [
      ...["run", "--no-config", "--allow-net=127.0.0.1", `--allow-read=${folder}`],
      ...[scriptPath("tests/web/serve.ts"), folder],
    ],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.getReader();
  const { value } = await reader.read();
  const port = Number(new TextDecoder().decode(value));
  assert.ok(port > 0, "the server did not say its port");
  return {
    url: `http://localhost:${port}/some/folder/`,
    folder,
    async close() {
      process.kill();
      await reader.cancel();
      await process.status;
    },
  };
}
