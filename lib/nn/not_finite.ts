/** Counting the numbers of a buffer that are NaN or infinite. */
import source from "../../kernels/pointwise/not_finite.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import { part, type Slice } from "../gpu/memory.ts";
import { elementGrid, type Lanes } from "./pointwise.ts";

const notFinite = kernel(
  "pointwise/not_finite",
  [gridSource, source],
  ["values", "count"],
  ["LANES"],
);

/** Vectors of four numbers that one invocation looks at: enough that starting it does not count. */
const ITERATIONS = 64;

/** What is counted, and where. */
export interface Counted {
  readonly label: string;
  /** A whole buffer, with the zeros at its end. */
  readonly values: Slice;
  /** One u32, which is added to. */
  readonly count: Slice;
}

/**
 * Adds to `count` how many numbers of a buffer are not finite, in several dispatches where it does
 * not fit into one binding.
 */
export function countNotFinite(
  tiles: Lanes,
  { label, values, count }: Counted,
  maxBindingSize: number,
): Dispatch[] {
  const numbers = values.size / 4;
  // Bindings start at multiples of 256 bytes.
  const most = Math.floor(maxBindingSize / 256) * 64;
  const dispatches: Dispatch[] = [];
  for (let first = 0; first < numbers; first += most) {
    const some = Math.min(most, numbers - first);
    const { LANES, workgroups } = elementGrid(tiles, Math.ceil(some / 4 / ITERATIONS));
    dispatches.push(dispatch(notFinite, {
      label: `${label} not finite`,
      constants: { LANES },
      bindings: { values: part(values, first, some), count },
      workgroups,
    }));
  }
  return dispatches;
}
