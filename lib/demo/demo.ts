/** The main job in small: synthetic galaxies, a little network, a submission, a report. */
import { commandLine } from "../called.ts";
import { sha256 } from "../files/digest.ts";
import { checkImages } from "../data/images/check.ts";
import { openDataset } from "../data/dataset.ts";
import { split } from "../data/chunks.ts";
import { ViewProducer } from "../data/views/workers.ts";
import { writeMarkedNpy } from "../formats/marked_npy.ts";
import { readLabels } from "../data/labels.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import type { Gpu } from "../gpu/device.ts";
import { imagesMark } from "../marks.ts";
import { makeSurvey } from "../synthetic/survey.ts";
import { averagedPrediction } from "../predict/averaging.ts";
import { DEMO_PLAN, demoModel } from "./model.ts";
import { reportPictures } from "./pictures.ts";
import { type RunDescription, writeDescription } from "../runs/description.ts";
import { readHistory } from "../runs/history.ts";
import { predictionMarks } from "../predict/sets.ts";
import { formatDuration, Progress } from "../cli/progress.ts";
import { writeReport } from "../report/report.ts";
import { baselineRmse, rmse } from "../galaxy/rmse.ts";
import { RunFolder } from "../runs/folder.ts";
import { PAPER_SETTINGS, type TrainSettings } from "../runs/settings.ts";
import type { StopSignal } from "../cli/stop_signal.ts";
import { submitPrediction } from "../predict/submit.ts";
import { readTensors } from "../runs/tensor_files.ts";
import { Trainer } from "../train/trainer.ts";
import { dataMarks } from "../runs/marks.ts";
import { VERSION } from "../version.ts";

const SETTINGS: TrainSettings = { ...PAPER_SETTINGS, ...DEMO_PLAN };
const TRAINING_GALAXIES = 1200;
const TEST_GALAXIES = 60;
/** Upright and mirrored, and turned by 36° and 72°: the first of the sixty at the middle zoom. */
const TRANSFORMS = Uint8Array.of(20, 21, 22, 23, 24, 25);

export interface DemoOptions {
  /** Folder of everything the demo makes. */
  readonly out: string;
  readonly seed: number;
  readonly workers: number;
  readonly stop: StopSignal;
}

/**
 * Runs the demo and says what happened. Returns the exit code.
 * @throws UserError when another one works in the same folder, or nothing can be written there
 */
export async function runDemo(gpu: Gpu, options: DemoOptions): Promise<number> {
  const folder = new RunFolder(`${options.out}/run`);
  await folder.take("demo");
  try {
    return await demonstrate(gpu, folder, options);
  } finally {
    await folder.release();
  }
}

