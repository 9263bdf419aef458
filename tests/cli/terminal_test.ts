import assert from "node:assert/strict";
import { message, printable } from "../../lib/cli/terminal.ts";
import { scriptPath } from "../process.ts";

Deno.test("what would command a terminal is shown, and nothing else is changed", () => {
  assert.equal(printable("a\u001b[31mred\u0007\r\u0000"), "a\\u001b[31mred\\u0007\\u000d\\u0000");
  assert.equal(printable("\u009b2J and \u202egpj.exe"), "\\u009b2J and \\u202egpj.exe");
  const plain = "16 × (3, 45, 45) …\n\tné 銀河 🌌";
  assert.equal(printable(plain), plain);
});

Deno.test("a message has at most 2 kB, and says how much of it was left out", () => {
  const long = message("x".repeat(10_000_000));
  assert.ok(long.length < 2000);
  assert.match(long, /x … \(9,?998,?160 characters more\)$/);
  assert.equal(message("short"), "short");
});

/** A task that says many lines, then writes a file. */
const TASK = `
import { runCommand } from ${JSON.stringify(new URL("../../lib/cli/command.ts", import.meta.url))};
import { standardOutput } from ${
  JSON.stringify(new URL("../../lib/cli/progress.ts", import.meta.url))
};
await runCommand({ task: "talk", summary: "", flags: {}, operand: "FILE" }, async (_, [file]) => {
  for (let k = 0; k < 2000; k++) {
    console.log("line", k);
    standardOutput.write("progress\\n");
    if (k % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  Deno.writeTextFileSync(file, "saved");
});`;

Deno.test("case 22: an output that goes away ends neither the work nor its saving", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/talk.ts`, TASK);
    for (const [number, sink] of ["| head -1", "> /dev/full", ">&-"].entries()) {
      const file = `${folder}/file${number}`;
      const deno = `"${Deno.execPath()}" run -A --config "${scriptPath("deno.json")}"`;
      const { code, stderr } = await new Deno.Command("bash", {
        args: ["-c", `${deno} "${folder}/talk.ts" "${file}" ${sink}; exit \${PIPESTATUS[0]}`],
        env: { NO_COLOR: "1" },
      }).output();
      const error = new TextDecoder().decode(stderr);
      assert.equal(code, 0, `${sink}: ${error}`);
      assert.equal(Deno.readTextFileSync(file), "saved", sink);
      assert.doesNotMatch(error, /internal error/, sink);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
