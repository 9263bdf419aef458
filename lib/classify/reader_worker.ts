/** A worker of `PictureReader`: is told once what to do with pictures, then given one after the other. */
import { messageOf, UserError } from "../errors.ts";
import type { FrameMeasure } from "../pictures/fit.ts";
import type { Failure } from "./inputs.ts";
import { type Item, measureIn, see, type Seen, type Treatment } from "./seen.ts";

/** The first message to a worker. */
export interface Setup extends Treatment {
  /** Where Source Extractor works, if it measures. */
  readonly folder: string | undefined;
}

/** A worker's reply when it is there, and to each picture. After an error it is of no use. */
export type Reply = Seen | Failure | { ready: true } | {
  error: { message: string; ofUser: boolean };
};

const port = self as unknown as {
  onmessage: (event: MessageEvent<Setup | Item>) => void;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
};

let treatment: Treatment;
let measure: Promise<FrameMeasure> | undefined;

port.onmessage = async ({ data }) => {
  if (!("path" in data)) {
    treatment = data;
    measure = data.folder === undefined ? undefined : measureIn(data.folder);
    return port.postMessage({ ready: true });
  }
  try {
    const reply = await see(data, treatment, await measure);
    const arrays = "pixels" in reply ? [reply.pixels, reply.views] : [];
    port.postMessage(reply, arrays.map(({ buffer }) => buffer as ArrayBuffer));
  } catch (error) {
    const ofUser = error instanceof UserError;
    port.postMessage({ error: { message: messageOf(error), ofUser } });
  }
};
