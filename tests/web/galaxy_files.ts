/** Files of galaxies for a browser, and the pixels that Deno reads from them. */
import { decodeJpeg } from "../../lib/data/jpeg/decode.ts";
import { encodeJpeg } from "../../lib/data/jpeg/encode.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { sharedPath } from "../shared.ts";
import { encodePng } from "./png.ts";

export interface GalaxyFile {
  readonly path: string;
  readonly name: string;
  readonly pixels: Uint8Array;
}

const SIDE = 424;

/** A PNG and a JPEG of drawn galaxies, written to a folder. */
export async function drawnFiles(folder: string): Promise<GalaxyFile[]> {
  const [first, second] = [1, 2].map((index) => syntheticGalaxy(3, index).pixels);
  await Deno.writeFile(`${folder}/drawn.png`, encodePng(first, SIDE));
  await Deno.writeFile(`${folder}/drawn.jpg`, await encodeJpeg(second, SIDE, SIDE, 75));
  return [
    { path: `${folder}/drawn.png`, name: "drawn.png", pixels: first },
    await jpegFile(`${folder}/drawn.jpg`, "drawn.jpg"),
  ];
}

/** The first galaxies of the competition's test set; none where it is not beside the repository. */
export async function realFiles(count: number): Promise<GalaxyFile[]> {
  const folder = sharedPath("galaxy-zoo/raw/images_test_rev1");
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort().slice(0, count);
    return await Promise.all(names.map((name) => jpegFile(`${folder}/${name}`, name)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.warn("SKIPPED, shared/galaxy-zoo is not beside the repository: real galaxies");
    return [];
  }
}

async function jpegFile(path: string, name: string): Promise<GalaxyFile> {
  const { rgb } = await decodeJpeg(await Deno.readFile(path), name);
  return { path, name, pixels: rgb };
}
