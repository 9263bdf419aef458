/**
 * The real Source Extractor as the last measure of a galaxy, where it is installed. It sees the frame that
 * our own measure found, so it works on what Galaxy Zoo's pictures are, with the settings of the
 * `pysexgen1` models (docs/sextractor.md).
 */
import { extract, findSourceExtractor, writeSettings } from "../data/sextractor/program.ts";
import { centralObject, PARAMETER_KINDS } from "../galaxy/sextractor.ts";
import type { FrameMeasure } from "./fit.ts";

const KIND = PARAMETER_KINDS.gen1;
const RADIUS = KIND.columns.indexOf("flux_radius");
/**
 * R90 for the radius of half of the light: of what Source Extractor measures in Galaxy Zoo's pictures, it
 * scatters least (docs/pictures.md §4).
 */
const TO_R90 = 1.468;

/**
 * Prepares Source Extractor.
 * @param folder an empty one to work in, of this measure's own
 * @throws UserError when it is not installed; `measure` throws when it fails
 */
export async function sourceExtractor(folder: string): Promise<FrameMeasure> {
  const program = await findSourceExtractor();
  await writeSettings(folder, KIND);
  return {
    name: "Source Extractor",
    measure(pixels) {
      const objects = extract(program, folder, KIND, pixels, "the picture");
      const row = centralObject(objects, KIND);
      const radius = TO_R90 * row[RADIUS];
      // It counts pixels from 1.
      return radius > 0 ? { x: row[0] - 1, y: row[1] - 1, radius } : undefined;
    },
  };
}
