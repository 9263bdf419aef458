/** A worker of `fillCache`: one batch at a time. */
import { type CacheAnswer, type CacheBatch, CacheWriter } from "./cache_writer.ts";

const port = self as unknown as {
  onmessage: (event: MessageEvent<CacheBatch>) => void;
  postMessage(answer: CacheAnswer): void;
};

const writer = new CacheWriter();

port.onmessage = async ({ data }) => port.postMessage(await writer.store(data));
