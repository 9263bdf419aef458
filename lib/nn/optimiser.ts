/**
 * The optimiser: stochastic gradient descent with Nesterov momentum (docs/network.md §9).
 *
 * What an update is stands in `kernels/shared/update.wgsl`, and what that file leaves open stands here.
 * Three kernels carry it: `pointwise/update`, for gradients that are sums of terms in a buffer,
 * `pointwise/update_rows`, where these terms are rows, and `dense/update`, which computes the gradient of
 * a dense layer's weights and updates them in one. Another optimiser that keeps one number for each
 * parameter, or none, is a change of these two files.
 */
import updateSource from "../../kernels/pointwise/update.wgsl" with { type: "text" };
import rowsSource from "../../kernels/pointwise/update_rows.wgsl" with { type: "text" };
import gridSource from "../../kernels/shared/grid.wgsl" with { type: "text" };
import stateSource from "../../kernels/shared/state.wgsl" with { type: "text" };
import formulaSource from "../../kernels/shared/update.wgsl" with { type: "text" };
import { AdapterLimitError } from "../gpu/device.ts";
import { type Dispatch, dispatch, kernel } from "../gpu/kernel.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Build, Parameter } from "./layer.ts";
import { elementGrid, together } from "./pointwise.ts";
import { MAX_ITERATIONS, powerOfTwo } from "./tiles.ts";

/** What a kernel that updates parameters lists: WGSL before its own, and constants after. */
export const UPDATE = {
  sources: [stateSource, formulaSource],
  constants: ["MOMENTUM"],
} as const;

export type UpdateConstant = typeof UPDATE["constants"][number];

/** The values of those constants. */
export function updateConstants({ momentum }: Pick<Build, "momentum">) {
  return { MOMENTUM: momentum } satisfies Record<UpdateConstant, number>;
}

const update = kernel(
  "pointwise/update",
  [...UPDATE.sources, gridSource, updateSource],
  ["state", "terms", "w", "v"],
  ["COUNT", "TERMS", "STRIDE", "TERM_STRIDE", "TOGETHER", ...UPDATE.constants, "LANES"],
);

const updateRows = kernel(
  "pointwise/update_rows",
  [...UPDATE.sources, gridSource, rowsSource],
  ["state", "rows", "w", "v"],
  ["COUNT", "TERMS", "SHARE", "FOURS", ...UPDATE.constants, "LANES"],
);

/** Vectors of four terms that an invocation of `updateRows` loads together at most. */
const TOGETHER = 4;
/** Invocations that share a row at most: 256 bytes at once. */
const MOST_SHARE = 16;

/** Updates a parameter whose gradient is the sum of `partials` arrays of its stored size. */
export function updateFromPartials(
  build: Build,
  parameter: Parameter,
  partial: Slice,
  partials: number,
): Dispatch {
  const layout = { TERMS: partials, STRIDE: 1, TERM_STRIDE: parameter.storedCount };
  return updateFrom(build, parameter, partial, layout);
}

/**
 * Updates biases whose gradient is the sum of `gradient` (biases, n) over n.
 * @throws AdapterLimitError when n is longer than a kernel can be trusted to add up
 */
export function updateBias(build: Build, bias: Parameter, gradient: Slice, n: number): Dispatch {
  if (n > MAX_ITERATIONS) {
    throw new AdapterLimitError(
      `the gradient of ${bias.name} is a sum over ${n} maps, at most ${MAX_ITERATIONS} can be added up`,
    );
  }
  if (n % 4 === 0) return updateFromRows(build, bias, gradient, n);
  return updateFrom(build, bias, gradient, { TERMS: n, STRIDE: n, TERM_STRIDE: 1 });
}

function updateFromRows(
  build: Build,
  { name, storedCount, value, velocity }: Parameter,
  rows: Slice,
  n: number,
): Dispatch {
  const { machine, elementLanes } = build.tiles;
  // On a software adapter a barrier costs more than rows that lie apart.
  const most = machine.software ? 1 : Math.min(MOST_SHARE, largestPowerIn(elementLanes));
  const SHARE = Math.min(most, powerOfTwo(n / 4));
  const FOURS = Math.min(TOGETHER, Math.ceil(n / 4 / SHARE));
  const { LANES, workgroups } = elementGrid(build.tiles, storedCount * SHARE);
  return dispatch(updateRows, {
    label: `${name} update`,
    constants: { COUNT: storedCount, TERMS: n, SHARE, FOURS, ...updateConstants(build), LANES },
    bindings: { state: build.state, rows, w: value, v: velocity! },
    workgroups,
  });
}

/** The largest power of two that divides a number. */
function largestPowerIn(count: number): number {
  return count & -count;
}

function updateFrom(
  build: Build,
  { name, storedCount, value, velocity }: Parameter,
  terms: Slice,
  layout: { TERMS: number; STRIDE: number; TERM_STRIDE: number },
): Dispatch {
  const { LANES, workgroups } = elementGrid(build.tiles, storedCount);
  return dispatch(update, {
    label: `${name} update`,
    constants: {
      COUNT: storedCount,
      ...layout,
      TOGETHER: together(layout.TERMS),
      ...updateConstants(build),
      LANES,
    },
    bindings: { state: build.state, terms, w: value, v: velocity! },
    workgroups,
  });
}
