/** Tries a job with one fault after the other, and judges what is left. */
import { basename, dirname, join } from "node:path";
import { messageOf, UserError } from "../../lib/errors.ts";
import { ends, type Fault, Killed, type Kind, KINDS, type Operation, possible } from "./faults.ts";
import { type Ending, withFault } from "./inject.ts";
import type { Job } from "./job.ts";
import { restore, sameBytes, type Snapshot, snapshotOf } from "./snapshot.ts";

/** How the start with the fault ended, and what it took to end with the same bits. */
export interface Outcome {
  readonly first: "unharmed" | "refused" | "killed";
  /** Whether the next start was refused, and its advice followed. */
  readonly advised: boolean;
}

/** A promise of the project that was not kept. */
export class Broken extends Error {
  override name = "Broken";
}

export class Trial {
  readonly job: Job;
  readonly #folder: string;
  readonly #before: Snapshot;
  readonly #after: Snapshot;
  /** Of an undisturbed start. */
  readonly operations: readonly Operation[];

  private constructor(
    job: Job,
    folder: string,
    before: Snapshot,
    after: Snapshot,
    operations: readonly Operation[],
  ) {
    this.job = job;
    this.#folder = folder;
    this.#before = before;
    this.#after = after;
    this.operations = operations;
  }

  /** Does the job without a fault, twice: it has to give the same bits. @throws Broken if not */
  static async open(job: Job, folder: string): Promise<Trial> {
    await quietly(() => job.prepare(folder));
    const before = snapshotOf(folder);
    const { operations, thrown } = await quietly(() =>
      withFault(folder, undefined, () => job.start(folder))
    );
    if (thrown) throw thrown.error;
    const trial = new Trial(job, folder, before, snapshotOf(folder), operations);
    trial.#requireOthers();
    // The next starts of a costly job will show it.
    if (!job.costly) {
      restore(folder, before);
      await quietly(() => job.start(folder));
      trial.#requireSame("a second start");
    }
    return trial;
  }

  /** The kinds of faults that can happen to an operation. */
  readonly kindsAt = (at: number): Kind[] =>
    KINDS.filter((kind) => possible(kind, this.operations[at - 1]));

