import assert from "node:assert/strict";
import { openDataset } from "../../lib/data/dataset.ts";
import { readLabels } from "../../lib/data/labels.ts";
import { treeViolations } from "../../lib/data/label_check.ts";
import { sharedPath, sharedTest } from "../shared.ts";
import { assertUserError, HEADER, inFolder, labelsText, smoothRow } from "./folder.ts";

interface Layout {
  images?: string[];
  labels?: string;
  test?: string[];
  trainingFolder?: string;
}

/** Runs a test on a synthetic data folder; images are empty files. */
function withDataset(
  { images, labels, test, trainingFolder = "images_training_rev1" }: Layout,
  run: (folder: string) => Promise<void> | void,
) {
  return inFolder(async (folder) => {
    for (const [name, files] of [[trainingFolder, images], ["images_test_rev1", test]] as const) {
      if (!files) continue;
      Deno.mkdirSync(`${folder}/${name}`);
      for (const file of files) Deno.writeTextFileSync(`${folder}/${name}/${file}`, "");
    }
    if (labels !== undefined) {
      Deno.writeTextFileSync(`${folder}/training_solutions_rev1.csv`, labels);
    }
    await run(folder);
  });
}
const openTraining = (folder: string) => openDataset(folder, { need: { train: true } });
/** What opening two labelled galaxies, 5 and 7, says when their labels are `labels`. */
function refused(labels: string, ...patterns: (RegExp | string)[]) {
  return withDataset(
    { images: ["5.jpg", "7.jpg"], labels },
    (folder) => assertUserError(openTraining(folder), "training_solutions_rev1.csv", ...patterns),
  );
}
const rowWith = (id: number | string, changes: Record<number, number | string>) =>
  [id, ...Object.assign(smoothRow(), changes)].join(",");

Deno.test("Training galaxies come in the order of the labels, test galaxies in that of ids", () =>
  withDataset({
    images: ["10.jpg", "9.jpg", ".hidden.jpg", "notes.txt"],
    labels: labelsText([10, 9]),
    test: ["100.jpg", "20.jpg", "3.jpg"],
  }, async (folder) => {
    const { train, test } = await openDataset(folder, { need: { train: true, test: true } });
    assert.deepEqual(train.ids, [10, 9]);
    assert.equal(train.paths[0], `${folder}/images_training_rev1/10.jpg`);
    assert.deepEqual([...train.labels], [...smoothRow(), ...smoothRow()]);
    assert.deepEqual(test.ids, [3, 20, 100]);
    assert.equal(test.paths[2], `${folder}/images_test_rev1/100.jpg`);
  }));

Deno.test("The original's name of the training folder is accepted, and only what is needed is read", () =>
  withDataset(
    { images: ["5.jpg"], labels: labelsText([5]), trainingFolder: "images_train_rev1" },
    async (folder) => {
      const { train, test } = await openDataset(folder, { need: { train: true } });
      assert.deepEqual([train.ids, test], [[5], undefined]);
    },
  ));

Deno.test("Labels may have a byte order mark, quotes, CR LF and empty lines", () => {
  const quoted = labelsText([5, 7]).replace(/[^,\n]+/g, '"$&"').replaceAll("\n", "\r\n");
  return withDataset(
    { images: ["5.jpg", "7.jpg"], labels: "\ufeff" + quoted + "\r\n" },
    async (folder) => {
      const { train } = await openTraining(folder);
      assert.deepEqual(train.ids, [5, 7]);
      assert.deepEqual([...train.labels.subarray(37)], smoothRow());
    },
  );
});

Deno.test("A missing folder or file is named", async () => {
  await assertUserError(openTraining("no/such/folder"), "no/such/folder does not exist", "--data");
  await withDataset({}, (folder) =>
    assertUserError(
      openTraining(folder),
      `images_training_rev1 or images_train_rev1 is missing in ${folder}`,
    ));
  await withDataset(
    { images: [] },
    (folder) => assertUserError(openTraining(folder), "training_solutions_rev1.csv is missing in"),
  );
  await withDataset(
    { images: [] },
    (folder) =>
      assertUserError(openDataset(folder, { need: { test: true } }), "images_test_rev1 is missing"),
  );
  await withDataset(
    { test: ["readme.txt"] },
    (folder) => assertUserError(openDataset(folder, { need: { test: true } }), "holds no image"),
  );
});

Deno.test("Galaxies without an image and images without labels are counted and named", async () => {
  await withDataset(
    { images: ["5.jpg"], labels: labelsText([1, 2, 3, 4, 5, 6, 7]) },
    (folder) =>
      assertUserError(
        openTraining(folder),
        /6 of 7 galaxies .* no image .*: 1\.jpg, 2\.jpg, 3\.jpg, 4\.jpg, 6\.jpg, and 1 more$/,
      ),
  );
  await withDataset(
    { images: ["5.jpg", "6.jpg", "7.jpg"], labels: labelsText([6]) },
    (folder) => assertUserError(openTraining(folder), /2 of 3 images .*: 5\.jpg, 7\.jpg$/),
  );
});

