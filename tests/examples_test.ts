/** The examples, and the library, as a program in another folder uses them (README.md, as a library). */
import assert from "node:assert/strict";
import { encodeJpeg } from "../lib/data/jpeg/encode.ts";
import { syntheticGalaxy } from "../lib/library/synthetic.ts";

const ROOT = new URL("..", import.meta.url);
const README = Deno.readTextFileSync(new URL("README.md", ROOT));
/** What the README tells others to have in their `deno.json`. */
const CONFIG = /^```json\n(.*?"\.\.\/galaxies\/mod\.ts".*?)^```/ms.exec(README)![1];

/** A folder of somebody else's, who has done as the README says. */
async function elsewhere(work: (folder: string) => Promise<void>) {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    const config = CONFIG.replace("../galaxies/mod.ts", new URL("mod.ts", ROOT).href);
    await Deno.writeTextFile(`${folder}/deno.json`, config);
    for (const name of ["classify.ts", "train_step.ts"]) {
      await Deno.copyFile(new URL(`examples/${name}`, ROOT), `${folder}/${name}`);
    }
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function deno(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, lines: text.decode(stdout).trim().split("\n"), error: text.decode(stderr) };
}

Deno.test("the examples run from another folder: one trains, the other classifies with the result", () =>
  elsewhere(async (folder) => {
    const parameters = `${folder}/parameters`;
    await Deno.mkdir(parameters);
    const trained = await deno(
      folder,
      ...["run", "--no-prompt", `--allow-read=${parameters}`, `--allow-write=${parameters}`],
      ...["train_step.ts", `${parameters}/small.safetensors`],
    );
    assert.equal(trained.code, 0, trained.error);
    const errors = trained.lines.map((line) =>
      Number(/^step \d+: RMSE (0\.\d{4})$/.exec(line)?.[1])
    );
    assert.equal(errors.length, 20);
    assert.ok(errors[9] < errors[0] && errors[19] < errors[10], trained.lines.join("\n"));

    const { pixels } = syntheticGalaxy(1, 2);
    await Deno.writeFile(`${folder}/galaxy.jpg`, await encodeJpeg(pixels, 424, 424, 90));
    const classified = await deno(
      folder,
      ...["run", "--no-prompt", `--allow-read=parameters,galaxy.jpg`],
      ...["classify.ts", "parameters/small.safetensors", "galaxy.jpg"],
    );
    assert.equal(classified.code, 0, classified.error);
    assert.equal(classified.lines[0], "galaxy.jpg");
    assert.ok(classified.lines.length > 2);
    for (const line of classified.lines.slice(1)) {
      assert.match(line, /^ {2}.+\? .+: \d+ %$/);
    }
  }));

Deno.test("programs in other folders type-check, with Deno's own settings", () =>
  elsewhere(async (folder) => {
    const { code, error } = await deno(folder, "check", "classify.ts", "train_step.ts");
    assert.equal(code, 0, error);
  }));

Deno.test("what is wrong with a file is one sentence for whoever runs the example", () =>
  elsewhere(async (folder) => {
    await Deno.writeTextFile(`${folder}/text.safetensors`, "no parameters, but more than 8 bytes");
    const run = ["run", "--no-prompt", "--allow-read=text.safetensors", "classify.ts"];
    const { code, error } = await deno(folder, ...run, "text.safetensors");
    assert.equal(code, 1);
    assert.match(error, /UserError: text\.safetensors is damaged or not a safetensors file: /);
  }));

Deno.test("an example has about thirty lines", async () => {
  for (const name of ["classify.ts", "train_step.ts"]) {
    const text = await Deno.readTextFile(new URL(`examples/${name}`, ROOT));
    assert.ok(text.split("\n").length <= 40, name);
  }
});
