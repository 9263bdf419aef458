/** A run as its files tell it, whoever writes them and when: nothing is written, locked or waited for. */
import { basename, resolve } from "node:path";
import { readDescription, type RunDescription } from "./description.ts";
import { RunFolder } from "./folder.ts";
import { type HistoryEntry, readHistory } from "./history.ts";
import { type ParameterFigures, readParameterFigures } from "./parameter_figures.ts";
import { SeenFile } from "./seen_file.ts";
import { readSnapshot, type Snapshot } from "./snapshot.ts";

export class RunLook {
  readonly folder: RunFolder;
  /** The last part of its path, or the one before it where that is only `run`, as the demo's is. */
  readonly name: string;
  readonly description: SeenFile<RunDescription>;
  readonly history: SeenFile<HistoryEntry[]>;
  readonly snapshot: SeenFile<Snapshot>;
  readonly parameters: SeenFile<ParameterFigures>;

  constructor(path: string) {
    this.folder = new RunFolder(path);
    this.name = basename(resolve(path).replace(/(?<=[^/\\])[/\\]run$/, ""));
    this.description = new SeenFile(this.folder.description, readDescription);
    this.history = new SeenFile(this.folder.history, readHistory);
    this.snapshot = new SeenFile(this.folder.snapshot, readSnapshot);
    this.parameters = new SeenFile(this.folder.parameters, readParameterFigures);
  }

  /** Whether there is anything of a run. */
  get there(): boolean {
    return this.#files.some(({ value, problem }) => value !== undefined || problem !== undefined);
  }

  get entries(): readonly HistoryEntry[] {
    return this.history.value ?? [];
  }

  /** What is wrong with its files. */
  get problems(): string[] {
    return this.#files.flatMap(({ problem }) => problem ?? []);
  }

  get #files(): readonly SeenFile<unknown>[] {
    return [this.description, this.history, this.snapshot, this.parameters];
  }

  /** Reads what has changed of its small files. @returns whether something had */
  async refresh(): Promise<boolean> {
    const changed = [await this.description.refresh(), await this.history.refresh()];
    return changed.includes(true);
  }

  /** As `refresh`, also of the large ones, which may take a second. */
  async refreshAll(): Promise<boolean> {
    const changed = [
      await this.refresh(),
      await this.snapshot.refresh(),
      await this.parameters.refresh(),
    ];
    return changed.includes(true);
  }
}
