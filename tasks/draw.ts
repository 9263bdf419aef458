/** `deno task draw`: the pictures of the documents, drawn by the code that they are about. */
import type { Command } from "../lib/cli/flags.ts";
import { runCommand } from "../lib/cli/command.ts";
import { PICTURES } from "../lib/draw/all.ts";
import { writeFileAtomic } from "../lib/files/atomic.ts";

const flags = {
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "analysis/images",
    help: "Folder for the pictures, to be copied to docs/images",
  },
} as const;
const command: Command<typeof flags> = {
  task: "draw",
  summary: "Draws the pictures of the documents from synthetic galaxies and the code itself.",
  flags,
};

if (import.meta.main) {
  await runCommand(command, async ({ out }) => {
    await Deno.mkdir(out, { recursive: true });
    for (const [name, draw] of Object.entries(PICTURES)) {
      const bytes = await draw();
      await writeFileAtomic(`${out}/${name}`, bytes);
      console.log(`${out}/${name}  ${Math.ceil(bytes.length / 1000)} kB`);
    }
  });
}
