/** Small data that jobs start from. */
import { writeMarkedNpy } from "../../lib/formats/marked_npy.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { imagesAtHand } from "../../lib/data/images/marks.ts";
import { galaxiesMark } from "../../lib/marks.ts";
import { dataMark } from "../../lib/provenance.ts";
import { labelsText } from "../data/folder.ts";

/** Galaxies with labels, the last four of which are for validation. */
export const TRAIN_IDS = Array.from({ length: 40 }, (_, k) => 500 + k);
export const TEST_IDS = [9, 100, 1000];

export const imagePath = (data: string, set: "training" | "test", id: number) =>
  `${data}/images_${set}_rev1/${id}.jpg`;

/** A data folder in the competition's layout whose images nobody decodes. */
export async function makeData(data: string) {
  for (const [set, ids] of [["training", TRAIN_IDS], ["test", TEST_IDS]] as const) {
    await Deno.mkdir(`${data}/images_${set}_rev1`, { recursive: true });
    for (const id of ids) await Deno.writeTextFile(imagePath(data, set, id), `image ${id}`);
  }
  await Deno.writeTextFile(`${data}/training_solutions_rev1.csv`, labelsText(TRAIN_IDS));
}

/** Predictions of a synthetic network for the validation or the test galaxies of `makeData`. */
export async function makePrediction(
  data: string,
  path: string,
  set: "valid" | "test",
  value: (row: number, answer: number) => number,
) {
  const ids = set === "valid" ? TRAIN_IDS.slice(-4) : TEST_IDS;
  const folder = set === "valid" ? "training" : "test";
  const images = await imagesAtHand(ids.map((id) => imagePath(data, folder, id)));
  const predicted = Float32Array.from(
    { length: ids.length * ANSWER_COUNT },
    (_, k) => value(Math.floor(k / ANSWER_COUNT), k % ANSWER_COUNT),
  );
  const { text, quick } = images;
  await writeMarkedNpy(path, { shape: [ids.length, ANSWER_COUNT], data: predicted }, {
    kind: "prediction",
    marks: {
      model: dataMark("invented", "an invented model"),
      parameters: dataMark("invented", "invented parameters"),
      transforms: dataMark(1, "no transforms"),
      galaxies: galaxiesMark(ids),
      images: { text, quick, digest: await images.digest() },
    },
    facts: { set },
  });
}