async function demonstrate(
  gpu: Gpu,
  folder: RunFolder,
  { out, seed, workers, stop }: DemoOptions,
): Promise<number> {
  const settings = { ...SETTINGS, seed };
  const say = (text: string) => console.log(text);
  say(`1/4  drawing ${TRAINING_GALAXIES + TEST_GALAXIES} synthetic galaxies …`);
  const survey = `${out}/survey`;
  await makeSurvey({ out: survey, train: TRAINING_GALAXIES, test: TEST_GALAXIES, seed, workers });
  const { train, test } = await openDataset(survey, { need: { train: true, test: true } });

  say("2/4  training a small network of the same family …");
  const { training } = split(train.paths.length);
  const producer = new ViewProducer({ workers, paths: train.paths });
  const progress = new Progress();
  const started = performance.now();
  try {
    const images = imagesMark(await checkImages(train.paths, { size: IMAGE_SIZE, workers }));
    const marks = dataMarks({ ...train, preparations: undefined }, images);
    const data = { producer, labels: train.labels, trainingCount: training, marks };
    const trainer = await Trainer.prepare(gpu, demoModel, settings, data, folder, {
      resume: false,
      checkpointSeconds: Infinity,
      onProgress: (state) => progress.update(state),
      stopRequested: () => stop.requested,
    });
    const description: RunDescription = {
      model: demoModel,
      settings,
      training,
      validation: train.paths.length - training,
      marks,
      adapter: gpu.name,
      tiles: sha256(trainer.network.plan),
      versions: { galaxies: VERSION, deno: Deno.version.deno },
      started: new Date().toISOString(),
    };
    await writeDescription(folder.description, description);
    const outcome = await trainer.train();
    progress.close();
    if (!outcome.finished) {
      say("stopped; the galaxies stay, the training starts anew next time");
      return stop.exitCode;
    }
    const finished = new Date().toISOString();
    await writeDescription(folder.description, { ...description, finished });
    const { network } = trainer;
    const trained = (performance.now() - started) / 1000;

    say(`3/4  predicting ${test.paths.length} test galaxies …`);
    const testProducer = new ViewProducer({ workers, paths: test.paths });
    const predicted = await averagedPrediction(network, testProducer, test.paths.length, TRANSFORMS)
      .finally(() => testProducer.close());
    const prediction = `${out}/prediction.npy.gz`;
    const parameters = await readTensors(folder.parameters, "parameters");
    const galaxies = { ids: test.ids, preparations: undefined };
    const pictures = imagesMark(await checkImages(test.paths, { size: IMAGE_SIZE, workers }));
    const seen = String(TRANSFORMS.length);
    const array = { shape: [test.paths.length, ANSWER_COUNT], data: predicted! };
    await writeMarkedNpy(prediction, array, {
      kind: "prediction",
      marks: predictionMarks(demoModel, galaxies, pictures, parameters.digest, seen),
      facts: { version: VERSION },
    });
    const submission = `${out}/submission.csv.gz`;
    const quiet = { say: () => {}, warn: say };
    const file = { data: survey, prediction, out: submission, acceptUnmarked: false };
    await submitPrediction({ ...file, ...quiet });

    say("4/4  writing the report …");
    const baseline = baselineRmse(
      train.labels.subarray(0, training * ANSWER_COUNT),
      train.labels.subarray(training * ANSWER_COUNT),
      ANSWER_COUNT,
    );
    const truth = await readLabels(`${survey}/test_solutions.csv`);
    const testRmse = rmse(predicted!, truth.labels);
    const report = `${out}/report.html`;
    await writeReport(report, {
      title: "Galaxy Zoo, a demonstration",
      model: demoModel.name,
      adapter: gpu.name,
      settings: [
        ["Training galaxies", String(training)],
        ["Validation galaxies", String(train.paths.length - training)],
        ["Test galaxies", String(test.paths.length)],
        ["Images seen in training", imagesSeen(settings)],
        ["Minibatch", String(settings.batchSize)],
        ["Learning rate", `${settings.learningRate}, a tenth from 72 %, a hundredth from 92 %`],
        ["Parameters", network.parameterCount.toLocaleString("en")],
        ["Seed", String(seed)],
        ["Training time", formatDuration(trained)],
        ["Version", VERSION],
      ],
      history: await readHistory(folder.history),
      baselineRmse: baseline,
      validRmse: outcome.validRmse!,
      test: { rmse: testRmse, galaxies: test.paths.length, looks: TRANSFORMS.length },
      ...await reportPictures(network, producer, {
        train,
        test,
        predicted: predicted!,
        truth: truth.labels,
        seed,
      }),
    });
    const valid = outcome.validRmse!;
    say(
      `\nvalidation RMSE ${valid.toFixed(4)}; ${baseline.toFixed(4)} for predicting the mean: ` +
        `${(valid / baseline).toFixed(2)} of it\n` +
        `test RMSE ${testRmse.toFixed(4)}, averaged over ${TRANSFORMS.length} transforms\n` +
        `report      ${report}\n` +
        `submission  ${submission}\n\n` +
        "What to try next:\n" +
        suggestion("survey --help", "draw galaxies of your own") +
        suggestion("train:extradense --help", "train the best single model of the paper") +
        suggestion("verify", "compare every kernel with its reference on this adapter").trimEnd(),
    );
    return 0;
  } finally {
    progress.close();
    producer.close();
  }
}

function imagesSeen({ chunks, chunkSize }: TrainSettings): string {
  return `${(chunks * chunkSize).toLocaleString("en")}, in ${chunks} chunks of ${chunkSize}`;
}

function suggestion(task: string, what: string): string {
  return `  ${commandLine(task)}\n    ${what}\n`;
}