const openTest = (folder: string) => openDataset(folder, { need: { test: true } });

Deno.test("Images may end in .jpg or .jpeg, in capitals too; hidden files and notes are no images", () => {
  const beside = [".hidden.jpg", "._3.jpg", "Thumbs.db", ".DS_Store", "README.txt", "7.csv", "ids"];
  return withDataset(
    { test: ["100.JPG", "20.jpeg", "3.jpg", "4.Jpeg", "0.jpg", ...beside] },
    async (folder) => {
      const { test } = await openTest(folder);
      assert.deepEqual(test.ids, [0, 3, 4, 20, 100]);
      const names = ["0.jpg", "3.jpg", "4.Jpeg", "20.jpeg", "100.JPG"];
      assert.deepEqual(test.paths, names.map((name) => `${folder}/images_test_rev1/${name}`));
    },
  );
});

Deno.test("Training images with other endings belong to their labels", () =>
  withDataset({ images: ["5.JPG", "7.jpeg"], labels: labelsText([7, 5]) }, async (folder) => {
    const { train } = await openTraining(folder);
    assert.deepEqual(train.ids, [7, 5]);
    const paths = ["7.jpeg", "5.JPG"].map((name) => `${folder}/images_training_rev1/${name}`);
    assert.deepEqual(train.paths, paths);
  }));

Deno.test("What may be a galaxy and is not named as one is named, never passed over", async () => {
  const odd = [
    ...["007.jpg", "cat.jpg", "1e3.jpg", "-5.jpg", "99999999999999999.jpg", "galaxy.JPEG"],
    ...["100018.png", "100018.TIFF", "a.gif", "x.webp", "x.bmp", "100018.fits", "100018.jfif"],
    ...["100018.jpg.part", "100018 (1).jpg", "100018.jpg~", "100018.crdownload", "100018"],
  ];
  for (const name of odd) {
    await withDataset(
      { test: ["3.jpg", name] },
      (folder) =>
        assertUserError(
          openTest(folder),
          `${folder}/images_test_rev1 holds 1 of other names than <GalaxyID>.jpg`,
          `: ${name}. Rename what is a JPEG`,
        ),
    );
  }
  await withDataset(
    { test: odd },
    (folder) => assertUserError(openTest(folder), `holds ${odd.length} of`, /, and 13 more\. Ren/),
  );
});

Deno.test("Two images of one galaxy are named", () =>
  withDataset(
    { test: ["3.jpg", "5.jpg", "5.JPEG", "7.jpg"] },
    (folder) => assertUserError(openTest(folder), "galaxy 5 twice: 5.JPEG and 5.jpg. Remove one"),
  ));

Deno.test("Images in a folder within are not passed over, and moving them up is one command", () =>
  withDataset({ test: [] }, async (folder) => {
    const images = `${folder}/images_test_rev1`;
    Deno.mkdirSync(`${images}/__MACOSX`);
    Deno.writeTextFileSync(`${images}/__MACOSX/._3.jpg`, "");
    await assertUserError(openTest(folder), "holds no image <GalaxyID>.jpg");
    Deno.mkdirSync(`${images}/it's here`);
    Deno.writeTextFileSync(`${images}/it's here/3.JPG`, "");
    let command = "";
    await assert.rejects(openTest(folder), ({ message }) => {
      assert.match(
        message,
        /holds no image <GalaxyID>\.jpg, but there are images in .*\/it's here\. Move/,
      );
      command = message.match(/Move that one up: (.*)$/)[1];
      return true;
    });
    if (Deno.build.os !== "windows") {
      const { success } = await new Deno.Command("sh", { args: ["-c", command] }).output();
      assert.ok(success, command);
      assert.deepEqual((await openTest(folder)).test.ids, [3]);
    }
    Deno.mkdirSync(`${images}/more`);
    await openTest(folder); // an empty folder loses nobody
    Deno.writeTextFileSync(`${images}/more/4.jpg`, "");
    await assertUserError(
      openTest(folder),
      "holds images, but there are more in",
      "/more. Move them",
    );
  }));

Deno.test("A GalaxyID that stands twice is named with both lines", () =>
  refused(labelsText([5, 7, 5]), "line 4: galaxy 5 stands in line 2 already"));

Deno.test("A wrong header names the column", async () => {
  await refused(
    labelsText([5, 7], { 1: HEADER.replace("Class1.2", "Class1_2") }),
    'line 1: column 3 is called "Class1_2", expected "Class1.2"',
  );
  await refused(labelsText([5, 7], { 1: rowWith(4, {}) }), 'column 1 is called "4"');
});

