/** The front door: what other programs may import. */
import assert from "node:assert/strict";
import * as galaxies from "../mod.ts";

const ROOT = new URL("..", import.meta.url);
const CONFIG = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT)));

Deno.test("the package says its version once more, and it is the same", () => {
  assert.equal(CONFIG.version, galaxies.VERSION);
  assert.equal(CONFIG.exports, "./mod.ts");
});

Deno.test("the library has these names", () => {
  assert.deepEqual(Object.keys(galaxies).sort(), [
    "ANSWER_COLUMNS",
    "ANSWER_COUNT",
    "AdapterLimitError",
    "Classifier",
    "DeviceLostError",
    "IMAGE_SIZE",
    "KNOWN_MODELS",
    "MODELS",
    "ModelBuilder",
    "NoAdapterError",
    "OutOfMemoryError",
    "QUESTIONS",
    "Training",
    "UserError",
    "VERSION",
    "decodeJpeg",
    "defineModel",
    "framePicture",
    "modelsNamed",
    "narrowed",
    "openGpu",
    "readParameters",
    "readPicture",
    "syntheticGalaxy",
    "writeParameters",
  ]);
});

Deno.test("everything that it exports is documented, with types that it exports too", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "null",
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
});
