/** A disk that fails: Deno's file operations, counted, the n-th of them made to go wrong. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Effect,
  type Fault,
  Killed,
  type Operation,
  possible,
  systemError,
} from "./faults.ts";
import { Unsynced } from "./unsynced.ts";

/** How a piece of work ended on a failing disk. */
export interface Ending {
  readonly operations: readonly Operation[];
  /** What the fault has struck; `undefined` where the work ended before it. */
  readonly struck: Operation | undefined;
  /** What was thrown, if anything. */
  readonly thrown: { readonly error: unknown } | undefined;
}

/**
 * Does some work while the operations below a folder are counted, and one of them fails. Workers are
 * threads of their own, whose operations are not seen. Files that were left open are closed at the end,
 * as the end of a process does.
 * @param die ends the process in earnest, where that is what is wanted
 */
export async function withFault(
  root: string,
  fault: Fault | undefined,
  work: () => Promise<unknown>,
  die: () => void = () => {},
): Promise<Ending> {
  const disk = new Disk(root, fault, die);
  let thrown: Ending["thrown"];
  try {
    await work();
  } catch (error) {
    thrown = { error };
  } finally {
    disk.restore();
  }
  const { operations, struck } = disk;
  return { operations, struck, thrown };
}

type Call = (this: unknown, ...args: unknown[]) => unknown;
type Holder = Record<string | symbol, Call>;

/** Functions of Deno that take a path first. */
const FUNCTIONS: Readonly<Record<string, Effect>> = {
  stat: "read",
  lstat: "read",
  readDir: "read",
  realPath: "read",
  readFile: "read",
  readTextFile: "read",
  mkdir: "grow",
  rename: "grow",
  remove: "change",
  truncate: "change",
};

/** Functions that nothing in the project uses: what they do would not be seen. */
const REFUSED = ["create", "writeFile", "writeTextFile", "copyFile", "link", "symlink"];

/** Methods of an open file. */
const METHODS: Readonly<Record<string, Effect>> = {
  read: "read",
  write: "write",
  truncate: "change",
  sync: "sync",
  syncData: "sync",
};

/** A file that is open. */
interface Opened {
  path: string;
  readonly writable: boolean;
  /** Whether a write was cut short: there is no room for more. */
  full: boolean;
}

class Disk {
  readonly operations: Operation[] = [];
  struck: Operation | undefined;
  readonly #root: string;
  readonly #fault: Fault | undefined;
  readonly #opened = new Map<unknown, Opened>();
  readonly #unsynced = new Unsynced();
  readonly #undo: (() => void)[] = [];
  readonly #writeSync: (file: unknown, bytes: Uint8Array) => number;
  readonly #die: () => void;
  #dead = false;

  constructor(root: string, fault: Fault | undefined, die: () => void) {
    this.#root = resolve(root);
    this.#fault = fault;
    this.#die = die;
    const deno = Deno as unknown as Holder;
    const file = Deno.FsFile.prototype as unknown as Holder;
    const { writeSync } = file;
    this.#writeSync = (file, bytes) => writeSync.call(file, bytes) as number;
    for (const suffix of ["", "Sync"]) {
      for (const [name, effect] of Object.entries(FUNCTIONS)) {
        this.#replaceFunction(deno, name + suffix, effect);
      }
      for (const name of REFUSED) this.#refuseFunction(deno, name + suffix);
      this.#replaceOpen(deno, "open" + suffix);
      for (const [name, effect] of Object.entries(METHODS)) {
        this.#replaceMethod(file, name + suffix, effect);
      }
    }
    for (const name of ["close", Symbol.dispose]) this.#replaceClose(file, name);
  }

