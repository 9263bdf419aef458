/** A worker that trains, so that the page stays free. */
import { messageOf } from "../../lib/errors.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { train } from "./course.ts";
import type { News } from "./messages.ts";

const tell = (news: News) =>
  (self as unknown as { postMessage(news: News): void }).postMessage(news);
try {
  const gpu = await openGpu();
  try {
    await train(gpu, tell);
  } finally {
    gpu.close();
  }
} catch (error) {
  tell({ kind: "problem", message: messageOf(error) });
}
