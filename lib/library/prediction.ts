/** What is predicted for a galaxy. */

/** One of the 37 predictions for a galaxy. */
export interface Answer {
  /** Column of the competition's files, `Class1.1` to `Class11.6`. */
  readonly column: string;
  /** As `Smooth, or features or a disk?` */
  readonly question: string;
  /** As `smooth` */
  readonly answer: string;
  /** Predicted share of all volunteers who gave this answer, from 0 to 1. */
  readonly fraction: number;
  /** Predicted share of those who are asked the question, from 0 to 1; NaN where nobody is. */
  readonly ofAsked: number;
  /**
   * Standard deviation of `ofAsked` over the looks at the image: 15 with sixty transforms, each the mean
   * of four that differ by flips and half a turn; 0 with one.
   */
  readonly spread: number;
}

/** The 37 predictions for a galaxy, in the order of the competition's columns. */
export type Prediction = readonly Answer[];
