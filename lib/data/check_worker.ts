/** A worker of `checkImages`: looks at one batch of files after the other. */
import { messageOf } from "../errors.ts";
import { type CheckAnswer, type CheckBatch, lookAtFiles } from "./check_images.ts";

const port = self as unknown as {
  onmessage: (event: MessageEvent<CheckBatch>) => void;
  postMessage(answer: CheckAnswer): void;
};

async function answer(batch: CheckBatch): Promise<CheckAnswer> {
  try {
    return { looks: await lookAtFiles(batch) };
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

port.onmessage = async ({ data }) => port.postMessage(await answer(data));
