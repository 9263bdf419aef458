/** Whether an array can be answers of galaxies: 37 columns of numbers from 0 to 1. */
import { UserError } from "../errors.ts";
import type { NpyArray } from "../formats/npy.ts";
import { ANSWER_COLUMNS, ANSWER_COUNT } from "../galaxy/questions.ts";

/** What a network predicts, (galaxies, 37) of float32 or float64. */
export interface Prediction extends NpyArray {
  /** What the file is called in an error. */
  name: string;
}

/**
 * The answers of a prediction with 37 columns.
 * @throws UserError when it has another shape or holds whole numbers
 */
export function answersOf({ name, shape, data }: Prediction): Float32Array | Float64Array {
  if (shape.length !== 2 || shape[1] !== ANSWER_COUNT) {
    throw new UserError(
      `${name} has shape (${shape.join(", ")}), expected ${ANSWER_COUNT} answers for each galaxy`,
    );
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new UserError(`${name} holds whole numbers, expected float32`);
  }
  return data;
}

/**
 * Checks that every answer is a finite number from 0 to 1.
 * @param ids the GalaxyID of each row
 * @param slack how far outside [0, 1] is still allowed
 * @throws UserError with how many are wrong, and the first of them
 */
export function checkAnswers(
  name: string,
  ids: readonly number[],
  values: ArrayLike<number>,
  slack = 0,
) {
  refuse((value) => !Number.isFinite(value), "not finite");
  refuse((value) => value < -slack || value > 1 + slack, "outside [0, 1]");

  function refuse(isWrong: (value: number) => boolean, what: string) {
    let first = -1;
    let count = 0;
    for (let index = 0; index < values.length; index++) {
      if (!isWrong(values[index])) continue;
      if (count++ === 0) first = index;
    }
    if (count === 0) return;
    const column = ANSWER_COLUMNS[first % ANSWER_COUNT];
    throw new UserError(
      `${name} has ${count} of ${values.length} values that are ${what}; the first is ` +
        `${values[first]} for galaxy ${ids[Math.floor(first / ANSWER_COUNT)]}, ${column}`,
    );
  }
}
