/** A worker that reads one picture, so that the page stays free while a large one is decoded. */
import { messageOf, UserError } from "../../lib/errors.ts";
import { readPictureFile } from "../picture_file.ts";
import type { Told, ToRead } from "./reader.ts";

const port = self as unknown as {
  onmessage: (event: MessageEvent<ToRead>) => void;
  postMessage(told: Told): void;
};

port.onmessage = async ({ data: { file, name } }) => {
  try {
    port.postMessage({ kind: "seen", seen: await readPictureFile(file, name) });
  } catch (error) {
    const ofUser = error instanceof UserError;
    port.postMessage({ kind: "problem", message: messageOf(error), ofUser });
  }
};
port.postMessage({ kind: "ready" });
