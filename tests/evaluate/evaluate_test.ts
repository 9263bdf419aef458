/** A trained network against the labels of galaxies: figures, files, and what is refused. */
import assert from "node:assert/strict";
import { evaluate, type EvaluateOptions } from "../../lib/evaluate/evaluate.ts";
import { figuresFile, writeFigures } from "../../lib/evaluate/json.ts";
import { writeGallery } from "../../lib/evaluate/picture.ts";
import { writeEvaluationReport } from "../../lib/evaluate/report.ts";
import { figuresText } from "../../lib/evaluate/text.ts";
import { rmse } from "../../lib/galaxy/rmse.ts";
import { readHistory } from "../../lib/runs/history.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { runScript } from "../process.ts";
import { smallModel, smallSurvey } from "../train/small.ts";

/** A survey of 20 galaxies, two of them for validation, and parameters trained on the others. */
async function trained(folder: string) {
  const data = await smallSurvey(`${folder}/survey`);
  const out = `${folder}/run`;
  const args = ["--data", data, "--out", out, "--chunks", "1"];
  const { code, error } = await runScript("tests/train/small_task.ts", args);
  assert.equal(code, 0, error);
  return { data, params: `${out}/params.safetensors`, history: `${out}/history.jsonl` };
}

/** What an evaluation said, and what it found. */
async function evaluated(options: Partial<EvaluateOptions> & { params: string; data: string }) {
  const said: string[] = [], warned: string[] = [];
  const evaluation = await evaluate({
    model: smallModel,
    all: false,
    transforms: 1,
    workers: 2,
    acceptUnmarked: false,
    stop: { requested: false, exitCode: 0, close() {} },
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
    ...options,
  });
  return { evaluation: evaluation!, said: said.join("\n"), warned: warned.join("\n") };
}

