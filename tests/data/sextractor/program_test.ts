import assert from "node:assert/strict";
import { extractParameters } from "../../../lib/data/sextractor/measure.ts";
import { encodeJpeg } from "../../../lib/data/jpeg/encode.ts";
import { readIds } from "../../../lib/data/sextractor/files.ts";
import { findSourceExtractor, parseCatalogue } from "../../../lib/data/sextractor/program.ts";
import { UserError } from "../../../lib/errors.ts";
import { FolderLock } from "../../../lib/files/lock.ts";
import { readNpy } from "../../../lib/formats/npy.ts";
import { PARAMETER_KINDS } from "../../../lib/galaxy/sextractor.ts";
import { sharedPath } from "../../shared.ts";
import { assertUserError, inFolder, madeUpImage } from "../folder.ts";

const TASK = new URL("../../../tasks/extract_sextractor.ts", import.meta.url).pathname;
const installed = await findSourceExtractor().then(() => true, () => false);
const galaxies = await Deno.stat(sharedPath("galaxy-zoo")).then(() => true, () => false);

/** A test that runs Source Extractor; without it the test is ignored, and that is said loudly. */
function extractorTest(name: string, ready: boolean, test: () => Promise<void>) {
  if (!ready) console.warn(`SKIPPED, Source Extractor or ../shared is missing: ${name}`);
  Deno.test({ name, ignore: !ready, fn: test });
}

