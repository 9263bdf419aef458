/** What the invocations of a dispatch do, counted: in one workgroup warp by warp, and over the grid. */
import type { Dispatch } from "../gpu/kernel.ts";
import { traced } from "./compile.ts";
import { type Reach, reachOf } from "./reach.ts";
import type { Access, Invocation, Observer, Piece, Traced } from "./trace.ts";

/** Instructions, each counted once for a warp. */
export interface Instructions {
  multiplyAdds: number;
  floats: number;
  wholes: number;
  /** Of buffers. */
  loads: number;
  stores: number;
  /** Of workgroup memory, loads and stores. */
  shared: number;
  iterations: number;
  barriers: number;
}

/** What one warp does in its order, as much as its timing takes. */
export type Event =
  | {
    readonly is: "piece";
    readonly piece: Piece;
    readonly farthest: Level;
    readonly clocks: number;
  }
  | { readonly is: "iteration" }
  | { readonly is: "barrier" };

/** Where a load finds its numbers. */
export type Level = "none" | "shared" | "near" | "far";

export interface Count {
  readonly dispatch: Dispatch;
  readonly workgroups: number;
  /** Invocations of a workgroup. */
  readonly threads: number;
  readonly sharedBytes: number;
  readonly kept: number;
  /** Of a workgroup in the middle of the grid. */
  readonly middle: {
    readonly instructions: Readonly<Instructions>;
    /** In which the first-level cache and workgroup memory answer, one request after the other. */
    readonly accessClocks: number;
    /** That a workgroup moves from and to the second-level cache, each 32 bytes read once. */
    readonly bytes: number;
    readonly warps: readonly (readonly Event[])[];
  };
  /** The work of each workgroup over that of the one in the middle, in the order of the grid. */
  readonly shares: (index: number) => number;
  /** Their mean. */
  readonly meanShare: number;
  /** Of all bindings that are read, and of those that are written: each once. */
  readonly memoryBytes: number;
}

const WARP = 32;
const SECTOR = 32;
/** Places along an axis of the grid that are looked at, at most. */
const PLACES = 128;

/** Counts a dispatch. @throws Error where its kernel has a form that cannot be read */
export function countOf(dispatch: Dispatch): Count {
  const trace = traced(dispatch);
  const grid = [dispatch.workgroups[0], dispatch.workgroups[1] ?? 1, dispatch.workgroups[2] ?? 1];
  const workgroups = grid as [number, number, number];
  const middle = workgroups.map((count) => (count - 1) >> 1) as [number, number, number];
  const { warps, stored, loaded } = middleWorkgroup(trace, { workgroups, workgroup: middle });
  const axes = [0, 1, 2].map((axis) => axisShares(trace, { workgroups, middle, axis }));
  return {
    dispatch,
    workgroups: workgroups[0] * workgroups[1] * workgroups[2],
    threads: trace.size,
    sharedBytes: trace.sharedBytes,
    kept: trace.kept,
    middle: warps,
    shares(index) {
      const [x, y] = workgroups;
      return axes[0].of(index % x) * axes[1].of(Math.floor(index / x) % y) *
        axes[2].of(Math.floor(index / x / y));
    },
    meanShare: axes.reduce((product, { mean }) => product * mean, 1),
    memoryBytes: dispatch.bindings.reduce(
      (sum, { size }, binding) =>
        sum + size * (Number(loaded.has(binding)) + Number(stored.has(binding))),
      0,
    ),
  };
}

/** Adds up what every single invocation of a dispatch does: for small shapes. */
export function countAll(dispatch: Dispatch): Instructions {
  const trace = traced(dispatch);
  const [x, y = 1, z = 1] = dispatch.workgroups;
  const counter = new Counter();
  for (let index = 0; index < x * y * z; index++) {
    const workgroup = [index % x, Math.floor(index / x) % y, Math.floor(index / x / y)] as const;
    for (let local = 0; local < trace.size; local++) {
      trace.run({ workgroups: [x, y, z], workgroup, local }, counter);
    }
  }
  return counter.instructions;
}

class Counter implements Observer {
  readonly instructions: Instructions = {
    multiplyAdds: 0,
    floats: 0,
    wholes: 0,
    loads: 0,
    stores: 0,
    shared: 0,
    iterations: 0,
    barriers: 0,
  };

