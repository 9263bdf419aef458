/** Which of the sixteen parts matter: what the answers become without one of them. */
import { PARTS } from "../galaxy/parts.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import { IMAGE_FLOATS, IMAGE_SIZE, NO_AUGMENTATION } from "../galaxy/transforms.ts";
import { download, upload } from "../gpu/memory.ts";
import { viewsOf } from "../library/pixels.ts";
import { skyColour } from "../pictures/sky.ts";
import { type Probe, PROBE_BATCH } from "./probe.ts";

/**
 * The answers (16, 37) to a picture whose part 0, 1, … shows nothing but sky: the features of each part
 * are those of empty sky in turn, and the layers after the merging judge them.
 * @param pixels (424, 424, 3) bytes
 */
export async function withoutEachPart(
  { network }: Probe,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const views = new Float32Array(PROBE_BATCH * IMAGE_FLOATS);
  views.set(viewsOf(pixels, [NO_AUGMENTATION], undefined), 0);
  views.set(viewsOf(emptySky(pixels), [NO_AUGMENTATION], undefined), IMAGE_FLOATS);
  network.load(views);
  network.run("predict", 1);
  const merged = network.layers.find(({ label }) => label === "merge")!.output;
  const features = await download(network.gpu, merged.value, merged.channels * PROBE_BATCH);
  const each = merged.channels / PARTS;
  for (let feature = 0; feature < merged.channels; feature++) {
    const row = features.subarray(feature * PROBE_BATCH, (feature + 1) * PROBE_BATCH);
    const [galaxy, sky] = row;
    row.fill(galaxy);
    row[Math.floor(feature / each)] = sky;
  }
  network.seek({ slot: 0 });
  upload(network.gpu, merged.value, features);
  network.run("judge", 1);
  return (await network.answers(PARTS)).slice(0, PARTS * ANSWER_COUNT);
}

function emptySky(pixels: Uint8Array): Uint8Array {
  const sky = skyColour(pixels, IMAGE_SIZE, IMAGE_SIZE).map(({ median }) => median);
  return pixels.map((_, at) => sky[at % 3]);
}
