/** A worker that draws pictures and writes them as JPEG files; see `workers.ts`. */
import { encodeJpeg } from "../data/jpeg/encode.ts";
import { messageOf, UserError } from "../errors.ts";
import { fileError } from "../files/explain.ts";
import { PICTURE_SIZE } from "./canvas.ts";
import { galaxyAt, galaxyRandom } from "./catalogue.ts";
import { renderPicture } from "./render.ts";
import type { Picture } from "./workers.ts";

export interface Batch {
  seed: number;
  pictures: readonly Picture[];
}

/** The reply to a batch. */
export interface Done {
  drawn: number;
  error?: { message: string; ofUser: boolean };
}

/** That of the competition's files. */
const QUALITY = 75;

const port = self as unknown as {
  onmessage: (event: MessageEvent<Batch>) => void;
  postMessage(done: Done): void;
};

async function draw({ seed, pictures }: Batch): Promise<Done> {
  try {
    for (const { index, path } of pictures) {
      const galaxy = galaxyAt(seed, index);
      const rgb = renderPicture(galaxy, galaxyRandom(seed, index, "sky"), seed);
      await write(path, await encodeJpeg(rgb, PICTURE_SIZE, PICTURE_SIZE, QUALITY));
    }
    return { drawn: pictures.length };
  } catch (error) {
    return { drawn: 0, error: { message: messageOf(error), ofUser: error instanceof UserError } };
  }
}

/** In place: a survey that was interrupted is drawn again, so no picture of it is trusted. */
async function write(path: string, jpeg: Uint8Array) {
  try {
    await Deno.writeFile(path, jpeg);
  } catch (error) {
    throw fileError(error, path, "written");
  }
}

port.onmessage = async ({ data }) => port.postMessage(await draw(data));
