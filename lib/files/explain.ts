/** What went wrong with a file, as a sentence: the system's error codes in words, and what to do. */
import { constants } from "node:os";
import { messageOf, UserError } from "../errors.ts";

/** Deno refuses everything below /dev unless it is granted all permissions there are. */
export const DEV_ADVICE = "Deno opens no file under /dev without every permission. Mount a file " +
  'system in memory elsewhere, as with "mount -t tmpfs -o size=80G tmpfs /mnt/galaxies", and use ' +
  "that folder. On a disk it is as fast once it has been read, where memory is free for it";

/** Reason and advice by the system's code; the advice may depend on whether something was written. */
const REASONS: Readonly<Record<string, { reason: string; read: string; write: string }>> = {
  ENOENT: {
    reason: "there is no such file or folder",
    read: "Is the name right?",
    write: "Was its folder removed meanwhile?",
  },
  EACCES: {
    reason: "permission denied",
    read: "Ask its owner, or change its permissions",
    write: "Choose another place, or change its permissions",
  },
  EPERM: {
    reason: "the system does not permit it",
    read: "Ask its owner, or change its permissions",
    write: "Choose another place, or change its permissions",
  },
  EROFS: {
    reason: "its file system is read-only",
    read: "Mount it for writing",
    write: "Choose another place, or mount it for writing",
  },
  EISDIR: {
    reason: "it is a folder",
    read: "Name a file in it",
    write: "Choose another name, or remove the folder",
  },
  ENOTDIR: {
    reason: "something on the way to it is a file, not a folder",
    read: "Is the name right?",
    write: "Choose another place, or remove that file",
  },
  EEXIST: {
    reason: "there is something of that name already",
    read: "Is the name right?",
    write: "Choose another name, or remove it",
  },
  ENOTEMPTY: {
    reason: "the folder is not empty",
    read: "Look what is in it",
    write: "Choose another place, or empty it",
  },
  ELOOP: {
    reason: "its symbolic links lead in a circle",
    read: "Mend the link",
    write: "Mend the link, or choose another place",
  },
  ENAMETOOLONG: {
    reason: "its name is too long",
    read: "Use a shorter one",
    write: "Use a shorter one",
  },
  ENOSPC: {
    reason: "the disk is full",
    read: "Free some space",
    write: "What was there before is intact. Free some space and run again",
  },
  EDQUOT: {
    reason: "your quota on that disk is used up",
    read: "Free some space",
    write:
      "What was there before is intact. Free some space, or choose another disk, and run again",
  },
  EFBIG: {
    reason: "it is larger than its file system allows",
    read: "Use another file system",
    write: "Choose another place",
  },
  EIO: {
    reason: "the disk or the network behind it reports an error (EIO)",
    read: "Try again; if it stays, look at the disk",
    write: "Try again; if it stays, look at the disk",
  },
  ESTALE: {
    reason: "the network's file server no longer knows it: another machine removed or replaced it",
    read: "Try again; if it stays, mount it again",
    write: "Try again; if it stays, mount it again",
  },
  EPIPE: {
    reason: "whatever was to read it is gone",
    read: "Run again",
    write: "Run again",
  },
  EBUSY: {
    reason: "it is in use",
    read: "Try again",
    write: "Try again",
  },
  ETXTBSY: {
    reason: "it is a program that is running",
    read: "Try again",
    write: "Choose another name",
  },
  EMFILE: {
    reason: "too many files are open",
    read: "Use fewer --workers, or raise the limit (ulimit -n)",
    write: "Use fewer --workers, or raise the limit (ulimit -n)",
  },
  ENXIO: {
    reason: "it is no ordinary file",
    read: "Name an ordinary file",
    write: "Choose another name",
  },
};

/** Deno does not let the program at a file. */
export class NotPermittedError extends UserError {}

/**
 * An error of a file operation as one for people. Errors that are none of the system's, our own
 * mistakes, come back as they are.
 * @param doing the end of "cannot be …", as `read` or `written`
 */
export function fileError(error: unknown, path: string, doing: string): unknown {
  if (error instanceof UserError) return error;
  if (error instanceof Deno.errors.NotCapable) {
    if (/(^|[ "'])\/dev\//.test(messageOf(error)) || path.startsWith("/dev/")) {
      return new UserError(`${path} cannot be ${doing}. ${DEV_ADVICE}`);
    }
    return new NotPermittedError(
      `${path} cannot be ${doing}: the program was not given that permission`,
    );
  }
  const code = codeOf(error);
  const known = code === undefined ? undefined : REASONS[code];
  if (!known) return error;
  const advice = doing === "read" ? known.read : known.write;
  return new UserError(`${path} cannot be ${doing}: ${known.reason}. ${advice}`, { cause: error });
}

/** The system's code of an error, as `ENOSPC`. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === "string") return code;
  // Deno knows not all codes, but says all numbers.
  const number = /\(os error (\d+)\)/.exec(error instanceof Error ? error.message : "")?.[1];
  return number === undefined ? undefined : NUMBERED.get(Number(number));
}

/** Windows has numbers of its own. */
const NUMBERED = new Map(
  Deno.build.os === "windows"
    ? []
    : Object.entries(constants.errno).map(([code, number]) => [number, code]),
);

/**
 * Whether the server of a network no longer knows what is open here: another machine has replaced or
 * removed it. Its name may lead to something new.
 */
export function isStale(error: unknown): boolean {
  return [error, (error as Error | undefined)?.cause].some((one) => codeOf(one) === "ESTALE");
}

/** Whether there is nothing of that name, rather than something that cannot be reached. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** Whether a disk or a quota is full. */
export function isFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(codeOf(error) ?? codeOf((error as Error)?.cause) ?? "");
}
