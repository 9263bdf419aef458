/** Reads the pictures of files, beside the page. */
import "../dom.ts";
import { UserError } from "../../lib/errors.ts";
import type { Seen } from "../framed.ts";

/** Beside the page: the bundle of reader_worker.ts. */
const WORKER = "read.js";

/** What the worker is sent. */
export interface ToRead {
  readonly file: Blob;
  readonly name: string;
}

/** What it tells: that it can be asked, and what has become of it. */
export type Told =
  | { readonly kind: "ready" }
  | { readonly kind: "seen"; readonly seen: Seen }
  | { readonly kind: "problem"; readonly message: string; readonly ofUser: boolean };

/**
 * Decodes a picture and frames it, as `readPictureFile` does, in a worker of its own.
 * @throws UserError when it cannot be read
 */
export async function readElsewhere(file: File): Promise<Seen> {
  const worker = new Worker(new URL(WORKER, document.baseURI), { type: "module" });
  try {
    return await new Promise<Seen>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Told>) => {
        // What is sent before it listens is lost: it compiles its codec first.
        if (data.kind === "ready") worker.postMessage({ file, name: file.name } satisfies ToRead);
        else if (data.kind === "seen") resolve(data.seen);
        else reject(data.ofUser ? new UserError(data.message) : new Error(data.message));
      };
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new UserError(event.message || `${WORKER} could not be loaded`));
      };
    });
  } finally {
    worker.terminate();
  }
}
