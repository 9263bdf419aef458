/** A worker that measures galaxies with Source Extractor; see `measure.ts`. */
import { messageOf, UserError } from "../../errors.ts";
import { centralObject, type Generation, PARAMETER_KINDS } from "../../galaxy/sextractor.ts";
import { decodeImage } from "../images/source.ts";
import { extract } from "./program.ts";

export interface Batch {
  program: string;
  generation: Generation;
  /** The worker's own, prepared by `writeSettings`. */
  folder: string;
  paths: readonly string[];
}

/** The reply to a batch: a row for each of its images. */
export type Measured = { rows: number[][] } | { error: { message: string; ofUser: boolean } };

const port = self as unknown as {
  onmessage: (event: MessageEvent<Batch>) => void;
  postMessage(reply: Measured): void;
};

async function measure({ program, generation, folder, paths }: Batch): Promise<Measured> {
  const kind = PARAMETER_KINDS[generation];
  try {
    const rows: number[][] = [];
    for (const path of paths) {
      const rgb = await decodeImage(path);
      rows.push(centralObject(extract(program, folder, kind, rgb, path), kind));
    }
    return { rows };
  } catch (error) {
    return { error: { message: messageOf(error), ofUser: error instanceof UserError } };
  }
}

port.onmessage = async ({ data }) => port.postMessage(await measure(data));
