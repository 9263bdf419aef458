/** One checkout, called through links (case 08) and by several users (case 10). */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { onMachine, REPOSITORY, runReal } from "./machine.ts";

const SCRIPT = decodeURIComponent(new URL("run", REPOSITORY).pathname);

Deno.test("case 08: ./run works through symbolic links, whole, relative and one after the other", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/a b/bin`, { recursive: true });
    Deno.symlinkSync(SCRIPT, `${folder}/a b/galaxies`);
    Deno.symlinkSync("../galaxies", `${folder}/a b/bin/relative`);
    Deno.symlinkSync("relative", `${folder}/a b/bin/chain`);
    Deno.symlinkSync(`${folder}/a b`, `${folder}/linked`);
    for (const link of ["a b/galaxies", "a b/bin/relative", "a b/bin/chain", "linked/bin/chain"]) {
      const { code, out, error } = await runReal("/", ["info", "extradense"], `${folder}/${link}`);
      assert.equal(code, 0, error);
      assert.match(out, /42,377,125 parameters/);
    }
    // A copy is no link.
    Deno.copyFileSync(SCRIPT, `${folder}/copy`);
    const copied = await runReal("/", ["info"], `${folder}/copy`);
    assert.deepEqual([copied.code, copied.out], [1, ""]);
    assert.match(copied.error, /^error: .* has no deno\.json.*symbolic link/);
  }));

/** Has the made-up `id` and all files belong to one who is not root. */
const NOBODY = 65534;
const asRoot = Deno.uid() === 0 && Deno.build.os === "linux";
if (!asRoot) console.warn("SKIPPED, needs root on Linux: a second user of one checkout");

/** Starts a machine's script as another user, who has no runtime folder. */
async function asNobody(folder: string, env: Record<string, string>) {
  await Deno.writeTextFile(`${folder}/bin/id`, `#!/bin/sh\necho ${NOBODY}\n`);
  const { code, stdout, stderr } = await new Deno.Command("setpriv", {
    args: [
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
      ...[`${folder}/run`, "info"],
    ],
    clearEnv: true,
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, TMPDIR: `${folder}/tmp`, ...env },
  }).output();
  const text = new TextDecoder();
  const out = text.decode(stdout);
  return { code, error: text.decode(stderr), runtime: /runtime (.*)/.exec(out)?.[1], out };
}

Deno.test({
  name:
    "case 10: a second user gets a runtime folder and packages of his own, outside the checkout",
  ignore: !asRoot,
  fn: () =>
    onMachine({ deno: "2.9.6", adapter: true }, async (folder, start) => {
      Deno.chmodSync(folder, 0o755);
      Deno.mkdirSync(`${folder}/tmp`);
      Deno.chmodSync(`${folder}/tmp`, 0o1777);
      await Deno.writeTextFile(`${folder}/bin/id`, "#!/bin/sh\necho 0\n");
      const first = await start(["info"], { XDG_RUNTIME_DIR: "", TMPDIR: `${folder}/tmp` });
      assert.match(first.out, /runtime \/.*\/tmp\/galaxies-runtime-0\n/);
      const home = `${folder}/tmp/home`;
      for (const HOME of [home, "/nonexistent", home]) {
        const { code, error, runtime } = await asNobody(folder, { HOME });
        assert.deepEqual([code, error], [0, ""]);
        assert.equal(runtime, `${folder}/tmp/galaxies-runtime-${NOBODY}`);
        const { mode, uid } = Deno.statSync(runtime!);
        assert.deepEqual([mode! & 0o777, uid], [0o700, NOBODY]);
      }
      // Where the home folder cannot be written to, packages go beside it.
      assert.equal(Deno.statSync(`${folder}/tmp/galaxies-deno-${NOBODY}`).uid, NOBODY);
      const inCheckout = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assert.ok(!inCheckout.includes(".deno"), "nothing in the checkout");
    }),
});

Deno.test({
  name: "a folder that somebody else has put in the place of the private one is not used",
  ignore: !asRoot,
  fn: () =>
    onMachine({ deno: "2.9.6", adapter: true }, async (folder) => {
      Deno.chmodSync(folder, 0o755);
      Deno.mkdirSync(`${folder}/tmp`);
      Deno.chmodSync(`${folder}/tmp`, 0o1777);
      const place = `${folder}/tmp/galaxies-runtime-${NOBODY}`;
      const HOME = `${folder}/tmp/home`;
      Deno.mkdirSync(`${folder}/target`, { mode: 0o700 });
      Deno.chownSync(`${folder}/target`, NOBODY, NOBODY);
      const planted: [string, () => void][] = [
        ["a link", () => Deno.symlinkSync(`${folder}/target`, place)],
        ["another's folder", () => Deno.mkdirSync(place, { mode: 0o700 })],
        ["a file", () => Deno.writeTextFileSync(place, "")],
        ["open to all", () => {
          Deno.mkdirSync(place);
          Deno.chmodSync(place, 0o777);
          Deno.chownSync(place, NOBODY, NOBODY);
        }],
      ];
      for (const [what, plant] of planted) {
        plant();
        const { code, error, runtime } = await asNobody(folder, { HOME });
        assert.deepEqual([code, error, runtime], [0, "", ""], what);
        Deno.removeSync(place);
      }
    }),
});
