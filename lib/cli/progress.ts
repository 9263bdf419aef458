/** What a training run shows of itself: one line rewritten in place, or plain lines in a pipe. */
import { output } from "./terminal.ts";

export interface ProgressState {
  /** The chunk at work, counted from 1. */
  chunk: number;
  chunks: number;
  /** How much of this chunk is done, 0 … 1; 1 once it is finished, validation included. */
  fraction: number;
  /** RMSE of the chunk so far, or of the last finished one. */
  trainRmse?: number | undefined;
  /** The latest validation RMSE. */
  validRmse?: number | undefined;
  imagesPerSecond: number;
  /** Seconds since the start of the run. */
  elapsed: number;
  /** Seconds to go; left out while nobody can know. */
  eta?: number | undefined;
}

/** `12 s`, `5 min 03 s`, `1 h 02 min`, `16.2 days`, `2.1 years` */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const days = whole / 86_400;
  if (days >= 2 * 365) return `${(days / 365.25).toFixed(1)} years`;
  if (days >= 4) return `${days.toFixed(1)} days`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

const pad = (number: number) => String(number).padStart(2, "0");

/**
 * One line for a state, at most `columns` characters long: what does not fit is left out whole,
 * the least important first.
 */
export function formatProgress(state: ProgressState, columns = Infinity): string {
  const { chunk, chunks, fraction, trainRmse, validRmse, imagesPerSecond, elapsed, eta } = state;
  const percent = fraction < 1 ? ` ${String(Math.floor(fraction * 100)).padStart(2)} %` : "";
  const fields = [`chunk ${String(chunk).padStart(String(chunks).length)}/${chunks}${percent}`];
  if (trainRmse !== undefined) fields.push(`train ${trainRmse.toFixed(5)}`);
  if (validRmse !== undefined) fields.push(`valid ${validRmse.toFixed(5)}`);
  if (eta !== undefined && Number.isFinite(eta)) fields.push(`${formatDuration(eta)} left`);
  fields.push(`${formatSpeed(imagesPerSecond)} images/s`, `after ${formatDuration(elapsed)}`);
  while (fields.length > 1 && fields.join("  ").length > columns) fields.pop();
  return fields.join("  ").slice(0, Math.max(0, columns));
}

function formatSpeed(imagesPerSecond: number): string {
  return imagesPerSecond >= 10 ? String(Math.round(imagesPerSecond)) : imagesPerSecond.toFixed(1);
}

/** Where progress is shown. */
export interface Screen {
  write(text: string): void;
  /** Width of the terminal in characters; `undefined` for a file or a pipe. */
  columns(): number | undefined;
}

export const standardOutput: Screen = {
  write: (text) => output.write(text),
  // Some terminals do not know their width and say 0.
  columns: () => Deno.stdout.isTerminal() ? Deno.consoleSize().columns || 80 : undefined,
};

export const CLEAR_LINE = "\r\x1b[2K";

/** The progress display of one run. Call `close` at its end, however it ends. */
export class Progress {
  readonly #screen: Screen;
  /** What stands in the terminal's last line. */
  #state: ProgressState | undefined;
  #finishedChunk = 0;

  constructor(screen: Screen = standardOutput) {
    this.#screen = screen;
  }

  /** Shows a state: at once on a terminal; in a pipe one line for each finished chunk. */
  update(state: ProgressState) {
    if (this.#screen.columns() !== undefined) {
      this.#state = state;
      this.#draw();
    } else if (state.fraction >= 1 && state.chunk > this.#finishedChunk) {
      this.#finishedChunk = state.chunk;
      this.#screen.write(formatProgress(state) + "\n");
    }
  }

  /** Writes a line that stays, above the progress line. */
  line(text: string) {
    this.#screen.write(this.#state ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    this.#draw();
  }

  /** Leaves the last state standing and goes to the next line. */
  close() {
    if (this.#state) this.#screen.write("\n");
    this.#state = undefined;
  }

  #draw() {
    const columns = this.#screen.columns();
    if (!this.#state || columns === undefined) return;
    // One column stays free: a full line makes some terminals wrap.
    this.#screen.write(CLEAR_LINE + formatProgress(this.#state, columns - 1));
  }
}
