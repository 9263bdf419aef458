/** `deno task web:build`: the page that runs the network in a browser, as a folder of files. */
import { join } from "node:path";
// deno-lint-ignore no-import-prefix
import codecLicence from "npm:imagescript@1.3.1/LICENSE.MIT" with { type: "text" };
import { runCommand } from "../lib/cli/command.ts";
import type { Command } from "../lib/cli/flags.ts";
import { UserError } from "../lib/errors.ts";
import { writeFileAtomic } from "../lib/files/atomic.ts";
import { readFile } from "../lib/files/read.ts";

const flags = {
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "analysis/web",
    help: "Folder for the page",
  },
} as const;
const command: Command<typeof flags> = {
  task: "web:build",
  summary:
    "Builds the page that runs the network in a browser. Any web server can serve its folder.",
  flags,
};

/** What is bundled, with everything that it imports, and the file that it becomes. */
const PROGRAMS = {
  "page.js": "web/page.ts",
  "read.js": "web/see/reader_worker.ts",
  "learn.js": "web/learn/worker.ts",
} as const;
/** The style of all reports, then that of the page. */
const STYLES = [
  ...["page", "figures", "card", "inside"].map((name) => `lib/report/style/${name}.css`),
  "web/style.css",
];
const COPIES = {
  "index.html": "web/index.html",
  "compact.safetensors": "weights/compact.safetensors",
} as const;

/**
 * A program with all that it imports, WGSL included, as one JavaScript module.
 * @param path from the folder of the repository
 * @throws UserError when it cannot be bundled
 */
export async function bundled(path: string): Promise<Uint8Array> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    cwd: new URL("..", import.meta.url),
    args: [
      ...["bundle", "--quiet", "--platform", "browser", "--minify"],
      ...["--config", "web/bundle.json", "--unstable-raw-imports", path],
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (code !== 0 || text === "") {
    const why = new TextDecoder().decode(stderr).trim();
    throw new UserError(
      `${path} could not be bundled. Deno fetches its bundler, esbuild, from the npm registry the ` +
        `first time. It says:\n${why}`,
    );
  }
  const foreign = /\bDeno\.\w+|["']node:\w+["']/.exec(text);
  if (foreign) throw new Error(`${path} needs ${foreign[0]}, which browsers do not have`);
  return stdout;
}

/** Whoever publishes the page publishes all of its program. */
async function licences(): Promise<string> {
  const own = await Deno.readTextFile("LICENSE");
  return `${own}\n\nThe JPEG codec is that of imagescript:\n\n${codecLicence}`;
}

if (import.meta.main) {
  await runCommand(command, async ({ out }) => {
    const files = new Map<string, Uint8Array>();
    for (const [name, path] of Object.entries(PROGRAMS)) files.set(name, await bundled(path));
    for (const [name, path] of Object.entries(COPIES)) files.set(name, await readFile(path));
    const styles = await Promise.all(STYLES.map((path) => Deno.readTextFile(path)));
    files.set("style.css", new TextEncoder().encode(styles.join("\n")));
    files.set("LICENSE.txt", new TextEncoder().encode(await licences()));
    for (const [name, bytes] of files) await writeFileAtomic(join(out, name), bytes);
    const total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
    console.log(
      `${out}: ${(total / 1e6).toFixed(1)} MB in ${files.size} files. To look at it:\n` +
        `  python3 -m http.server --directory ${out}\nthen open http://localhost:8000`,
    );
  });
}
