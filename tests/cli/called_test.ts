/** How help and hints name the program; `run_script_test.ts` has what `./run` passes on. */
import assert from "node:assert/strict";
import { CALLED, shellWord } from "../../lib/called.ts";
import { REPOSITORY, runReal } from "./machine.ts";

const SCRIPT = decodeURIComponent(new URL("run", REPOSITORY).pathname);

/** A command of Deno in the repository. */
async function deno(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: REPOSITORY,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

Deno.test("a task that ./run started names ./run, as it was called", async () => {
  const help = await runReal("/", ["info", "-h"]);
  assert.match(help.out, new RegExp(`^Usage: ${SCRIPT} info \\[flags\\]`, "m"));
  const { code, error } = await runReal("/", ["info", "--jsn"]);
  assert.equal(code, 1);
  const said = "there is no flag --jsn; did you mean --json?";
  assert.equal(error, `error: ${said} See: ${SCRIPT} info --help\n`);
});

Deno.test("a task that deno task started names deno task, whatever its surroundings say", async () => {
  for (const env of [{}, { [CALLED]: "./elsewhere" }]) {
    const { code, out, error } = await deno(["task", "--quiet", "info", "-h"], env);
    assert.equal(code, 0, error);
    assert.match(out, /^Usage: deno task info \[flags\]/m);
  }
});

Deno.test("an argument is one word for a shell, whatever is in it", async () => {
  const args = ["--csv", "a b.csv", "it's", "$HOME", "", "m51.fits[1]", "a;b", "/x/y-z_1.jpg"];
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `printf '%s\\n' ${args.map(shellWord).join(" ")}`],
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout), args.join("\n") + "\n");
  assert.equal(shellWord("/x/y-z_1.jpg"), "/x/y-z_1.jpg");
});
