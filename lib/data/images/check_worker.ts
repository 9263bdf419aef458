/** A worker of `checkImages`: looks at one batch of files after the other. */
import { messageOf } from "../../errors.ts";
import { type CheckBatch, type CheckReply, lookAtFiles } from "./check.ts";

const port = self as unknown as {
  onmessage: (event: MessageEvent<CheckBatch>) => void;
  postMessage(reply: CheckReply): void;
};

async function reply(batch: CheckBatch): Promise<CheckReply> {
  try {
    return { looks: await lookAtFiles(batch) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

port.onmessage = async ({ data }) => port.postMessage(await reply(data));
