/** `deno task screenshots`: the pictures of pages in the documents, taken in a browser. */
import { join } from "node:path";
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { UserError } from "../lib/errors.ts";
import { writeFileAtomic } from "../lib/files/atomic.ts";
import { SCREENSHOTS } from "../lib/draw/screenshots/all.ts";
import { Studio } from "../lib/draw/screenshots/studio.ts";

const flags = {
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "analysis/screenshots",
    help: "Folder for the pictures, to be copied to docs/images",
  },
  only: {
    type: "text",
    value: "NAME",
    choices: Object.keys(SCREENSHOTS),
    help: "Take one of them only",
  },
} as const;
const command: Command<typeof flags> = {
  task: "screenshots",
  summary:
    "Takes the pictures of pages that the documents show: runs the demonstration and other " +
    "commands, and looks at what they make in Chromium, without a window. Takes some minutes.",
  flags,
};

/** What a picture may have, so that documents are quick to load. */
const MOST_BYTES = 250_000;

/** Ctrl-C leaves nothing either: a command that is under way ends without its folder. */
function interrupted(folder: string): never {
  for (let time = 0; time < 20; time++) {
    try {
      Deno.removeSync(folder, { recursive: true });
      break;
    } catch {
      // Something is being written there.
    }
  }
  Deno.exit(130);
}

if (import.meta.main) {
  await runCommand(command, async ({ out, only }) => {
    await Deno.mkdir(out, { recursive: true });
    const folder = await Deno.makeTempDir({ dir: out, prefix: "work-" });
    Deno.addSignalListener("SIGINT", () => interrupted(folder));
    try {
      const studio = new Studio(folder);
      try {
        for (const [name, take] of Object.entries(SCREENSHOTS)) {
          if (only !== undefined && name !== only) continue;
          const bytes = await take(studio);
          if (bytes.length > MOST_BYTES) {
            throw new UserError(`${name} has ${bytes.length} bytes, more than ${MOST_BYTES}`);
          }
          await writeFileAtomic(join(out, name), bytes);
          console.log(`${join(out, name)}  ${Math.ceil(bytes.length / 1000)} kB`);
        }
      } finally {
        await studio.close();
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
