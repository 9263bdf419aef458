/** A worker of `ViewProducer`: receives its images once, then jobs; replies to each job. */
import { messageOf, UserError } from "../../errors.ts";
import type { CachedImages } from "../cache/cached_images.ts";
import { type ImageCache, ImageSource } from "../images/source.ts";
import { type Job, workOn } from "./job.ts";

/** The first message to a worker. */
export interface Setup {
  paths: readonly string[];
  cache: ImageCache | undefined;
  stored: CachedImages | undefined;
  /** Shared; see `ViewProducerOptions`. */
  preparations: Float64Array | undefined;
}

/** A worker's reply when nothing is left of a job. */
export interface Reply {
  id: number;
  error?: { message: string; ofUser: boolean };
}

const port = self as unknown as {
  onmessage: (event: MessageEvent<Setup | Job>) => void;
  postMessage(reply: Reply): void;
};

let images: ImageSource;
let preparations: Float64Array | undefined;

async function reply(job: Job): Promise<Reply> {
  try {
    await workOn(job, images, preparations);
    return { id: job.id };
  } catch (error) {
    const ofUser = error instanceof UserError;
    return { id: job.id, error: { message: messageOf(error), ofUser } };
  }
}

/** The job at work and those behind it: one after the other, so that the first is done first. */
let queue = Promise.resolve();

port.onmessage = ({ data }) => {
  if ("paths" in data) {
    images = new ImageSource(data.paths, data.cache, data.stored);
    preparations = data.preparations;
  } else {
    queue = queue.then(async () => port.postMessage(await reply(data)));
  }
};
