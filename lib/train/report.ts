/**
 * The report of a training, made beside it: a worker writes the snapshot and the page, and whatever
 * happens to it, the training goes on.
 */
import { messageOf } from "../errors.ts";
import { meanPrediction } from "../galaxy/figures.ts";
import { ANSWER_COUNT } from "../galaxy/questions.ts";
import type { RunFolder } from "../runs/folder.ts";
import type { Snapshot } from "../runs/snapshot.ts";
import type { TrainingInput } from "./input.ts";
import type { ReportJob, ReportReply } from "./report_worker.ts";
import type { Validation } from "./trainer.ts";

/** Milliseconds that the end of a training waits for its last report. */
const PATIENCE = 60_000;

export class TrainingReport {
  readonly #folder: RunFolder;
  /** The validation galaxies, and the mean labels of the others. */
  readonly #known: Pick<ReportJob, "ids" | "paths"> & Pick<Snapshot, "labels" | "mean">;
  readonly #warn: (text: string) => void;
  /** The one at work; never rejected. */
  #busy: Promise<void> | undefined;
  #worker: Worker | undefined;
  /** The newest that has not begun. */
  #next: ReportJob | undefined;
  #warned = false;

  constructor(
    folder: RunFolder,
    { ids, paths, labels, training }: TrainingInput,
    warn: (text: string) => void,
  ) {
    this.#folder = folder;
    const count = training * ANSWER_COUNT;
    this.#known = {
      ids: ids.slice(training),
      paths: paths.slice(training),
      labels: labels.slice(count),
      mean: meanPrediction(labels.subarray(0, count), 1),
    };
    this.#warn = warn;
  }

  /** Begins a report in the background; one that has not begun yet is left out. */
  validated({ chunk, last, images, predicted, augmented }: Validation) {
    const { ids, paths, labels, mean } = this.#known;
    const seen = { chunk, images, predicted, augmented, labels, mean };
    this.#next = { folder: this.#folder.path, ids, paths, seen };
    // The page of the last validation is made once run.json says that the run is finished.
    if (!last) this.#begin();
  }

  /** Says that run.json tells of the end now. */
  finished() {
    this.#next ??= { folder: this.#folder.path, ids: [], paths: [] };
  }

  /** Waits until the last report is written. Never throws. */
  async close() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#fail("it took too long");
        resolve();
      }, PATIENCE);
    });
    await Promise.race([this.#drain(), late]);
    clearTimeout(timer);
    this.#next = undefined;
    this.#worker?.terminate();
  }

  async #drain() {
    this.#begin();
    while (this.#busy) await this.#busy;
  }

  #begin() {
    const job = this.#next;
    if (!job || this.#busy) return;
    this.#next = undefined;
    this.#busy = this.#make(job).catch((error) => this.#fail(messageOf(error))).then(() => {
      this.#busy = undefined;
      this.#begin();
    });
  }

  /** A worker for each: what it takes of memory is free while the network trains. */
  async #make(job: ReportJob) {
    const worker = new Worker(new URL("./report_worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    try {
      const reply = await new Promise<ReportReply>((resolve) => {
        worker.onmessage = ({ data }: MessageEvent<ReportReply>) => resolve(data);
        worker.onerror = (event) => {
          event.preventDefault();
          resolve({ problem: event.message });
        };
        worker.postMessage(job);
      });
      if (reply.problem !== undefined) this.#fail(reply.problem);
    } finally {
      worker.terminate();
    }
  }

  /** Said once: the next validation tries again. */
  #fail(problem: string) {
    if (this.#warned) return;
    this.#warned = true;
    this.#warn(
      `warning: ${this.#folder.report} could not be made: ${problem}. The training goes on`,
    );
  }
}