/** A folder with a survey and a training, made once for several looks at it. */
Deno.test("a trained network is judged by galaxies that it has not seen", (t) =>
  inFolder(async (folder) => {
    const { data, params, history } = await trained(folder);

    await t.step(
      "the last tenth was kept back, and its figures are written in four ways",
      async () => {
        const { evaluation, said, warned } = await evaluated({ params, data, transforms: 60 });
        const { figures, labels, predicted, ids } = evaluation;

        // The last two of twenty, and the error that the training itself found.
        assert.equal(ids.length, 2);
        assert.match(said, /small, .*: 2 galaxies of .*, the last tenth, which was kept back/);
        assert.equal(warned, "");
        const own = (await readHistory(history)).at(-1)!.validRmse!;
        assert.ok(
          Math.abs(figures.rmse.oneLook - own) < 1e-6,
          `${figures.rmse.oneLook}, not ${own}`,
        );
        assert.equal(figures.rmse.sixtyTransforms, rmse(predicted.sixtyTransforms!, labels));
        assert.notDeepEqual(predicted.sixtyTransforms, predicted.oneLook);

        const text = figuresText(figures);
        assert.match(text, /^question +the mean +one look +sixty transforms$/m);
        assert.match(
          text,
          new RegExp(`^All 37 answers .* ${figures.rmse.oneLook.toFixed(5)} `, "m"),
        );
        assert.match(text, /^All predictions of sixty transforms, by their size$/m);
        assert.match(text, /^0\.9 to 1\.0 /m);

        await writeFigures(`${folder}/figures.json`, evaluation);
        const file = JSON.parse(await Deno.readTextFile(`${folder}/figures.json`));
        assert.deepEqual(file, JSON.parse(JSON.stringify(figuresFile(evaluation))));
        assert.deepEqual(Object.keys(file), [
          ...["model", "parameters", "galaxies", "adapter", "version"],
          ...["rmse", "questions", "answers", "calibration"],
        ]);
        assert.equal(file.galaxies.set, "valid");
        assert.equal(file.galaxies.count, 2);
        assert.match(file.parameters.sha256, /^[0-9a-f]{64}$/);
        assert.match(file.parameters.trainedOn, /^20 galaxies from \d+ to \d+$/);
        assert.equal(file.questions[10].rmse.oneLook, figures.questions[10].rmse.oneLook);

        await writeEvaluationReport(`${folder}/page.html`, evaluation);
        const page = await Deno.readTextFile(`${folder}/page.html`);
        for (const heading of ["by question", "right on average", "right about", "wrong about"]) {
          assert.ok(page.includes(heading), heading);
        }
        assert.ok(page.includes(figures.rmse.sixtyTransforms!.toFixed(5)));
        // Two galaxies, both among the best and among the worst.
        assert.equal(page.match(/<article class="card">/g)?.length, 4);
        assert.equal(wordsOf(page).match(/<script|undefined|NaN|\[object/), null);

        await writeGallery(`${folder}/gallery.svg`, evaluation);
        const drawing = await Deno.readTextFile(`${folder}/gallery.svg`);
        assert.equal(drawing.match(/<image href="data:image\/jpeg;base64,/g)?.length, 4);
        assert.match(drawing, new RegExp(`${ids[0]}, RMSE 0\\.\\d{3}`));
        assert.equal(wordsOf(drawing).match(/undefined|NaN|\[object/), null);
      },
    );

    const other = `${folder}/other`;
    await makeSurvey({ out: other, train: 30, test: 1, seed: 6, workers: 2 });

    await t.step("others are refused, and so are those that it was trained on", async () => {
      await assertUserError(
        evaluated({ params, data: other }),
        /was trained on 20 galaxies from \d+ to \d+, not on the 30 galaxies from \d+ to \d+ in /,
        "add --all",
      );
      await assertUserError(
        evaluated({ params, data, all: true }),
        /was trained on nine tenths of the galaxies in .*Without --all, the last tenth/,
      );
    });

    await t.step("all of a user's own, with a word about what cannot be known", async () => {
      const { evaluation, warned } = await evaluated({ params, data: other, all: true, limit: 3 });
      assert.equal(evaluation.ids.length, 3);
      assert.equal(evaluation.set, "labelled");
      assert.match(warned, /^warning: the parameters were trained on others: 20 galaxies from/);
      // The mean is that of all thirty, not of these three.
      const three = [0, 37, 74].reduce((sum, at) => sum + evaluation.labels[at], 0) / 3;
      assert.ok(Math.abs(evaluation.predicted.mean[0] - three) > 1e-6);
    });

    await t.step("a stop leaves no figures", async () => {
      const stop = { requested: true, exitCode: 130, close() {} };
      assert.equal((await evaluated({ params, data, stop })).evaluation, undefined);
    });

    await t.step("other labels of the same galaxies are told", async () => {
      const file = `${data}/training_solutions_rev1.csv`;
      const lines = (await Deno.readTextFile(file)).split("\n");
      lines[1] = [lines[1].split(",")[0], ...lines[2].split(",").slice(1)].join(",");
      await Deno.writeTextFile(file, lines.join("\n"));
      assert.match((await evaluated({ params, data })).warned, /other labels than the training/);
    });
  }));

/** A page without its pictures, whose letters say nothing. */
const wordsOf = (page: string) => page.replace(/data:image\/jpeg;base64,[A-Za-z0-9+/=]+/g, "");

const task = (...args: string[]) => runScript("tasks/evaluate.ts", args);

Deno.test("the task evaluates the shipped network on anybody's labelled galaxies", () =>
  inFolder(async (folder) => {
    const data = await smallSurvey(`${folder}/survey`);
    const json = `${folder}/figures.json`;
    const args = ["--data", data, "--transforms", "1", "--limit", "2", "--json", json];
    const refused = await task(...args);
    assert.equal(refused.code, 1);
    assert.match(
      refused.error,
      /^error: weights\/compact\.safetensors was trained on 8,021 galax/m,
    );
    assert.throws(() => Deno.statSync(json));

    const { code, out, error } = await task(...args, "--all");
    assert.equal(code, 0, error);
    assert.match(out, /^RMSE over 2 galaxies$/m);
    assert.match(out, /^question +the mean +one look$/m);
    const file = JSON.parse(await Deno.readTextFile(json));
    assert.equal(file.model, "compact");
    assert.equal(file.rmse.sixtyTransforms, undefined);
  }));

Deno.test("what the task cannot do it says before it begins", () =>
  inFolder(async (folder) => {
    const refused = async (args: string[], pattern: RegExp) => {
      const { code, error } = await task(...args);
      assert.equal(code, 1, error);
      assert.match(error, pattern);
      assert.doesNotMatch(error, /internal error|\n {4}at /);
    };
    await refused(["--lookz", "3"], /^error: there is no flag --lookz/m);
    await refused(["--transforms", "7"], /60.*1/);
    await refused(["compact", "extradense"], /name one model, as extradense; 2 were given/);
    await refused(["compakt"], /compact/);
    await refused(["compact", "--params", "weights/compact.safetensors"], /leave one out/);
    const twice = `${folder}/twice`;
    await refused(["--json", twice, "--report", twice], /twice is named twice/);
    await refused(["--params", twice, "--json", twice], /twice is named twice/);
    await refused(["--params", `${folder}/none.safetensors`], /none\.safetensors/);
    await refused(["--data", `${folder}/none`], /none does not exist\. Name another with --data/);
    await Deno.writeTextFile(`${folder}/file`, "");
    await refused(["--report", `${folder}/file/page.html`], /file cannot be written to/);
    await Deno.writeTextFile(`${folder}/wrong.safetensors`, "no parameters");
    await refused(["--params", `${folder}/wrong.safetensors`], /wrong\.safetensors/);
  }));
