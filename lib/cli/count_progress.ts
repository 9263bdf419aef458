/** Progress of work on many images: one line rewritten in place, or a plain line now and then. */
import { CLEAR_LINE, formatDuration, type Screen, standardOutput } from "./progress.ts";

/** Milliseconds between two drawings on a terminal, and between two lines in a pipe. */
const INTERVALS = { terminal: 100, pipe: 10_000 };

/** Call `close` at the end, however it ends. */
export class CountProgress {
  readonly #name: string;
  readonly #total: number;
  /** Done before this began, which says nothing about its speed. */
  readonly #before: number;
  readonly #screen: Screen;
  readonly #started = performance.now();
  #done = 0;
  #shown = -1;
  #next: number;

  /**
   * @param name what the line begins with
   * @param before how many of the total were done earlier
   */
  constructor(name: string, total: number, screen: Screen = standardOutput, before = 0) {
    this.#name = name;
    this.#total = total;
    this.#before = before;
    this.#screen = screen;
    // The first moments say nothing about the speed, and a pipe keeps what is written.
    this.#next = this.#started + (screen.columns() === undefined ? INTERVALS.pipe : 0);
  }

  /** Shows that `done` images are finished; the last one always. */
  update(done: number) {
    this.#done = done;
    const now = performance.now();
    if (now >= this.#next || done === this.#total) this.#draw(now);
  }

  /** Shows the last state, if it has not been, and goes to the next line. */
  close() {
    if (this.#done !== this.#shown && this.#done > 0) this.#draw(performance.now());
    if (this.#shown >= 0 && this.#screen.columns() !== undefined) this.#screen.write("\n");
    this.#shown = this.#done;
  }

  #draw(now: number) {
    const rate = (this.#done - this.#before) / Math.max(now - this.#started, 1) * 1000;
    const left = this.#done < this.#total
      ? `, ${formatDuration((this.#total - this.#done) / rate)} left`
      : "";
    const count = `${this.#done.toLocaleString("en")}/${this.#total.toLocaleString("en")}`;
    const text = `${this.#name}: ${count} images, ${rate.toFixed(0)} images/s${left}`;
    const columns = this.#screen.columns();
    // One column stays free: a full line makes some terminals wrap.
    const line = columns === undefined ? `${text}\n` : CLEAR_LINE + text.slice(0, columns - 1);
    this.#screen.write(line);
    this.#shown = this.#done;
    this.#next = now + (columns === undefined ? INTERVALS.pipe : INTERVALS.terminal);
  }
}
