/** Nesterov momentum (docs/network.md §9), for gradients that stand in partial sums or rows. */
import source from "../../kernels/nesterov.wgsl" with { type: "text" };
import { UserError } from "../errors.ts";
import type { Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import type { Build, Parameter } from "./layer.ts";
import { linearGrid, MAX_ROUNDS } from "./tiles.ts";

export const nesterov = { name: "nesterov", source };

/** Updates a parameter whose gradient is the sum of `partials` arrays of its stored size. */
export function updateFromPartials(
  build: Build,
  parameter: Parameter,
  partial: Slice,
  partials: number,
): Dispatch {
  return update(build, parameter, partial, {
    TERMS: partials,
    STRIDE: 1,
    TERM_STRIDE: parameter.storedCount,
  });
}

/**
 * Updates biases whose gradient is the sum of `gradient` (biases, n) over n.
 * @throws UserError when n is longer than a kernel can be trusted to add up
 */
export function updateBias(build: Build, bias: Parameter, gradient: Slice, n: number): Dispatch {
  if (n > MAX_ROUNDS) {
    throw new UserError(
      `the gradient of ${bias.name} is a sum over ${n} maps, at most ${MAX_ROUNDS} can be added ` +
        "up. Make --batch-size smaller",
    );
  }
  return update(build, bias, gradient, { TERMS: n, STRIDE: n, TERM_STRIDE: 1 });
}

function update(
  { tiles, momentum, state }: Build,
  { name, storedCount, value, velocity }: Parameter,
  terms: Slice,
  layout: { TERMS: number; STRIDE: number; TERM_STRIDE: number },
): Dispatch {
  const LANES = tiles.elementLanes;
  return {
    kernel: nesterov,
    label: `${name} update`,
    constants: { COUNT: storedCount, ...layout, MOMENTUM: momentum, LANES },
    bindings: [state, terms, value, velocity!],
    workgroups: linearGrid(storedCount, LANES),
  };
}
