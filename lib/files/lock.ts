/**
 * A folder that only one process works on: a lock of the system's on a file in it, which ends with
 * its process, however that ends.
 */
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { fileError, isAbsent, isStale } from "./explain.ts";
import { writeAll } from "./atomic.ts";

const NAME = "run.lock";
/** Whoever has just taken a folder is given so long to say who it is, and is asked so often. */
const TELL_MS = 1000;
const LOOK_MS = 20;

export class FolderLock {
  readonly #folder: string;
  readonly #file: Deno.FsFile;

  private constructor(folder: string, file: Deno.FsFile) {
    this.#folder = folder;
    this.#file = file;
  }

  /**
   * Takes a folder, which is made where it is missing.
   * @param who what the next one is told, as `train:extradense`
   * @throws UserError naming who has it, and when nothing can be written there
   */
  static async take(
    folder: string,
    who: string,
    warn: (text: string) => void = console.warn,
  ): Promise<FolderLock> {
    const path = join(folder, NAME);
    try {
      for (;;) {
        await Deno.mkdir(folder, { recursive: true });
        const file = await Deno.open(path, { read: true, write: true, create: true });
        try {
          const locked = lockOf(file);
          if (locked === false) throw await inUse(folder, file);
          // At once, so that nobody is told of the last owner, who left it when it was killed.
          file.truncateSync();
          if (locked === undefined) {
            warn(
              `note: ${folder} is on a file system without locks: make sure that nothing else ` +
                "works on it",
            );
          }
          const lock = new FolderLock(folder, file);
          // Between opening and locking, its last owner may have removed it.
          if (await lock.#isThere()) {
            const holder = { task: who, process: Deno.pid, since: new Date().toISOString() };
            await writeAll(file, new TextEncoder().encode(JSON.stringify(holder) + "\n"));
            return lock;
          }
          file.close();
        } catch (error) {
          file.close();
          throw error;
        }
      }
    } catch (error) {
      throw fileError(error, folder, "written to");
    }
  }

  /**
   * To be called before something is written to the folder.
   * @throws UserError when the folder was removed, another one is in its place, or nobody can tell
   */
  async check() {
    if (await this.#isThere()) return;
    throw new UserError(
      `${this.#folder} was removed or replaced while it was in use: nothing more can be saved there`,
    );
  }

  async #isThere(): Promise<boolean> {
    try {
      const ours = await this.#file.stat();
      const there = await Deno.stat(join(this.#folder, NAME));
      // Windows knows no inodes, and lets nobody remove what is open.
      return there.ino === ours.ino && there.dev === ours.dev;
    } catch (error) {
      if (isAbsent(error) || isStale(error)) return false;
      throw fileError(error, this.#folder, "used");
    }
  }

  /** Gives the folder back. */
  async release() {
    // Removed while it is still locked, so that nobody else can have taken it.
    if (await this.#isThere().catch(() => false)) {
      await Deno.remove(join(this.#folder, NAME)).catch(() => {});
    }
    this.#file.close();
  }
}

/** Whether the lock could be had; `undefined` where the file system has none. */
function lockOf(file: Deno.FsFile): boolean | undefined {
  try {
    return file.tryLockSync(true);
  } catch {
    return undefined;
  }
}

async function inUse(folder: string, file: Deno.FsFile): Promise<UserError> {
  let holder = await holderIn(file);
  for (let patience = 0; holder === undefined && patience < TELL_MS; patience += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    holder = await holderIn(file);
  }
  return new UserError(
    `${folder} is in use by ${holder ?? "another process"}. Wait until it has ended, or choose ` +
      "another folder",
  );
}

async function holderIn(file: Deno.FsFile): Promise<string | undefined> {
  const text = new Uint8Array(1000);
  await file.seek(0, Deno.SeekMode.Start);
  const count = await file.read(text) ?? 0;
  try {
    const { task, process, since } = JSON.parse(new TextDecoder().decode(text.subarray(0, count)));
    return `${task} (process ${process}, since ${since})`;
  } catch {
    // It has not said yet who it is.
  }
}
