/** Who may use a cache's pixels: many readers, or one writer. A lock ends with its process. */
import { UserError } from "../../errors.ts";

/**
 * Keeps all others out until the file is closed.
 * @throws UserError when another process reads or writes it
 */
export function lockForWriting(file: Deno.FsFile, path: string) {
  if (tryLock(file, true)) return;
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
  if (tryLock(file, false)) return;
  throw new UserError(`${path} is being written by a cache task. Wait until it has ended`);
}

function tryLock(file: Deno.FsFile, exclusive: boolean): boolean {
  try {
    return file.tryLockSync(exclusive);
  } catch {
    // Some network file systems have no locks; there the checksums alone guard against mix-ups.
    return true;
  }
}
