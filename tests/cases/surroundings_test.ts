/** Places that cannot be written, and data that are not all there: cases 11, 12 and 24. */
import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { type Outcome, runScript, scriptPath } from "../process.ts";
import { smallSurvey } from "../train/small.ts";

function assertSentence({ code, error, out }: Outcome, pattern: RegExp) {
  assert.equal(code, 1, out + error);
  assert.match(error + out, pattern);
  assert.doesNotMatch(error, /internal error|\n {4}at /);
}

/** As another user, who may write nowhere but to his own folder. */
const asNobody = Deno.uid() === 0 && Deno.build.os === "linux";

Deno.test({
  name: "case 11: an output that cannot be written is a sentence, for another user and on a file",
  ignore: !asNobody,
  fn: () =>
    inFolder(async (folder) => {
      const data = await smallSurvey(`${folder}/survey`);
      Deno.chmodSync(folder, 0o755);
      Deno.mkdirSync(`${folder}/home`);
      Deno.chownSync(`${folder}/home`, 65534, 65534);
      const tasks: [string, string[]][] = [
        ["tasks/convert_labels.ts", ["--out", `${folder}/usr`]],
        ["tasks/create_ids.ts", ["--out", `${folder}/usr`]],
      ];
      Deno.mkdirSync(`${folder}/usr`);
      for (const [task, args] of tasks) {
        const { code, stderr, stdout } = await new Deno.Command("setpriv", {
          args: [
            ...["--reuid=65534", "--regid=65534", "--clear-groups", "env"],
            ...[`HOME=${folder}/home`, "NO_COLOR=1", Deno.execPath()],
            ...["run", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"],
            ...["--allow-sys", scriptPath(task), "--data", data, ...args],
          ],
          env: { DENO_DIR: `${folder}/home/deno` },
        }).output();
        const text = new TextDecoder();
        assertSentence(
          { code, error: text.decode(stderr), out: text.decode(stdout) },
          /error: .*usr.* cannot be written( to)?: permission denied\. Choose another place/,
        );
        const below = await runScript(task, ["--data", data, args[0], `${data}/survey.json/x`]);
        assertSentence(below, /cannot be written( to)?: something on the way to it is a file/);
      }
    }),
});

const canMount = async () => {
  if (!asNobody) return false;
  const folder = await Deno.makeTempDir();
  const mount = await new Deno.Command("mount", { args: ["-t", "tmpfs", "tmpfs", folder] })
    .output().catch(() => ({ success: false }));
  if (mount.success) await new Deno.Command("umount", { args: [folder] }).output();
  await Deno.remove(folder);
  return mount.success;
};
const mounts = await canMount();
if (!mounts) {
  console.warn("SKIPPED, nothing can be mounted here: the case of data on a read-only disk");
}

Deno.test({
  name:
    "case 12: a cache for data on a read-only disk says what is missing before it makes anything",
  ignore: !mounts,
  fn: () =>
    inFolder(async (folder) => {
      const survey = await smallSurvey(`${folder}/survey`);
      const data = `${folder}/mounted`;
      Deno.mkdirSync(data);
      const run = async (program: string, ...args: string[]) =>
        assert.ok((await new Deno.Command(program, { args }).output()).success, program);
      await run("mount", "-t", "tmpfs", "tmpfs", data);
      try {
        await run("cp", "-r", `${survey}/.`, data);
        await run("mount", "-o", "remount,ro", data);
        const plain = await runScript("tasks/cache.ts", ["--data", data]);
        assertSentence(plain, /cache cannot be written to: its file system is read-only.* --to/);
        const to = `${folder}/scratch`;
        const elsewhere = await runScript("tasks/cache.ts", ["--data", data, "--to", to]);
        assertSentence(elsewhere, /found again through .*cache\.json.*read-only.*folder of links/s);
        assert.throws(() => Deno.statSync(to), "nothing was made");
        // What it says to do.
        Deno.mkdirSync(`${folder}/links`);
        await run("sh", "-c", `ln -s "${data}"/* "${folder}/links/"`);
        const linked = await runScript("tasks/cache.ts", ["--data", `${folder}/links`, "--to", to]);
        assert.equal(linked.code, 0, linked.error);
      } finally {
        await run("umount", data);
      }
    }),
});

Deno.test("case 24: reproduce stops at its first step without test images that can be used", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    const reproduce = () =>
      runScript("tasks/reproduce.ts", [
        ...["--data", data, "--root", folder, "--models", "extradense", "--no-cache"],
        ...["--width", "0.05", "--chunks", "1", "--chunk-size", "16", "--allow-software"],
      ]);
    const [{ name }] = Deno.readDirSync(`${data}/images_test_rev1`);
    const image = `${data}/images_test_rev1/${name}`;
    Deno.writeFileSync(image, Deno.readFileSync(image).subarray(0, 5000));
    const broken = await reproduce();
    assertSentence(broken, new RegExp(`!! {2}test images.*${name}`, "s"));
    assert.match(broken.error, /check:data ended with exit code 1/);
    Deno.removeSync(`${data}/images_test_rev1`, { recursive: true });
    assertSentence(await reproduce(), /!! {2}test images/);
    assert.throws(() => Deno.statSync(`${folder}/analysis`), "nothing was trained");
  }));
