/** `deno task watch`: a page on this machine that follows trainings through their files. */
import { UserError } from "../errors.ts";
import { RUNS_FOLDER } from "../runs/found.ts";
import { FollowedRuns } from "./runs.ts";
import { WatchServer } from "./serve.ts";

export interface WatchOptions {
  /** Folders of runs; all below `analysis/final`, if there are none. */
  readonly folders: readonly string[];
  /** 0 takes a free one. */
  readonly port: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /** Is told the address. */
  listening(address: string): void;
}

/**
 * Serves the pages until it is ended.
 * @throws UserError when the port cannot be had
 */
export async function watch({ folders, port, signal, listening }: WatchOptions) {
  const runs = folders.length > 0 ? FollowedRuns.named(folders) : FollowedRuns.below(RUNS_FOLDER);
  const server = new WatchServer(runs, folders.length > 0 ? folders.join(", ") : RUNS_FOLDER);
  try {
    await Deno.serve({
      hostname: "127.0.0.1",
      port,
      ...(signal ? { signal } : {}),
      onListen: ({ port }) => listening(`http://127.0.0.1:${port}/`),
    }, server.answer).finished;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new UserError(`port ${port} is in use. Choose another --port, or leave it out`);
    }
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new UserError(`port ${port} is not for everybody. Choose a --port above 1023`);
    }
    throw error;
  } finally {
    server.close();
  }
}
