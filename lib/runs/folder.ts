/** The folder of a training run, `analysis/final/<model>/`: its files, and who works on it. */
import { UserError } from "../errors.ts";
import { requireWritable, type WriteOptions } from "../files/atomic.ts";
import { FolderLock } from "../files/lock.ts";
import { exists } from "../files/read.ts";

/** For all files of runs: whoever removes the folder of one that is going on does not find it again. */
export const IN_RUN_FOLDER: WriteOptions = { makeFolder: false };

export class RunFolder {
  #lock: FolderLock | undefined;
  /** Whether there was no such folder before it was taken. */
  #made = false;
  /** Files of the run that have been written or read: they have to stay. */
  readonly #kept = new Set<string>();

  constructor(readonly path: string) {}

  get parameters(): string {
    return `${this.path}/params.safetensors`;
  }
  get checkpoint(): string {
    return `${this.path}/checkpoint.safetensors`;
  }
  /** The checkpoint before the last. */
  get previousCheckpoint(): string {
    return `${this.path}/checkpoint.previous.safetensors`;
  }
  /** The newest checkpoint, before it takes the place of the last. */
  get nextCheckpoint(): string {
    return `${this.path}/checkpoint.next.safetensors`;
  }
  get history(): string {
    return `${this.path}/history.jsonl`;
  }
  get description(): string {
    return `${this.path}/run.json`;
  }
  /** What the last validation saw, for the report. */
  get snapshot(): string {
    return `${this.path}/snapshot.safetensors`;
  }
  /** The page of the run; made of the other files. */
  get report(): string {
    return `${this.path}/report.html`;
  }

  /** Every file that decides what the run is, and how it goes on. */
  get files(): string[] {
    return [
      this.description,
      this.checkpoint,
      this.parameters,
      this.history,
      this.previousCheckpoint,
      this.nextCheckpoint,
    ];
  }

  /** The files of a run that are there. */
  async found(): Promise<string[]> {
    const found: string[] = [];
    for (const path of this.files) if (await exists(path)) found.push(path);
    return found;
  }

  /**
   * Takes the folder, which is made where it is missing, until `release`.
   * @param task what the next one is told, as `train:extradense`
   * @throws UserError naming who has it, and when the files of a run cannot be written there
   */
  async take(task: string, warn?: (text: string) => void) {
    this.#made = !await exists(this.path);
    this.#lock = await FolderLock.take(this.path, task, warn);
    try {
      for (const path of this.files) await requireWritable(path);
    } catch (error) {
      await this.release();
      throw error;
    }
  }

  /** Gives the folder back, and leaves none behind that is new and empty. */
  async release() {
    await this.#lock?.release();
    this.#lock = undefined;
    if (this.#made) await Deno.remove(this.path).catch(() => {});
  }

  /** Says that a file of the run is there, and has to stay. */
  keep(path: string) {
    this.#kept.add(path);
  }

  /**
   * To be called before something is written.
   * @throws UserError when the folder or a file of the run was removed meanwhile
   */
  async check() {
    await this.#lock?.check();
    for (const path of this.#kept) {
      if (await exists(path)) continue;
      throw new UserError(
        `${path} was removed while the run was going on. Nothing more is written, so that what is ` +
          "left stays as it is: put it back and go on with --resume, or start anew in another folder",
      );
    }
  }
  /**
   * Writes something, if the folder is still the one that was taken.
   * @throws UserError when the folder or a file of the run was removed meanwhile; what `write` throws
   */
  async write(write: () => Promise<unknown>) {
    await this.check();
    try {
      await write();
    } catch (error) {
      // Why it failed, where it was removed just now.
      await this.check();
      throw error;
    }
  }
}
