/** What to do about an error, in the words of a command line: libraries say only what is so. */
import { NotPermittedError } from "../files/explain.ts";
import {
  AdapterLimitError,
  DeviceLostError,
  NoAdapterError,
  OutOfMemoryError,
} from "../gpu/device.ts";
import type { Flags } from "./flags.ts";

/**
 * Sentences to stand behind an error's message, which has no full stop; none where there is nothing
 * to be done.
 * @param flags those of the task, of which only its own are named
 */
export function adviceOn(error: Error, flags: Flags): string {
  if (error instanceof NotPermittedError) {
    return ". Start the task with ./run, which grants what the command line names";
  }
  if (error instanceof NoAdapterError) {
    return ". Start tasks through ./run, which installs a software one where there is none";
  }
  if (error instanceof DeviceLostError) {
    const again = "resume" in flags ? ": run the same command with --resume" : "";
    return `. What was saved before is intact${again}`;
  }
  const batch = ["batch-size", "batch"].find((name) => name in flags);
  if (error instanceof OutOfMemoryError) {
    const smaller = batch === undefined ? "" : `, or make --${batch} smaller`;
    return `. Close other programs that use it${smaller}`;
  }
  if (error instanceof AdapterLimitError && batch !== undefined) {
    return `. Make --${batch} smaller`;
  }
  return "";
}
