/** Reads, frames and describes a picture in a worker. */
import { describePicture } from "../../lib/pictures/describe.ts";
import { framePicture } from "../../lib/pictures/frame.ts";
import { readPicture } from "../../lib/pictures/read.ts";

self.onmessage = async ({ data }: MessageEvent<Uint8Array>) => {
  const framed = framePicture(await readPicture(data), { kind: "fit" });
  self.postMessage({ framed, statistics: describePicture(framed) });
};
