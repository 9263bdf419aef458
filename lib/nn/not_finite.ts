/** Counting the numbers of a buffer that are NaN or infinite. */
import source from "../../kernels/not_finite.wgsl" with { type: "text" };
import { part, type Slice } from "../gpu/memory.ts";
import type { Dispatch } from "../gpu/program.ts";
import { linearGrid, type Tiles } from "./tiles.ts";

export const notFinite = { name: "not_finite", source };

/** Quads of numbers that one invocation looks at: enough that starting it does not count. */
const ROUNDS = 64;

/**
 * Adds to `count`, one u32, how many numbers of a whole buffer are not finite, the zeros at its end
 * included; in several dispatches where it does not fit into one binding.
 */
export function countNotFinite(
  tiles: Pick<Tiles, "elementLanes">,
  label: string,
  values: Slice,
  count: Slice,
  maxBindingSize: number,
): Dispatch[] {
  const LANES = tiles.elementLanes;
  const numbers = values.size / 4;
  // Bindings start at multiples of 256 bytes.
  const most = Math.floor(maxBindingSize / 256) * 64;
  const dispatches: Dispatch[] = [];
  for (let first = 0; first < numbers; first += most) {
    const some = Math.min(most, numbers - first);
    dispatches.push({
      kernel: notFinite,
      label: `${label} not finite`,
      constants: { LANES },
      bindings: [part(values, first, some), count],
      workgroups: linearGrid(Math.ceil(some / 4 / ROUNDS), LANES),
    });
  }
  return dispatches;
}