  /**
   * Starts the job with a fault, then without.
   * @returns `undefined` where the start ended before the fault
   * @throws Broken
   */
  async at(fault: Fault): Promise<Outcome | undefined> {
    const { job } = this;
    restore(this.#folder, this.#before);
    const ending = await quietly(() =>
      withFault(this.#folder, fault, () => job.start(this.#folder))
    );
    if (!ending.struck) {
      if (ending.thrown) throw new Broken(`without a fault it ended with ${told(ending.thrown)}`);
      return undefined;
    }
    const first = this.#judge(fault, ending);
    if (first === "refused") this.#requireTidy(ending.struck);
    return await this.#finish(first);
  }

  /**
   * Starts the job on a disk that is full or nearly so, then with room.
   * @param fill takes the room, once all is there that was before the job
   * @throws Broken
   */
  async onFullDisk(fill: () => void, empty: () => void): Promise<Outcome> {
    restore(this.#folder, this.#before);
    fill();
    const error = await quietly(() => this.job.start(this.#folder)).then(
      () => undefined,
      (error) => error,
    );
    empty();
    if (error === undefined) return await this.#finish("unharmed");
    const full = /the disk is full|needs .* more .*, but .* has .* free/;
    if (!(error instanceof UserError) || !full.test(error.message)) {
      throw new Broken(`on a full disk it ended with ${told({ error })}`);
    }
    return await this.#finish("refused");
  }

  /** What has to be so after a start with a fault, and after the next one. */
  async #finish(first: Outcome["first"]): Promise<Outcome> {
    this.#requireOthers();
    this.#requireWhole();
    if (first === "unharmed") {
      this.#requireSame("the start with the fault, which said nothing of it,");
      return { first, advised: false };
    }
    const advised = await quietly(() => this.#again());
    this.#requireSame("the next start");
    return { first, advised };
  }

  /** @throws Broken when the fault was not told as it should be */
  #judge({ kind }: Fault, { struck, thrown }: Ending): Outcome["first"] {
    if (ends(kind)) return "killed";
    if (!thrown) return "unharmed";
    const { error } = thrown;
    if (!(error instanceof UserError)) {
      throw new Broken(`it ended with what is no sentence: ${told(thrown)}`);
    }
    const reason = kind === "EIO" ? "(EIO)" : "the disk is full";
    const { path, to = path } = struck!;
    const named = [path, to].map(nameOf);
    if (named.some((name) => error.message.includes(name)) && error.message.includes(reason)) {
      return "refused";
    }
    throw new Broken(
      `its sentence does not name ${named.join(" or ")}, or say "${reason}": ${error.message}`,
    );
  }

  /** @returns whether an advice had to be followed */
  async #again(): Promise<boolean> {
    const { start, next = start, advice = [] } = this.job;
    try {
      await next.call(this.job, this.#folder);
      return false;
    } catch (error) {
      const given = advice.find(({ refusal }) =>
        error instanceof UserError && refusal.test(error.message)
      );
      if (!given) throw new Broken(`the next start ended with ${told({ error })}`);
      try {
        await given.follow(this.#folder);
      } catch (second) {
        throw new Broken(
          `the next start said: ${messageOf(error)}. Doing so ended with ${
            told({ error: second })
          }`,
        );
      }
      return true;
    }
  }

  /** What other steps have made has to be untouched. */
  #requireOthers() {
    const now = snapshotOf(this.#folder);
    for (const [path, entry] of this.#before) {
      if (entry === "folder" || this.job.owns(path)) continue;
      const here = now.get(path);
      if (!here || here === "folder" || !sameBytes(here.bytes, entry.bytes)) {
        throw new Broken(`${path}, which another step made, was changed`);
      }
    }
  }

  /** Every file that is replaced whole has its old bits or its new ones. */
  #requireWhole() {
    for (const [path, here] of snapshotOf(this.#folder)) {
      if (here === "folder" || !this.job.owns(path) || !this.job.whole(path)) continue;
      if (isLeftOver(path)) continue;
      const good = [this.#before, this.#after].some((snapshot) => this.#same(snapshot, path, here));
      if (!good) throw new Broken(`${path} has neither its old content nor its new one`);
    }
  }

  /** An error leaves nothing behind that is half done, unless that could not be removed. */
  #requireTidy(struck: Operation) {
    if (struck.name.startsWith("remove")) return;
    for (const path of snapshotOf(this.#folder).keys()) {
      if (isLeftOver(path) && !this.#before.has(path)) {
        throw new Broken(`${path} was left behind, though the process could have removed it`);
      }
    }
  }

  /** All files are those of an undisturbed start, and no others. */
  #requireSame(who: string) {
    const now = snapshotOf(this.#folder);
    for (const path of this.#after.keys()) {
      if (!now.has(path)) throw new Broken(`${who} did not make ${path}`);
    }
    for (const [path, here] of now) {
      if (!this.#after.has(path)) {
        if (isFreeLock(join(this.#folder, path))) continue;
        throw new Broken(`${who} left ${path} behind`);
      }
      if (!this.#same(this.#after, path, here)) {
        throw new Broken(`${who} ended with another ${path}`);
      }
    }
  }

  #same(snapshot: Snapshot, path: string, here: ReturnType<Snapshot["get"]>): boolean {
    const there = snapshot.get(path);
    if (there === undefined || here === undefined) return false;
    if (there === "folder" || here === "folder") return there === here;
    if (sameBytes(there.bytes, here.bytes)) return true;
    const { essence } = this.job;
    const counts = essence?.(path, here.bytes);
    return counts !== undefined && counts === essence?.(path, there.bytes);
  }
}

function told({ error }: { error: unknown }): string {
  if (error instanceof UserError) return `the sentence: ${error.message}`;
  return error instanceof Error ? `${error.stack}` : String(error);
}

function isLeftOver(path: string): boolean {
  return path.endsWith(".partial");
}

/** Whether a file is only the sign of a lock that nobody holds: it is in nobody's way. */
function isFreeLock(path: string): boolean {
  if (basename(path) !== "run.lock") return false;
  using file = Deno.openSync(path, { read: true, write: true });
  return file.tryLockSync(true);
}

/** What a sentence has to call a file: a temporary one is written for another, a probe for its folder. */
function nameOf(path: string): string {
  const name = basename(path);
  const target = /^\.(.+)\.[0-9a-f-]{36}\.partial$/.exec(name)?.[1] ?? name;
  return target === "probe" || target === "run.lock" ? dirname(path) : join(dirname(path), target);
}

/** Does some work. What it says is of no interest; what it forgets to wait for is. @throws Broken */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, info, warn, error } = console;
  const { writeSync } = Deno.stdout;
  const { addSignalListener, removeSignalListener } = Deno;
  const forgotten: unknown[] = [];
  const listen = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    if (!(event.reason instanceof Killed)) forgotten.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listen);
  console.log =
    console.info =
    console.warn =
    console.error =
      () => {};
  Deno.stdout.writeSync = (bytes) => bytes.length;
  // Ctrl-C ends all of it, rather than the step that is being tried.
  Deno.addSignalListener = Deno.removeSignalListener = () => {};
  try {
    const result = await work();
    // Rejections are reported once all that is ready has been done.
    await new Promise((resolve) => setTimeout(resolve));
    if (forgotten.length) {
      throw new Broken(`a failure that nobody waited for: ${told({ error: forgotten[0] })}`);
    }
    return result;
  } finally {
    globalThis.removeEventListener("unhandledrejection", listen);
    Object.assign(console, { log, info, warn, error });
    Deno.stdout.writeSync = writeSync;
    Object.assign(Deno, { addSignalListener, removeSignalListener });
  }
}
