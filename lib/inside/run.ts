/** What the network of a training sees, by the files of its run: a part of the run's page. */
import { decodeJpeg } from "../data/jpeg/decode.ts";
import { UserError } from "../errors.ts";
import { exists } from "../files/read.ts";
import { IMAGE_SIZE } from "../galaxy/transforms.ts";
import { rightOnes } from "../report/chosen.ts";
import type { Markup } from "../report/html.ts";
import { SHOWN } from "../report/run/galaxies.ts";
import type { RunPart } from "../report/run/parts.ts";
import type { RunLook } from "../runs/look.ts";
import { readTrained } from "../runs/trained.ts";
import { mostToTell } from "./choose.ts";
import { withProbe } from "./look_into.ts";
import { insideOfGalaxy } from "./page/galaxy.ts";

/**
 * A part for `writeRunReport`, for which a GPU computes. The page goes without where there is none, where
 * a file cannot be used, and of models that centre galaxies, since no file of a run says where these lie.
 * @param warn is told why it does, where somebody could mend it
 */
export function insideOfRun(warn: (text: string) => void): RunPart {
  return {
    id: "part-inside",
    of: (look) => [look.description.value, look.snapshot.value, look.parameters.value],
    async make(look) {
      try {
        return await sectionOf(look);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const { report } = look.folder;
        warn(`warning: ${report} does not show what the network sees: ${error.message}`);
      }
    },
  };
}

async function sectionOf(look: RunLook): Promise<Markup | undefined> {
  const { description: { value: run }, snapshot: { value: snapshot }, folder } = look;
  if (!run || !snapshot || run.model.preparation !== undefined) return undefined;
  // Before its first checkpoint a run has no parameters.
  if (!await exists(folder.parameters)) return undefined;
  const { labels, predicted, pictures, chunk } = snapshot;
  const pictured = new Map(pictures.map((picture) => [picture.row, picture]));
  const right = rightOnes(labels, predicted, SHOWN).filter(({ row }) => pictured.has(row));
  const chosen = mostToTell(right);
  if (!chosen) return undefined;
  const { id, jpeg } = pictured.get(chosen.row)!;
  const name = `galaxy ${id} in ${folder.snapshot}`;
  const { rgb: pixels } = await decodeJpeg(jpeg, name, { size: IMAGE_SIZE });
  const trained = await readTrained(folder.parameters, { model: run.model });
  const why = `one of the validation galaxies that it was right about after chunk ${chunk}`;
  return await withProbe(
    trained,
    (probe) => insideOfGalaxy(probe, { pixels, id, truth: chosen.observed, why }),
  );
}