  /** Gives Deno its functions back, and closes what is still open. */
  restore() {
    for (const undo of this.#undo.toReversed()) undo();
    for (const file of this.#opened.keys()) (file as Deno.FsFile).close();
    if (this.#dead && this.#fault?.kind === "power") this.#unsynced.lose();
  }

  #replace(holder: Holder, name: string | symbol, make: (original: Call) => Call) {
    const original = holder[name];
    this.#undo.push(() => holder[name] = original);
    holder[name] = make(original);
  }

  /** A path below the root as a whole one. */
  #inside(path: unknown): string | undefined {
    const whole = resolve(path instanceof URL ? fileURLToPath(path) : String(path));
    return whole === this.#root || whole.startsWith(this.#root + "/") ? whole : undefined;
  }

  /** Counts an operation, and lets it happen or fail. @param half does a part of it */
  #act(operation: Operation, perform: () => unknown, half = perform): unknown {
    if (this.#dead) throw new Killed(`${operation.name} after the end`);
    this.operations.push(operation);
    const fault = this.#fault;
    const spared = !fault || this.struck || this.operations.length < fault.at ||
      !possible(fault.kind, operation);
    if (spared) return perform();
    this.struck = operation;
    if (fault.kind === "EIO" || fault.kind === "ENOSPC") throw systemError(fault.kind, operation);
    if (fault.kind === "short") return half();
    if (fault.kind === "torn") half();
    this.#dead = true;
    this.#die();
    throw new Killed(`at ${operation.name} ${operation.path}`);
  }

  #replaceFunction(deno: Holder, name: string, effect: Effect) {
    this.#replace(deno, name, (original) => (...args) => {
      const path = this.#inside(args[0]);
      if (path === undefined) return original(...args);
      if (!name.startsWith("rename")) {
        return answer(name, () => this.#act({ name, path, effect }, () => original(...args)));
      }
      const to = resolve(String(args[1]));
      return answer(name, () =>
        this.#act({ name, path, to, effect }, () => {
          this.#rename(path, to);
          return original(...args);
        }));
    });
  }

  #rename(from: string, to: string) {
    this.#unsynced.renamed(from, to);
    for (const file of this.#opened.values()) if (file.path === from) file.path = to;
  }

  #refuseFunction(deno: Holder, name: string) {
    this.#replace(deno, name, (original) => (...args) => {
      if (this.#inside(args[0]) === undefined) return original(...args);
      throw new Error(`Deno.${name} is not counted yet`);
    });
  }

  #replaceOpen(deno: Holder, name: string) {
    this.#replace(deno, name, (original) => (...args) => {
      const path = this.#inside(args[0]);
      if (path === undefined) return original(...args);
      const { write, append, create, createNew } = (args[1] ?? {}) as Deno.OpenOptions;
      const writable = Boolean(write || append);
      const register = (file: unknown) => {
        this.#opened.set(file, { path, writable, full: false });
        return file;
      };
      const effect = create || createNew ? "grow" : writable ? "change" : "read";
      return answer(name, () =>
        this.#act({ name, path, effect }, () => {
          const file = original(...args);
          return file instanceof Promise ? file.then(register) : register(file);
        }));
    });
  }

  #replaceMethod(prototype: Holder, name: string, effect: Effect) {
    const act = (file: unknown, opened: Opened, perform: () => unknown, bytes: unknown) => {
      const operation = { name, path: opened.path, effect };
      if (effect === "sync") {
        // The time that a real disk takes for it is not what is tried.
        return this.#act(operation, () => this.#unsynced.synced(opened.path));
      }
      if (effect !== "write") return this.#act(operation, perform);
      if (opened.full) throw systemError("ENOSPC", operation);
      return this.#act(
        operation,
        () => this.#written(file, opened, perform()),
        () => this.#writeHalf(file, opened, bytes as Uint8Array),
      );
    };
    const opened = this.#opened;
    this.#replace(prototype, name, (original) =>
      function (...args) {
        const perform = () => original.apply(this, args);
        const known = opened.get(this);
        return known ? answer(name, () => act(this, known, perform, args[0])) : perform();
      });
  }

  /** Notes what was written. */
  #written(file: unknown, { path }: Opened, result: unknown): unknown {
    const note = (count: unknown) => {
      this.#unsynced.wrote(file as Deno.FsFile, path, count as number);
      return count;
    };
    return result instanceof Promise ? result.then(note) : note(result);
  }

  #writeHalf(file: unknown, opened: Opened, bytes: Uint8Array): unknown {
    opened.full = true;
    const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
    return this.#written(file, opened, this.#writeSync(file, half));
  }

  #replaceClose(prototype: Holder, name: string | symbol) {
    const close = (file: unknown, opened: Opened, perform: () => unknown) => {
      // Whoever has been killed closes nothing: locks last until the end.
      if (this.#dead) return;
      const operation = { name: "close", path: opened.path, effect: "close" } as const;
      const end = () => {
        this.#opened.delete(file);
        return perform();
      };
      return opened.writable ? this.#act(operation, end) : end();
    };
    const opened = this.#opened;
    this.#replace(prototype, name, (original) =>
      function (...args) {
        const known = opened.get(this);
        const perform = () => original.apply(this, args);
        return known ? close(this, known, perform) : perform();
      });
  }
}

/** The result of an operation, or its failure, in the manner of the function that was called. */
function answer(name: string, act: () => unknown): unknown {
  // Reading a folder gives what can be gone through, in either manner.
  if (name.endsWith("Sync") || name === "readDir") return act();
  try {
    return Promise.resolve(act());
  } catch (error) {
    return Promise.reject(error);
  }
}
