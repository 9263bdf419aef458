/** What a check says of a machine. */

/** `blocks`: nothing, or next to nothing, works here. `note`: something is missing, or slow. */
export type State = "good" | "note" | "blocks";

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly topic: string;
  readonly state: State;
  /** What is so, without a full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly remedy?: string;
}
