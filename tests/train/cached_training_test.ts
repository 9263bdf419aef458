import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { smallSurvey } from "./small.ts";

async function run(script: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-write",
      "--allow-sys=statfs,systemMemoryInfo",
      decodeURI(new URL(script, import.meta.url).pathname),
      ...args,
    ],
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), error: text.decode(stderr) };
}

Deno.test("training from a cache ends with the same bytes, and refuses a stale one", () =>
  inFolder(async (folder) => {
    const survey = await smallSurvey(`${folder}/survey`);
    const train = (name: string) =>
      run("small_task.ts", "--data", survey, "--out", `${folder}/${name}`, "--chunks", "1");
    const plain = await train("plain");
    assert.equal(plain.code, 0, plain.error);
    assert.doesNotMatch(plain.out, /decoded images/);
    const made = await run("../../tasks/cache.ts", "--data", survey);
    assert.equal(made.code, 0, made.error);
    const cached = await train("cached");
    assert.equal(cached.code, 0, cached.error);
    assert.match(cached.out, /^decoded images: .*\/survey\/cache\/train\.rgb$/m);
    assert.deepEqual(
      await Deno.readFile(`${folder}/cached/params.safetensors`),
      await Deno.readFile(`${folder}/plain/params.safetensors`),
    );
    const [image] = Deno.readDirSync(`${survey}/images_training_rev1`);
    await Deno.utime(`${survey}/images_training_rev1/${image.name}`, 1e9, 1e9);
    const stale = await train("stale");
    assert.equal(stale.code, 1);
    assert.match(stale.error, new RegExp(`1 have changed since: ${image.name}`));
  }));
