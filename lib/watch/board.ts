/** What a page shows at the moment: its parts, which are made anew when what they are made of changes. */
import { sha256 } from "../files/digest.ts";
import type { Markup } from "../report/html.ts";

/** How a part is made. */
export interface BoardPart {
  readonly id: string;
  /** What it is made of, compared one by one. */
  readonly of: readonly unknown[];
  make(): Markup | undefined | Promise<Markup | undefined>;
}

/** A part as it is shown. */
export interface ShownPart {
  readonly id: string;
  /** Tells it from what it was before, and from what another server showed. */
  readonly mark: string;
  readonly markup: string;
}

interface Kept extends ShownPart {
  readonly of: readonly unknown[];
  readonly version: number;
}

export class Board {
  readonly #look: () => Promise<readonly BoardPart[]>;
  readonly #kept = new Map<string, Kept>();
  readonly #waiting = new Set<() => void>();
  #version = 0;
  #updating: Promise<void> | undefined;
  #viewers = 0;

  /** @param look says of which parts the page consists now */
  constructor(look: () => Promise<readonly BoardPart[]>) {
    this.#look = look;
  }

  /** Whether somebody looks at it. */
  get watched(): boolean {
    return this.#viewers > 0;
  }

  join() {
    this.#viewers++;
  }

  leave() {
    this.#viewers--;
  }

  /** All parts, in order. */
  get parts(): ShownPart[] {
    return [...this.#kept.values()];
  }

  /** Makes what has changed anew. Who asks while it is under way gets the same. */
  update(): Promise<void> {
    return this.#updating ??= this.#update().finally(() => this.#updating = undefined);
  }

  async #update() {
    let changed = false;
    for (const { id, of, make } of await this.#look()) {
      const before = this.#kept.get(id);
      if (before && same(before.of, of)) continue;
      const markup = (await make())?.text ?? "";
      const mark = sha256(markup).slice(0, 16);
      const version = before?.mark === mark ? before.version : this.#version + 1;
      if (version > this.#version) changed = true;
      this.#kept.set(id, { id, mark, markup, of, version });
    }
    if (!changed) return;
    this.#version++;
    for (const wake of [...this.#waiting]) wake();
  }

  /** What has changed after a version, 0 for all. */
  since(version: number): { version: number; parts: ShownPart[] } {
    const parts = [...this.#kept.values()].filter((part) => part.version > version);
    return { version: this.#version, parts };
  }

  /** Waits for the next change, at most so many milliseconds. */
  async change(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    let wake!: () => void;
    const woken = new Promise<void>((resolve) => wake = resolve);
    const timer = setTimeout(wake, milliseconds);
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake);
    await woken;
    clearTimeout(timer);
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, at) => Object.is(value, b[at]));
}
