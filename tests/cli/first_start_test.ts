/** First starts of `./run`: several at once, interrupted ones, and without the right to install. */
import assert from "node:assert/strict";
import { onMachine } from "./machine.ts";

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("three first starts at once all install, and leave one Deno and nothing else", () =>
  onMachine({ npm: true, adapter: true }, async (folder, start) => {
    const ended = await Promise.all([1, 2, 3].map((n) => start(["test", `${n}`])));
    for (const [index, { code, out, error }] of ended.entries()) {
      assert.equal(code, 0, error);
      assert.match(out, new RegExp(`^deno 2\\.9\\.6:\n.*<${index + 1}>\n`));
    }
    assert.deepEqual(names(`${folder}/.deno`), ["node_modules"]);
    assert.deepEqual(names(`${folder}/.deno/node_modules/@deno/x`), ["deno"]);
    assert.doesNotMatch((await start(["test"])).error, /Installing/);
  }));

Deno.test("an installation that was killed confuses no later start", () =>
  onMachine({ npm: true, adapter: true }, async (folder, start) => {
    // What npm leaves when it is killed: a package without its end, in a folder of its own.
    await Deno.mkdir(`${folder}/.deno/new.killed/node_modules/@deno/x`, { recursive: true });
    await Deno.writeTextFile(`${folder}/.deno/new.killed/node_modules/@deno/x/deno`, "#!");
    const long = new Date(Date.now() - 3 * 86_400_000);
    await Deno.utime(`${folder}/.deno/new.killed`, long, long);
    const { code, out, error } = await start(["test"]);
    assert.equal(code, 0, error);
    assert.match(out, /^deno 2\.9\.6:/);
    assert.deepEqual(names(`${folder}/.deno`), ["node_modules"]);
  }));

Deno.test("a failed installation says so and leaves nothing", () =>
  onMachine({ npm: true, adapter: true }, async (folder, start) => {
    await Deno.writeTextFile(`${folder}/bin/npm`, "#!/bin/sh\necho E404 >&2; exit 1\n");
    const { code, error } = await start(["test"]);
    assert.equal(code, 1);
    assert.match(error, /E404\nerror: npm could not install deno@2\.9\.6 \(see above\)\n$/);
    assert.deepEqual(names(`${folder}/.deno`), ["node_modules"]);
  }));

Deno.test("where apt-get is busy with another start, the driver is tried again", () =>
  onMachine({ deno: "2.9.6", root: true, aptBusy: 2 }, async (_, start) => {
    const { code, out, error } = await start(["test"]);
    assert.equal(code, 0, error);
    assert.equal(error.match(/^apt-get .* install /gm)?.length, 3);
    assert.match(error, /Trying again in 5 s\nsleep 5\n[^]*Trying again in 10 s\nsleep 10\n/);
    assert.match(out, /<tests\/main\.ts>/);
  }));

Deno.test("a driver that cannot be installed at all is an error after a few tries", () =>
  onMachine({ deno: "2.9.6", root: true, aptBusy: 99 }, async (_, start) => {
    const { code, error } = await start(["test"]);
    assert.equal(code, 1);
    assert.match(error, /error: apt-get could not install mesa-vulkan-drivers[^\n]*\n$/);
    assert.equal(error.match(/^apt-get .* install /gm)?.length, 5);
  }));

Deno.test("all tests get a browser where it can be installed, and go on without one elsewhere", async () => {
  const installs = (error: string) => error.match(/^apt-get .* install .*$/gm) ?? [];
  const here = { deno: "2.9.6", adapter: true, browser: false };
  for (const task of ["test", "ok"]) {
    await onMachine({ ...here, root: true }, async (_, start) => {
      const { code, error } = await start([task]);
      assert.equal(code, 0, error);
      assert.match(installs(error).join(), /^apt-get [^,]*--no-install-recommends chromium$/);
      // Whoever names tests has what they need, and help needs nothing.
      for (const more of ["tests/gpu", "--help"]) {
        assert.deepEqual(installs((await start([task, more])).error), []);
      }
    });
  }
  await onMachine({ ...here, root: true, aptBusy: 99 }, async (_, start) => {
    const { code, error } = await start(["test"]);
    assert.equal(code, 0, error);
    assert.match(error, /could not install chromium \(see above\); going on without\n$/);
  });
  for (const machine of [here, { ...here, browser: true, root: true }]) {
    await onMachine(machine, async (_, start) => {
      const { code, error } = await start(["test"]);
      assert.equal(code, 0, error);
      assert.deepEqual(installs(error), []);
    });
  }
});

Deno.test("a checkout that is not ours to write to says what to do for a Deno", () =>
  onMachine({ npm: true, adapter: true }, async (folder, start) => {
    // A file in the way, since root may write to any folder.
    await Deno.writeTextFile(`${folder}/.deno`, "");
    const { code, error } = await start(["test"]);
    assert.equal(code, 1);
    assert.match(
      error,
      /^error: this needs Deno 2\.9\.5 or later, and \/.* is not yours .*ask its/i,
    );
  }));
