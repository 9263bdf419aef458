/** What this adapter can do at most: moving memory, and multiply-adds. Both are measured. */
import gridSource from "../kernels/shared/grid.wgsl" with { type: "text" };
import copySource from "./copy.wgsl" with { type: "text" };
import multiplyAddSource from "./multiply_add.wgsl" with { type: "text" };
import type { Gpu } from "../lib/gpu/device.ts";
import { download, Memory, part, upload } from "../lib/gpu/memory.ts";
import { profile } from "../lib/gpu/profile.ts";
import { type Dispatch, dispatch, kernel } from "../lib/gpu/kernel.ts";
import { Compiler } from "../lib/gpu/program.ts";
import { linearGrid } from "../lib/nn/tiles.ts";
import { type Spread, spreadOf } from "./table.ts";

const copy = kernel("copy", [copySource], ["x", "y"], ["COUNT", "ITEMS", "LANES"]);
const multiplyAdd = kernel("multiply_add", [gridSource, multiplyAddSource], ["x", "y"], [
  "ITERATIONS",
  "CHAINS",
  "LANES",
]);

/** What nothing on this adapter exceeds, but for what its caches hold. */
export interface Limits {
  /** GB/s of a copy, read and written bytes added up. */
  readonly copy: Spread;
  /** GFLOP/s of multiply-adds between registers, two operations each. */
  readonly multiplyAdd: Spread;
}

/** Several ways to do the same work; the best of them is the limit. */
interface Candidate {
  readonly dispatch: Dispatch;
  /** Bytes or operations, in thousands of millions. */
  readonly amount: number;
  /** Throws where the result is wrong. */
  check(): Promise<void>;
}

/**
 * Tries several shapes of both, or only the likeliest of each.
 * @throws UserError when the adapter has no timestamps
 */
export async function measureLimits(
  gpu: Gpu,
  { repeats, onlyOne }: { repeats: number; onlyOne: boolean },
): Promise<Limits> {
  const memory = new Memory(gpu);
  const best = async (candidates: Candidate[]) =>
    await bestOf(gpu, onlyOne ? candidates.slice(0, 1) : candidates, repeats);
  try {
    return {
      copy: await best(await copies(gpu, memory)),
      multiplyAdd: await best(await multiplyAdds(gpu, memory)),
    };
  } finally {
    memory.destroy();
  }
}

/** Amount per second of the candidate that was the fastest once. */
async function bestOf(gpu: Gpu, candidates: Candidate[], repeats: number): Promise<Spread> {
  const compiler = new Compiler(gpu);
  let winner: Spread | undefined;
  for (const { dispatch, amount, check } of candidates) {
    const program = await compiler.compile([dispatch]);
    await profile(gpu, program); // compiles, on adapters that do so late
    await check();
    const rates: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const [{ milliseconds }] = await profile(gpu, program);
      rates.push(amount / milliseconds * 1e3);
    }
    const rate = spreadOf(rates);
    if (!winner || rate.max > winner.max) winner = rate;
  }
  return winner!;
}

/** Larger than the caches of the adapter, or as large as a binding may be. */
async function copies(gpu: Gpu, memory: Memory): Promise<Candidate[]> {
  const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
  const wanted = gpu.software ? 2 ** 26 : 2 ** 28;
  const bytes = 2 **
    Math.floor(Math.log2(Math.min(wanted, maxStorageBufferBindingSize, maxBufferSize)));
  const x = await memory.allocate("copied from", "data", bytes / 4);
  const y = await memory.allocate("copied to", "data", bytes / 4);
  const numbers = Float32Array.from({ length: bytes / 4 }, (_, i) => i % 65_537);
  upload(gpu, x, numbers);
  const last = numbers.at(-1);
  const shapes = [256, 64, 8].flatMap((LANES) => [4, 1, 16].map((ITEMS) => ({ LANES, ITEMS })));
  return shapes.map(({ LANES, ITEMS }) => ({
    dispatch: dispatch(copy, {
      label: `copy, ${ITEMS} vectors per invocation`,
      constants: { COUNT: bytes / 16, ITEMS, LANES },
      bindings: { x, y },
      workgroups: linearGrid(bytes / 16, LANES * ITEMS),
    }),
    amount: 2 * bytes / 1e9,
    async check() {
      const copied = (await download(gpu, part(y, bytes / 4 - 1, 1), 1))[0];
      if (copied !== last) throw new Error(`the copy ends with ${copied} instead of ${last}`);
    },
  }));
}

async function multiplyAdds(gpu: Gpu, memory: Memory): Promise<Candidate[]> {
  const invocations = gpu.software ? 2 ** 13 : 2 ** 20;
  const ITERATIONS = 64;
  const x = await memory.allocate("factor and summand", "data", 8);
  const y = await memory.allocate("sums", "data", 4 * invocations);
  // Every chain converges to 1.
  upload(gpu, x, new Float32Array(8).fill(0.5));
  const shapes = [64, 256, 8].flatMap((LANES) =>
    [8, 2, 4, 16].map((CHAINS) => ({ LANES, CHAINS }))
  );
  return shapes.map(({ LANES, CHAINS }) => ({
    dispatch: dispatch(multiplyAdd, {
      label: `multiply-adds, ${CHAINS} chains`,
      constants: { ITERATIONS, CHAINS, LANES },
      bindings: { x, y },
      // A large GPU has more of them than one dimension of a grid.
      workgroups: linearGrid(invocations, LANES),
    }),
    amount: 2 * 4 * 16 * CHAINS * ITERATIONS * invocations / 1e9,
    async check() {
      const sums = await download(gpu, y, 4 * invocations);
      const wrong = sums.find((sum) => sum !== CHAINS);
      if (wrong !== undefined) throw new Error(`${CHAINS} chains of 1 sum to ${wrong}`);
    },
  }));
}
