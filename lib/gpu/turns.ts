/** Keeping the adapter busy: the next work is made ready while the work before it computes. */

/** What is recorded for the adapter: to be submitted, then waited for. */
export interface Work<Result> {
  submit(): void;
  /**
   * Waits for the work and gives its result. Deno waits within this call until the adapter has done
   * all that was submitted, and needs ten more milliseconds to say so: whatever is to follow without
   * a pause is best submitted right after the call, before its promise is awaited.
   */
  result(): Promise<Result>;
}

/** Work that is submitted one after another. */
export class Turns<Result> {
  #current: Work<Result> | undefined;

  /**
   * Submits `next` as soon as the work before it is done.
   * @returns the result of the work before, if there was any
   */
  async next(next: Work<Result>): Promise<Result | undefined> {
    const result = this.#current?.result();
    next.submit();
    this.#current = next;
    return await result;
  }

  /** Waits for the current work, if there is any, and gives its result; nothing follows. */
  async last(): Promise<Result | undefined> {
    const result = this.#current?.result();
    this.#current = undefined;
    return await result;
  }
}
