/** The runs that are followed: those that were named, or all below a folder, also those to come. */
import { resolve } from "node:path";
import { RunLook } from "../runs/look.ts";
import { runsBelow } from "../runs/found.ts";

export interface FollowedRun {
  /** What it is called in addresses: its name, with a number where there are several of it. */
  readonly key: string;
  readonly look: RunLook;
}

export class FollowedRuns {
  readonly #find: () => Promise<readonly string[]>;
  readonly #runs = new Map<string, FollowedRun>();
  readonly #keys = new Set<string>();

  private constructor(find: () => Promise<readonly string[]>) {
    this.#find = find;
  }

  /** These runs, which may not be there yet. */
  static named(folders: readonly string[]): FollowedRuns {
    return new FollowedRuns(() => Promise.resolve(folders));
  }

  /** All runs directly below a folder. */
  static below(folder: string): FollowedRuns {
    return new FollowedRuns(() => runsBelow(folder));
  }

  /** The runs that there are now. Who has been found once stays, wherever its folder went. */
  async all(): Promise<readonly FollowedRun[]> {
    for (const path of await this.#find()) {
      const place = resolve(path);
      if (this.#runs.has(place)) continue;
      const look = new RunLook(path);
      this.#runs.set(place, { key: this.#newKey(look.name), look });
    }
    return [...this.#runs.values()];
  }

  /** The run of an address; `undefined` where there is none. */
  find(key: string): FollowedRun | undefined {
    return [...this.#runs.values()].find((run) => run.key === key);
  }

  #newKey(name: string): string {
    let key = name;
    for (let number = 2; this.#keys.has(key); number++) key = `${name}-${number}`;
    this.#keys.add(key);
    return key;
  }
}
