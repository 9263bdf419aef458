import assert from "node:assert/strict";
import { openDataset } from "../../lib/data/dataset.ts";
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { treeViolations } from "../../lib/data/label_check.ts";
import { readLabels } from "../../lib/data/labels.ts";
import { UserError } from "../../lib/errors.ts";
import { makeCatalogue } from "../../lib/synthetic/catalogue.ts";
import { findGalaxies, ROWS } from "../../lib/synthetic/contact_sheet.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";

const OPTIONS = { train: 14, test: 6, seed: 5, workers: 1 };

async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Every file's path and bytes. */
async function contents(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) {
      for (const [path, bytes] of await contents(`${folder}/${name}`)) {
        files.set(`${name}/${path}`, bytes);
      }
    } else files.set(name, await Deno.readFile(`${folder}/${name}`));
  }
  return new Map([...files].sort(([a], [b]) => a < b ? -1 : 1));
}

Deno.test("a survey is a data set, the same bytes for any number of workers", () =>
  withFolder(async (folder) => {
    const progress: number[] = [];
    await makeSurvey({
      ...OPTIONS,
      out: `${folder}/one`,
      onProgress: (done, total) => progress.push(done / total),
    });
    await makeSurvey({ ...OPTIONS, out: `${folder}/three`, workers: 3 });
    const files = await contents(`${folder}/one`);
    assert.equal(files.size, 14 + 6 + 3);
    assert.deepEqual(await contents(`${folder}/three`), files);
    assert.equal(progress.at(-1), 1);

    const { train, test } = await openDataset(`${folder}/one`, {
      need: { train: true, test: true },
    });
    assert.deepEqual([train.ids.length, test.ids.length], [14, 6]);
    const { width, height } = await decodeJpeg(await Deno.readFile(test.paths[0]), "test");
    assert.deepEqual([width, height], [424, 424]);
    const answers = await readLabels(`${folder}/one/test_solutions.csv`);
    assert.deepEqual(answers.ids, test.ids);
    // As read back from the decimals of the files, within 1e-5.
    for (const { labels } of [train, answers]) assert.deepEqual(treeViolations(labels), []);

    const { kinds, ...numbers } = JSON.parse(
      await Deno.readTextFile(`${folder}/one/survey.json`),
    );
    assert.deepEqual(numbers, { version: 1, seed: 5, train: 14, test: 6 });
    const counted = Object.values<number>(kinds).reduce((sum, count) => sum + count);
    assert.equal(counted, 20);
  }));

Deno.test("a survey is not written twice, nor over anything else", () =>
  withFolder(async (folder) => {
    const out = `${folder}/survey`;
    const small = { ...OPTIONS, train: 2, test: 1, out };
    assert.equal(await makeSurvey(small), "written");
    assert.equal(await makeSurvey({ ...small, workers: 2 }), "present");
    await assert.rejects(makeSurvey({ ...small, seed: 6 }), UserError);
    await Deno.remove(`${out}/survey.json`);
    await assert.rejects(makeSurvey(small), UserError);
    await assert.rejects(makeSurvey({ ...small, out: `${out}/test_solutions.csv` }), UserError);
  }));

Deno.test("an interrupted survey does not look complete and is begun again", () =>
  withFolder(async (folder) => {
    const small = { ...OPTIONS, train: 2, test: 1 };
    await makeSurvey({ ...small, out: `${folder}/whole` });
    const out = `${folder}/broken`;
    await Deno.mkdir(out);
    // Where a folder belongs stands a file, so the survey cannot be finished.
    await Deno.copyFile(`${folder}/whole/survey.json`, `${out}/survey.json.unfinished`);
    await Deno.writeTextFile(`${out}/images_test_rev1`, "");
    await assert.rejects(makeSurvey({ ...small, out }));
    assert.equal((await contents(out)).has("survey.json"), false);
    await Deno.remove(`${out}/images_test_rev1`);
    assert.equal(await makeSurvey({ ...small, out }), "written");
    assert.deepEqual(await contents(out), await contents(`${folder}/whole`));
  }));

Deno.test("ids have six digits, ascend, and run through the whole range in both sets", () => {
  const catalogue = makeCatalogue(1500, 500, 9);
  const ids = catalogue.map(({ id }) => id);
  assert.ok(ids.every((id, k) => id >= 100_000 && id <= 999_999 && !(id <= ids[k - 1])));
  assert.equal(catalogue.filter(({ set }) => set === "train").length, 1500);
  for (const set of ["train", "test"]) {
    const members = catalogue.filter((entry) => entry.set === set);
    assert.ok(members[0].id < 120_000 && members.at(-1)!.id > 980_000, set);
  }
  assert.throws(() => makeCatalogue(900_000, 1, 9), UserError);
});

Deno.test("the contact sheet finds galaxies for its rarest rows", () => {
  for (const label of ["edge-on, boxy bulge", "more than 4 arms", "dust lane"]) {
    const row = ROWS.find((row) => row.label === label)!;
    assert.equal(findGalaxies(row, 1).length, 8, label);
  }
});
