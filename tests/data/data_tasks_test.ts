/** The data tasks as a user runs them. */
import assert from "node:assert/strict";
import npyjs from "npyjs";
import { decodeNpy, readNpy, writeNpy } from "../../lib/formats/npy.ts";
import { scriptPath } from "../process.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import { HEADER, inFolder, labelsText, madeUpImage, smoothRow } from "./folder.ts";

/** A task as it is started in a folder: with the permissions that `./run` gives it, and no others. */
function start(folder: string, task: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(scriptPath("run"), {
    args: [task, ...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** What it says, with paths relative to the folder. */
async function outputOf(process: Deno.ChildProcess, folder: string) {
  const { code, stdout, stderr } = await process.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll(`${folder}/`, "");
  const result = { code, out: text(stdout), error: text(stderr) };
  assert.doesNotMatch(result.error, /\n\s+at |internal error/, "a stack trace");
  return result;
}
const run = (...args: Parameters<typeof start>) => outputOf(start(...args), args[0]);

const picture = await madeUpImage(1);
const TEST_IDS = [3, 20, 100];
/** Else it is the repository's. */
const OUT = ["--out", "data"];

/** `raw` with galaxies 10 … 19, in descending order in the labels, and test galaxies 3, 20, 100. */
function makeRaw(folder: string, labels?: string) {
  const ids = Array.from({ length: 10 }, (_, k) => 19 - k);
  const sets = { images_training_rev1: ids, images_test_rev1: TEST_IDS };
  for (const [name, members] of Object.entries(sets)) {
    Deno.mkdirSync(`${folder}/raw/${name}`, { recursive: true });
    for (const id of members) Deno.writeFileSync(`${folder}/raw/${name}/${id}.jpg`, picture);
  }
  const file = `${folder}/raw/training_solutions_rev1.csv`;
  Deno.writeTextFileSync(file, labels ?? labelsText(ids));
  return { ids, data: ["--data", "raw"] };
}

Deno.test("create:ids and convert:labels write what the files say", () =>
  inFolder(async (folder) => {
    const { ids, data } = makeRaw(folder);
    assert.equal((await run(folder, "create:ids", ...data, ...OUT)).code, 0);
    assert.equal((await run(folder, "convert:labels", ...data, ...OUT)).code, 0);
    const train = await readNpy(`${folder}/data/train_ids.npy`);
    assert.deepEqual([train.shape, train.data], [[10], BigInt64Array.from(ids, BigInt)]);
    const test = await readNpy(`${folder}/data/test_ids.npy`);
    assert.deepEqual([...test.data], TEST_IDS.map(BigInt));
    const labels = await readNpy(`${folder}/data/solutions_train.npy`);
    assert.deepEqual(labels.shape, [10, 37]);
    assert.deepEqual([...labels.data.subarray(37, 74)], smoothRow());

    const foreign = new npyjs();
    for (const name of ["train_ids", "test_ids", "solutions_train"]) {
      const bytes = Deno.readFileSync(`${folder}/data/${name}.npy`);
      const { data, shape } = foreign.parse(bytes.buffer);
      const ours = decodeNpy(bytes, name);
      assert.deepEqual([data, shape], [ours.data, ours.shape]);
    }

    Deno.removeSync(`${folder}/raw/images_test_rev1`, { recursive: true });
    const refused = await run(folder, "create:ids", ...data, "--out", "elsewhere");
    assert.equal(refused.code, 1);
    assert.match(refused.error, /^error: images_test_rev1 is missing in raw/);
    assert.throws(() => Deno.statSync(`${folder}/elsewhere`), "nothing was written");
  }));

const numpy = await new Deno.Command("python3", { args: ["-c", "import numpy"] }).output()
  .then(({ success }) => success, () => false);
if (!numpy) console.warn("SKIPPED, there is no python3 with numpy: NumPy opens the files");

Deno.test({
  name: "NumPy opens the files and finds in them what the CSV says",
  ignore: !numpy,
  fn: () =>
    inFolder(async (folder) => {
      const labels = [3, 1, 2].map((id) => [id, ...smoothRow().map((_, k) => id * k / 999)]);
      const { data } = makeRaw(folder, [HEADER, ...labels.map((row) => row.join(","))].join("\n"));
      await run(folder, "create:ids", ...data, ...OUT);
      await run(folder, "convert:labels", ...data, ...OUT);
      const script = `
import numpy as np, os
csv = np.loadtxt("raw/training_solutions_rev1.csv", delimiter=",", skiprows=1)
test = sorted(int(name[:-4]) for name in os.listdir("raw/images_test_rev1"))
for name, expected in [
  ("train_ids", csv[:, 0].astype(np.int64)),
  ("test_ids", np.array(test, np.int64)),
  ("solutions_train", csv[:, 1:].astype(np.float32)),
]:
  found = np.load(f"data/{name}.npy")
  assert found.dtype == expected.dtype and found.shape == expected.shape, (found, expected)
  assert (found == expected).all(), (found, expected)
`;
      const python = new Deno.Command("python3", { args: ["-c", script], cwd: folder });
      const { success, stderr } = await python.output();
      assert.ok(success, new TextDecoder().decode(stderr));
    }),
});

sharedTest(
  "Ids of the real galaxies are those of the original",
  "galaxy-zoo/original",
  () =>
    inFolder(async (folder) => {
      const data = ["--data", sharedPath("galaxy-zoo/raw")];
      assert.equal((await run(folder, "create:ids", ...data, ...OUT)).code, 0);
      for (const set of ["train", "test"]) {
        const original = await readNpy(sharedPath(`galaxy-zoo/original/${set}_ids.npy`));
        const ours = await readNpy(`${folder}/data/${set}_ids.npy`);
        assert.equal(ours.data.constructor, original.data.constructor);
        const ids = ours.data as BigInt64Array;
        if (set === "test") assert.deepEqual(ids, original.data.subarray(0, 600));
        // Not all of them are here.
        const wanted = new Set<number | bigint>(ids);
        assert.deepEqual([...ids], [...original.data].filter((id) => wanted.has(id)));
        // The whole list, written by us, has the header of the original but for padding.
        await writeNpy(`${folder}/${set}.npy`, original);
        const header = (path: string) =>
          new TextDecoder("latin1").decode(Deno.readFileSync(path).subarray(10, 256))
            .split("\n")[0].trimEnd();
        assert.equal(
          header(`${folder}/${set}.npy`),
          header(sharedPath(`galaxy-zoo/original/${set}_ids.npy`)),
        );
      }
    }),
);

Deno.test("check:labels lists every violated sum, counts them, and exits with 1", () =>
  inFolder(async (folder) => {
    const row = (id: number, changes: Record<number, number>) =>
      [id, ...Object.assign(smoothRow(), changes)].join(",");
    const labels = labelsText(Array.from({ length: 30 }, (_, k) => k + 1), {
      3: row(2, { 0: 0.9, 15: 1 }),
      10: row(9, { 0: 1.5, 1: -0.5, 15: 1.5 }),
    });
    makeRaw(folder, labels);
    const { code, out } = await run(folder, "check:labels", "--data", "raw");
    assert.equal(code, 1);
    assert.deepEqual(out.trim().split("\n"), [
      "galaxy 2: the answers to question 1 sum to 0.900000, wanted 1.000000",
      "galaxy 9: the answers to question 2 sum to 0.000000, wanted -0.500000 (Class1.2)",
      "galaxy 2: the answers to question 7 sum to 1.000000, wanted 0.900000 (Class1.1)",
      "galaxy 9: Class1.1 is 1.5",
      "galaxy 9: Class1.2 is -0.5",
      "galaxy 9: Class7.1 is 1.5",
      "",
      "raw/training_solutions_rev1.csv: 30 galaxies, 3 violated sums, 3 values outside [0, 1], " +
      "2 galaxies affected",
    ]);
    Deno.writeTextFileSync(`${folder}/good.csv`, labelsText([4, 5]));
    const good = await run(folder, "check:labels", "good.csv");
    assert.equal(good.code, 0);
    assert.match(good.out, /^good\.csv: 2 galaxies, 0 violated sums/);
    const missing = await run(folder, "check:labels");
    assert.match(missing.error, /^error: the data folder data\/raw does not exist/);
  }));

Deno.test("check:data shows in one screen what is missing, and exits with 1 where it matters", () =>
  inFolder(async (folder) => {
    const { data } = makeRaw(folder);
    const good = await run(folder, "check:data", ...data);
    assert.equal(good.code, 0, good.out + good.error);
    assert.ok(good.out.split("\n").length < 20);
    assert.match(good.out, /^ok {2}labels +10 of Kaggle's 61,578$/m);
    assert.match(good.out, /^ok {2}test images +3 of Kaggle's 79,975$/m);
    assert.match(
      good.out,
      /^-- {2}train cache .*\n(.*\n)*-- {2}pysex_params_gen2_train\.npy\.gz /m,
    );
    assert.match(good.out, /ready to train\n$/);

    assert.equal((await run(folder, "cache", ...data)).code, 0);
    await run(folder, "create:ids", ...data, "--out", ".");
    const params = { shape: [9, 6], data: new Float64Array(54) };
    await writeNpy(`${folder}/pysex_params_gen2_train.npy.gz`, params);
    const cached = await run(folder, "check:data", ...data);
    assert.equal(cached.code, 0);
    assert.match(cached.out, /^ok {2}train cache +complete, raw\/cache\/train\.rgb$/m);
    assert.match(cached.out, /^ok {2}train_ids\.npy +train_ids\.npy, 10 ids$/m);
    assert.match(cached.out, /^!! {2}pysex_params_gen2_train.* 9 rows/m);

    Deno.utimeSync(`${folder}/raw/images_training_rev1/12.jpg`, 1e9, 1e9);
    const stale = await run(folder, "check:data", ...data);
    assert.equal(stale.code, 0);
    assert.match(stale.out, /^!! {2}train cache .*\n.*1 have changed since: 12\.jpg$/m);
    assert.match(stale.out, /ready to train once the cache is up to date: .*\/run cache\n$/);

    Deno.writeFileSync(`${folder}/raw/images_training_rev1/12.jpg`, picture.subarray(0, 3000));
    Deno.writeFileSync(`${folder}/raw/images_training_rev1/99.jpg`, picture);
    Deno.removeSync(`${folder}/raw/images_training_rev1/15.jpg`);
    Deno.removeSync(`${folder}/raw/images_test_rev1`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/images_test_rev1.zip`, "");
    const bad = await run(folder, "check:data", ...data);
    assert.equal(bad.code, 1);
    assert.match(bad.out, /1 labelled galaxies have no image: 15$/m);
    assert.match(bad.out, /1 images have no labels: 99$/m);
    assert.match(bad.out, /1 cannot be used:\n +raw\/images_training_rev1\/12\.jpg is truncated/);
    assert.match(bad.out, /^!! {2}train cache .*does not fit/m);
    assert.match(
      bad.out,
      /^-- {2}test images +still packed: unzip -q images_test_rev1\.zip -d raw$/m,
    );
    assert.match(bad.out, /training is impossible: train images\./);

    const nothing = await run(folder, "check:data");
    assert.equal(nothing.code, 1);
    assert.match(nothing.out, /^!! {2}labels +missing: fetch training_solutions_rev1\.zip/m);
  }));

/** Waits until `cache` has saved more images than were there, then sends it a signal. */
async function interrupted(folder: string, signal: Deno.Signal, ...args: string[]) {
  const saved = () => {
    try {
      const { ids } = JSON.parse(Deno.readTextFileSync(`${folder}/raw/cache/train.json`));
      return ids.filter((id: number | null) => id !== null).length;
    } catch {
      return 0; // There is no index yet.
    }
  };
  const before = saved();
  const process = start(folder, "cache", "--workers", "1", ...args);
  for (let time = 0; saved() <= before && time < 1000; time++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  process.kill(signal);
  return await outputOf(process, folder);
}

Deno.test("cache goes on after Ctrl-C and after SIGKILL, and is removed without a trace", () =>
  inFolder(async (folder) => {
    const { data } = makeRaw(folder);
    for (let id = 1000; id < 1400; id++) {
      Deno.writeFileSync(`${folder}/raw/images_training_rev1/${id}.jpg`, picture);
    }
    const args = [...data, "--set", "train"];
    const killed = await interrupted(folder, "SIGKILL", ...args);
    assert.equal(killed.code, 137);
    Deno.removeSync(`${folder}/raw/images_training_rev1/10.jpg`); // its place is used again
    const stopped = await interrupted(folder, "SIGINT", ...args);
    assert.equal(stopped.code, 130);
    assert.match(stopped.out, /stopped; what is done stays/);
    const incomplete = await run(folder, "check:data", ...data);
    assert.match(incomplete.out, /^!! {2}train cache .*\n.* are not in it yet: /m);

    const finished = await run(folder, "cache", ...args);
    assert.equal(finished.code, 0, finished.error);
    const [, decoded, kept] = finished.out.match(/train: (\d+) images decoded .*, (\d+) were/)!;
    assert.equal(Number(decoded) + Number(kept), 409);
    assert.ok(Number(kept) > 8, `${kept} were kept`);
    const complete = await run(folder, "check:data", ...data);
    assert.match(complete.out, /^ok {2}train cache/m);

    const refused = await run(folder, "cache", ...data, "--remove", "--to", "x");
    assert.match(refused.error, /^error: --remove .* leave out --to/);
    const removed = await run(folder, "cache", ...data, "--remove");
    assert.match(removed.out, /^removed, 0\.2 GiB are free again/);
    assert.throws(() => Deno.statSync(`${folder}/raw/cache`));
    assert.match((await run(folder, "cache", ...data, "--remove")).out, /^raw has no cache/);
  }));

Deno.test("cache refuses folders that are not there or cannot be written to", () =>
  inFolder(async (folder) => {
    const { data } = makeRaw(folder);
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, error } = await run(folder, "cache", ...args);
      assert.equal(code, 1);
      assert.match(error, pattern);
    };
    await refused(
      /^error: the data folder nowhere does not exist/,
      "--data",
      "nowhere",
      "--set",
      "test",
    );
    await refused(/--set must be one of train, test, both/, "--set", "valid");
    Deno.writeTextFileSync(`${folder}/file`, "");
    await refused(/^error: .*file cannot be written to/, ...data, "--to", "file");
    if (Deno.build.os === "linux") {
      await refused(
        /^error: .*Deno opens no file under \/dev .*tmpfs/,
        ...data,
        "--to",
        "/dev/shm/x",
      );
    }
    Deno.removeSync(`${folder}/raw/images_test_rev1`, { recursive: true });
    await refused(/images_test_rev1 is missing in raw/, ...data, "--set", "both");
    const note = await run(folder, "cache", ...data);
    assert.equal(note.code, 0);
    assert.match(note.error, /^note: raw has no test images/);
  }));
