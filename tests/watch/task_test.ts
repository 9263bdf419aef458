/** `./run watch` and `./run report` as users start them, with the rights that they have then. */
import assert from "node:assert/strict";
import { REPOSITORY, runReal } from "../cli/machine.ts";
import { inFolder } from "../data/folder.ts";
import { makeRun, makeSeen } from "./run_files.ts";

const RUN = decodeURIComponent(new URL("run", REPOSITORY).pathname);

Deno.test("watch prints its address, shows the runs that are named, and Ctrl-C ends it", () =>
  inFolder(async (folder) => {
    await makeRun(`${folder}/one`);
    await makeSeen(`${folder}/one`);
    const process = new Deno.Command(RUN, {
      args: ["watch", "one", "later"],
      cwd: folder,
      env: { PATH: `${Deno.execPath().replace(/\/[^/]*$/, "")}:${Deno.env.get("PATH")}` },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const errors = new Response(process.stderr).text();
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value = "" } = await lines.read();
    const [address, port] = /^http:\/\/127\.0\.0\.1:(\d+)\//.exec(value) ?? [];
    assert.ok(address, value);
    const page = await (await fetch(`${address}run/one`)).text();
    assert.match(page, /<h2 id="weights">/);
    assert.doesNotMatch(page, /class="problem"/);
    assert.equal((await (await fetch(`${address}watch.js`)).text()).includes("EventSource"), true);
    await makeRun(`${folder}/later`);
    assert.match(await (await fetch(`${address}run/later`)).text(), /<h2 id="curve">/);

    const second = await runReal(folder, ["watch", "one", "--port", port]);
    assert.equal(second.code, 1);
    assert.match(second.error, /^error: port \d+ is in use\. Choose another --port/);

    process.kill("SIGINT");
    await lines.cancel();
    assert.equal((await process.status).signal, "SIGINT");
    assert.equal(await errors, "");
  }));

Deno.test("report makes the pages of folders anew, and goes on after one that is none", () =>
  inFolder(async (folder) => {
    await makeRun(`${folder}/one`);
    const { code, out, error } = await runReal(folder, ["report", "nothing", "one"]);
    assert.equal(code, 1);
    assert.match(error, /^error: .*\/nothing holds no run/);
    assert.equal(out.trim().split("/").slice(-2).join("/"), "one/report.html");
    assert.match(await Deno.readTextFile(`${folder}/one/report.html`), /<h2 id="curve">/);
  }));