function start(args: string[], env: Record<string, string> = {}): Deno.ChildProcess {
  const permissions = ["--allow-read", "--allow-write", "--allow-run=source-extractor,sex"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...permissions, TASK, ...args],
    env,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function finish(process: Deno.ChildProcess) {
  const { code, stdout, stderr } = await process.output();
  const text = new TextDecoder();
  return { code, output: text.decode(stdout), errors: text.decode(stderr) };
}
const runTask = (args: string[], env: Record<string, string> = {}) => finish(start(args, env));
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function writeImages(folder: string, images: Record<string, Uint8Array>) {
  await Deno.mkdir(`${folder}/images_test_rev1`, { recursive: true });
  for (const [id, bytes] of Object.entries(images)) {
    await Deno.writeFile(`${folder}/images_test_rev1/${id}.jpg`, bytes);
  }
}

Deno.test("A catalogue's rows are its objects, theta turned to the original's", () => {
  const catalogue = [
    "#   1 Y_IMAGE                Object position along y          [pixel]",
    "#   2 X_IMAGE                Object position along x          [pixel]",
    "   211.9271   215.1213    30.6894  25.6271  -57.66     5.28",
    "",
    "    12.0000   400.5000     1.5000   0.7000   90.00      nan",
    "     1.0000     2.0000     3.0000   4.0000  -90.00      inf",
  ].join("\n");
  assert.deepEqual(parseCatalogue(catalogue, PARAMETER_KINDS.gen2, "image"), [
    [211.9271, 215.1213, 30.6894, 25.6271, 147.66, 5.28],
    [12, 400.5, 1.5, 0.7, 0, NaN],
    [1, 2, 3, 4, 180, NaN],
  ]);
  assert.deepEqual(parseCatalogue("# nothing\n", PARAMETER_KINDS.gen1, "image"), []);
  assert.throws(
    () => parseCatalogue("1 2 3 4 5 6\n", PARAMETER_KINDS.gen1, "7.jpg"),
    (error) => error instanceof UserError && /7\.jpg has 6 numbers.*expected 9/.test(error.message),
  );
});

Deno.test("Where Source Extractor is missing, the task says how to install it", async () => {
  await inFolder(async (folder) => {
    const { code, errors } = await runTask(["--data", folder], { PATH: folder });
    assert.equal(code, 1);
    assert.match(errors, /^error: Source Extractor is not installed.*apt install source-extractor/);
    assert.equal(errors.trim().split("\n").length, 1, errors);
  });
});

extractorTest(
  "Three real galaxies come out as the original measured them",
  installed && galaxies,
  () =>
    inFolder(async (scratch) => {
      const original = sharedPath("galaxy-zoo/original");
      const ids = await readIds(`${original}/test_ids.npy`);
      const rows = [0, 1, 2];
      const raw = sharedPath("galaxy-zoo/raw/images_test_rev1");
      const paths = rows.map((row) => `${raw}/${ids[row]}.jpg`);
      for (const [generation, stem] of [["gen2", "gen2"], ["gen1", "extra"]] as const) {
        const parameters = await extractParameters(paths, { generation, workers: 2, scratch });
        const { data, shape } = await readNpy(`${original}/pysex_params_${stem}_test.npy.gz`);
        const [columns, radius] = [
          shape[1],
          PARAMETER_KINDS[generation].columns.indexOf("petro_radius"),
        ];
        for (const row of rows) {
          const [ours, theirs] = [parameters!, data as Float64Array].map((values) =>
            values.subarray(row * columns, (row + 1) * columns)
          );
          const name = `${generation}, galaxy ${ids[row]}: ${ours} against ${theirs}`;
          assert.ok(Math.hypot(ours[0] - theirs[0], ours[1] - theirs[1]) < 0.5, name);
          for (const column of [2, 3, radius]) {
            assert.ok(Math.abs(ours[column] / theirs[column] - 1) < 0.02, name);
          }
          assert.ok(Math.abs((ours[4] - theirs[4] + 270) % 180 - 90) < 5, name);
        }
      }
    }),
);

extractorTest(
  "x is the column and y the row, counted from 1",
  installed,
  () =>
    inFolder(async (folder) => {
      // A blob around column 250, row 180, both counted from 0, its long axis 30° towards the rows.
      const [cosine, sine] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
      const rgb = new Uint8Array(3 * 424 * 424).map((_, i) => {
        const [u, v] = [Math.floor(i / 3) % 424 - 250, Math.floor(i / 3 / 424) - 180];
        const [along, across] = [u * cosine + v * sine, v * cosine - u * sine];
        return 20 + 6 * ((i * 7919) % 13) / 13 +
          200 * Math.exp(-(along ** 2 / 800 + across ** 2 / 200));
      });
      await writeImages(folder, { 5: await encodeJpeg(rgb, 424, 424, 95) });
      const path = `${folder}/images_test_rev1/5.jpg`;
      const [x, y, a, b, theta] =
        (await extractParameters([path], { generation: "gen2", workers: 1, scratch: folder }))!;
      assert.ok(Math.abs(x - 251) < 0.2 && Math.abs(y - 181) < 0.2, `${x}, ${y}`);
      assert.ok(Math.abs(theta - 30) < 2 && a > 1.5 * b, `${a}, ${b}, ${theta}`);
    }),
);

extractorTest(
  "The task writes rows and ids, a flat image as not detected, and never over a file",
  installed,
  () =>
    inFolder(async (folder) => {
      const flat = await encodeJpeg(new Uint8Array(3 * 424 * 424).fill(40), 424, 424, 90);
      await writeImages(folder, { 30: await madeUpImage(3), 4: flat, 100: await madeUpImage(5) });
      const args = ["--data", folder, "--set", "test", "--generation", "1"];
      const { code, output, errors } = await runTask(args);
      assert.equal(code, 0, errors);
      assert.match(output, /test: 3 galaxies in .*, 1 of them without a detection/);
      assert.deepEqual(await readIds(`${folder}/test_ids.npy`), [4, 30, 100]);
      const { shape, data } = await readNpy(`${folder}/pysex_params_extra_test.npy.gz`);
      assert.deepEqual(shape, [3, 9]);
      assert.deepEqual([...data.subarray(0, 9)], [211.5, 211.5, ...new Array(7).fill(NaN)]);
      assert.ok(data.subarray(9).every((value) => Number.isFinite(Number(value))));
      assert.deepEqual(names(folder).filter((name) => name.startsWith(".")), [], "temporary files");

      const again = await runTask(args);
      assert.equal(again.code, 1);
      assert.match(again.errors, /pysex_params_extra_test\.npy\.gz exists already/);
      await writeImages(folder, { 7: flat });
      const more = await runTask(["--data", folder, "--set", "test"]);
      assert.match(more.errors, /test_ids\.npy names 3 galaxies that are not the 4/);
    }),
);

extractorTest(
  "A failure names the image, and Ctrl-C leaves nothing",
  installed,
  () =>
    inFolder(async (folder) => {
      await writeImages(folder, { 1: await madeUpImage(1), 2: new Uint8Array(100) });
      const paths = [1, 2].map((id) => `${folder}/images_test_rev1/${id}.jpg`);
      const options = { generation: "gen2", workers: 2, scratch: folder } as const;
      await assertUserError(extractParameters(paths, options), `${paths[1]} is not a JPEG`);

      const image = await madeUpImage(1);
      await writeImages(folder, Object.fromEntries([...Array(120)].map((_, k) => [k + 1, image])));
      const process = start(["--data", folder, "--set", "test", "--workers", "1"]);
      // It has begun once there is something.
      while (!names(folder).some((name) => name.startsWith(".extract-"))) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      process.kill("SIGINT");
      const { code, output } = await finish(process);
      assert.equal(code, 130, output);
      assert.match(output, /stopped; nothing was written for test/);
      assert.deepEqual(names(folder), ["images_test_rev1"]);
    }),
);

extractorTest(
  "A second one at the same time is told about the first, and measures nothing",
  installed,
  () =>
    inFolder(async (folder) => {
      await writeImages(folder, { 1: await madeUpImage(1) });
      const first = await FolderLock.take(
        `${folder}/.pysex_params_gen2_test.npy.gz.making`,
        "extract:sextractor",
      );
      const args = ["--data", folder, "--set", "test"];
      const second = await runTask(args);
      assert.equal(second.code, 1);
      assert.match(
        second.errors,
        /is in use by extract:sextractor \(process \d+.*Wait until it has/,
      );
      await first.release();
      const alone = await runTask(args);
      assert.equal(alone.code, 0, alone.errors);
      assert.deepEqual(names(folder).filter((name) => name.startsWith(".")), []);
    }),
);