  piece({ multiplyAdds, floats, wholes, accesses }: Piece) {
    const { instructions } = this;
    instructions.multiplyAdds += multiplyAdds;
    instructions.floats += floats;
    instructions.wholes += wholes;
    for (const { binding, store } of accesses) {
      instructions[binding < 0 ? "shared" : store ? "stores" : "loads"]++;
    }
  }

  iteration() {
    this.instructions.iterations++;
  }

  barrier() {
    this.instructions.barriers++;
  }
}

/** One workgroup with all addresses. Its first invocation of each warp stands for the warp. */
function middleWorkgroup(trace: Traced, place: Omit<Invocation, "local">) {
  const reaches = new Map<Access, Reach>();
  const counter = new Counter();
  const seen = new Set<number>();
  const loaded = new Set<number>(), stored = new Set<number>();
  let clocks = 0, bytes = 0;
  const warps: Event[][] = [];
  for (let local = 0; local < trace.size; local += WARP) {
    addReaches(trace, { ...place, local }, reaches);
    const events: Event[] = [];
    let farthest: Level = "none", pieceClocks = 0;
    trace.run({ ...place, local }, {
      access(access) {
        const { binding, store } = access;
        const reach = reaches.get(access)!;
        pieceClocks += reach.clocks;
        if (binding < 0) {
          if (!store && farthest === "none") farthest = "shared";
          return;
        }
        (store ? stored : loaded).add(binding);
        const address = access.address();
        let fresh = 0;
        for (const offset of reach.sectors) {
          const sector = binding * 2 ** 40 + Math.floor((address + offset) / SECTOR);
          if (store || !seen.has(sector)) fresh++;
          if (!store) seen.add(sector);
        }
        bytes += fresh * SECTOR;
        if (!store) farthest = fresh > 0 || farthest === "far" ? "far" : "near";
      },
      piece(piece) {
        counter.piece(piece);
        events.push({ is: "piece", piece, farthest, clocks: pieceClocks });
        clocks += pieceClocks;
        farthest = "none";
        pieceClocks = 0;
      },
      iteration() {
        counter.iteration();
        events.push({ is: "iteration" });
      },
      barrier() {
        counter.barrier();
        events.push({ is: "barrier" });
      },
    });
    warps.push(events);
  }
  const { instructions } = counter;
  return { warps: { instructions, accessClocks: clocks, bytes, warps }, loaded, stored };
}

/**
 * Adds where the lanes of a warp reach, for each access at its first time in each of them, unless
 * another warp has been there. @param warp its first invocation
 */
function addReaches(trace: Traced, warp: Invocation, reaches: Map<Access, Reach>) {
  const missing = new Map<Access, number[]>();
  trace.run(warp, {
    ...NOTHING,
    access(access) {
      if (!reaches.has(access)) missing.set(access, []);
    },
  });
  if (missing.size === 0) return;
  for (let lane = 0; lane < Math.min(WARP, trace.size - warp.local); lane++) {
    const met = new Set<Access>();
    trace.run({ ...warp, local: warp.local + lane }, {
      ...NOTHING,
      access(access) {
        if (met.has(access)) return;
        met.add(access);
        missing.get(access)?.push(access.address());
      },
    });
  }
  for (const [access, addresses] of missing) reaches.set(access, reachOf(access, addresses));
}

const NOTHING: Observer = { piece() {}, iteration() {} };

/** How much work there is along an axis, compared with the middle. */
function axisShares(
  trace: Traced,
  { workgroups, middle, axis }: {
    workgroups: [number, number, number];
    middle: [number, number, number];
    axis: number;
  },
): { of: (place: number) => number; mean: number } {
  const length = workgroups[axis];
  const work = (place: number) => {
    const workgroup = middle.with(axis, place) as [number, number, number];
    const counter = new Counter();
    trace.run({ workgroups, workgroup, local: 0 }, counter);
    const { multiplyAdds, loads, stores } = counter.instructions;
    return multiplyAdds || loads + stores || 1; // nothing where all of its lanes are beyond the edge
  };
  const places = Math.min(length, PLACES);
  const whole = work(middle[axis]);
  const shares = Array.from(
    { length: places },
    (_, i) => work(Math.floor((i + 0.5) * length / places)) / whole,
  );
  return {
    of: (place) => shares[Math.floor(place * places / length)],
    mean: shares.reduce((a, b) => a + b, 0) / places,
  };
}
