/** Weights that are too large for one binding (docs/network.md §5). */
import { UserError } from "../../errors.ts";
import { mebibytes } from "../../gpu/memory.ts";
import type { DenseShape } from "./shape.ts";

/** Rows of the weight matrix that one binding can hold. */
export interface Panel {
  readonly first: number;
  readonly rows: number;
}

/**
 * The weight matrix (K, O) in panels of rows that fit into one binding. Bindings start at
 * multiples of 256 bytes, so panels have a multiple of 64 rows.
 * @throws UserError when not even 64 rows fit
 */
export function panels({ K, O }: DenseShape, maxBindingSize: number): Panel[] {
  const most = Math.min(K, Math.floor(maxBindingSize / (O * 4)));
  const rows = most === K ? K : Math.floor(most / 64) * 64;
  if (rows === 0) {
    throw new UserError(
      `64 rows of a dense layer of ${O} units take ${mebibytes(64 * O * 4)} in one binding, this ` +
        `adapter allows ${mebibytes(maxBindingSize)}`,
    );
  }
  const result: Panel[] = [];
  for (let first = 0; first < K; first += rows) {
    result.push({ first, rows: Math.min(rows, K - first) });
  }
  return result;
}
