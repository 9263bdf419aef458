/** A worker of `fillCache`: one batch at a time. */
import { type CacheBatch, type CacheReply, CacheWriter } from "./writer.ts";

const port = self as unknown as {
  onmessage: (event: MessageEvent<CacheBatch>) => void;
  postMessage(reply: CacheReply): void;
};

const writer = new CacheWriter();

port.onmessage = async ({ data }) => port.postMessage(await writer.store(data));
