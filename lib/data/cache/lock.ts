/** Who may use a cache's pixels: many readers, or one writer. A lock ends with its process. */
import { UserError } from "../../errors.ts";

/**
 * Keeps all others out until the file is closed; where the file system has no locks, that is said.
 * @throws UserError when another process reads or writes it
 */
export function lockForWriting(
  file: Deno.FsFile,
  path: string,
  warn: (text: string) => void = console.warn,
) {
  const locked = tryLock(file, true);
  if (locked === undefined) {
    warn(
      `note: ${path} is on a file system without locks: make sure that nothing else works on it`,
    );
  }
  if (locked !== false) return;
  throw new UserError(
    `${path} is in use: a training, a prediction or another cache task is at work on it. ` +
      `Wait until it has ended`,
  );
}

/**
 * Keeps writers out until the file is closed.
 * @throws UserError when `deno task cache` is writing it
 */
export function lockForReading(file: Deno.FsFile, path: string) {
  if (tryLock(file, false) !== false) return;
  throw new UserError(`${path} is being written by a cache task. Wait until it has ended`);
}

/** Whether it could be had; `undefined` where there are none: checksums alone guard against mix-ups. */
function tryLock(file: Deno.FsFile, exclusive: boolean): boolean | undefined {
  try {
    return file.tryLockSync(exclusive);
  } catch {
    return undefined;
  }
}