Deno.test("A wrong number of columns names the line", async () => {
  await refused(labelsText([5, 7], { 3: "7,1,0" }), "line 3: 3 columns, expected 38");
  await refused(labelsText([5, 7], { 2: rowWith(5, {}) + ",0" }), "line 2: 39 columns");
  await refused(labelsText([5, 7], { 1: "GalaxyID" }), "line 1: 1 column, expected 38");
});

Deno.test("An empty labels file and one without galaxies are refused", async () => {
  await refused("", "has no row of labels");
  await refused(HEADER + "\n", "has no row of labels");
});

Deno.test("Quotes that do not match are refused with the line", () =>
  refused(labelsText([5, 7], { 3: '7,"0.5,1' }), "is not proper CSV", /line|Quote/));

Deno.test("What is not a number is named with line, column and text", async () => {
  await refused(labelsText([5, 7], { 3: rowWith(7, { 4: "high" }) }), 'line 3: Class2.2 is "high"');
  await refused(labelsText([5, 7], { 2: rowWith(5, { 0: "" }) }), 'line 2: Class1.1 is ""');
  await refused(labelsText([5, 7], { 2: rowWith(5, { 0: "NaN" }) }), 'Class1.1 is "NaN"');
  await refused(labelsText([5, 7], { 2: rowWith("5a", {}) }), 'the GalaxyID is "5a"');
});

Deno.test("Values outside [0, 1] are named", () =>
  refused(
    labelsText([5, 7], { 3: rowWith(7, { 0: 1.5, 1: -0.5 }) }),
    "2 values are outside [0, 1]",
    "galaxy 7: Class1.1 is 1.5",
    "galaxy 7: Class1.2 is -0.5",
    "--ignore-label-errors",
  ));

Deno.test("Sums that break the decision tree are listed with what was wanted", () =>
  refused(
    labelsText([5, 7], { 3: rowWith(7, { 0: 0.9, 15: 1 }) }),
    "2 sums of 1 galaxies break the decision tree",
    "galaxy 7: the answers to question 1 sum to 0.900000, wanted 1.000000",
    "galaxy 7: the answers to question 7 sum to 1.000000, wanted 0.900000 (Class1.1)",
  ));

Deno.test("Of many broken sums the first ten are listed", () => {
  const ids = Array.from({ length: 25 }, (_, i) => i + 1);
  const broken = ids.map((id) => rowWith(id, { 13: 0.5 }));
  return withDataset(
    { images: ids.map((id) => `${id}.jpg`), labels: [HEADER, ...broken].join("\n") },
    (folder) =>
      assertUserError(
        openTraining(folder),
        /50 sums of 25 galaxies/,
        /galaxy 5: [^\n]* question 8 [^\n]*\n {2}and 40 more\n/,
      ),
  );
});

Deno.test("Label errors only warn when told to be ignored", () =>
  withDataset(
    { images: ["5.jpg"], labels: labelsText([5], { 2: rowWith(5, { 0: 1.25 }) }) },
    async (folder) => {
      const warnings: string[] = [];
      const { train } = await openDataset(folder, {
        need: { train: true },
        ignoreLabelErrors: true,
        warn: (text) => warnings.push(text),
      });
      assert.equal(train.labels[0], 1.25);
      assert.equal(warnings.length, 2);
      assert.match(warnings[0], /^warning: .*1 values are outside/);
      assert.match(warnings[1], /^warning: .*2 sums of 1 galaxies break/);
    },
  ));

Deno.test("Sums may miss by the rounding of six decimals, not by more than 1e-5", () => {
  const labels = (first: number) => Float32Array.from(Object.assign(smoothRow(), { 2: first }));
  assert.deepEqual(treeViolations(labels(9e-6)), []);
  assert.deepEqual(treeViolations(labels(1.2e-5)).map(({ question }) => question), [1]);
});

const LABELS = "galaxy-zoo/labels_557.csv";
sharedTest("Genuine labels obey the tree", LABELS, async () => {
  const { ids, labels } = await readLabels(sharedPath(LABELS));
  assert.equal(ids.length, 557);
  assert.deepEqual(treeViolations(labels), []);
});

sharedTest("The folder of real galaxies opens", "galaxy-zoo/raw", async () => {
  const folder = sharedPath("galaxy-zoo/raw");
  const { train, test } = await openDataset(folder, { need: { train: true, test: true } });
  assert.deepEqual([train.ids.length, train.labels.length], [100, 3700]);
  assert.deepEqual([test.ids.length, test.ids[0], test.ids[1]], [600, 100018, 100037]);
});
