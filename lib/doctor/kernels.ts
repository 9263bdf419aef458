/** Do kernels compute what their float64 references do? */
import { commandLine } from "../called.ts";
import type { Gpu } from "../gpu/device.ts";
import { ALL_CHECKS } from "../verify/checks/all.ts";
import { canRun, type Check, type TilesName } from "../verify/checks/bench.ts";
import { kernelOf } from "../verify/kernels.ts";
import type { Finding } from "./finding.ts";

export interface KernelFacts {
  /** Checks that were made, and that there are for this adapter. */
  readonly checks: number;
  readonly of: number;
  /** Names of those that failed. */
  readonly wrong: readonly string[];
}

export function kernelFinding({ checks, of, wrong }: KernelFacts): Finding {
  const topic = "Kernels";
  const some = checks < of ? `${checks} of ${of} checks` : `all ${of} checks`;
  if (wrong.length === 0) {
    const rest = checks < of ? "; all of them with --full" : "";
    return { topic, state: "good", text: `${some} agree with float64 references${rest}` };
  }
  const kernels = [...new Set(wrong)].join("; ");
  return {
    topic,
    state: "blocks",
    text: `${wrong.length} of ${checks} checks are wrong on this adapter: ${kernels}`,
    remedy: "Update the driver, or compute elsewhere (--adapter). Please report it with what " +
      `${commandLine("doctor --json")} and ${commandLine("verify")} print`,
  };
}

/** Tiles that this adapter uses by default. */
function ownTiles({ software, subgroup }: Pick<Gpu, "software" | "subgroup">): TilesName {
  if (!software) return "gpu";
  return subgroup >= 4 ? "subgroup" : "software";
}

/**
 * Checks in the order in which a short look makes them: of every kernel in turn, what this adapter
 * uses first, small shapes (which stand last in the lists) before large ones.
 */
export function inTurns(gpu: Gpu, all: readonly Check[] = ALL_CHECKS): Check[] {
  const own = ownTiles(gpu);
  const possible = all.filter(({ tiles }) => canRun(gpu, tiles));
  const lists = [...Map.groupBy(possible, kernelOf).values()].map((checks) => {
    const small = checks.toReversed();
    return [
      ...small.filter(({ tiles }) => tiles === own),
      ...small.filter(({ tiles }) => tiles !== own),
    ];
  });
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lists.flatMap((list) => list[turn] ?? []))
    .flat();
}

/**
 * Makes checks, at least one of each kernel.
 * @param seconds after which no other is begun any more
 */
export async function checkKernels(
  gpu: Gpu,
  seconds: number,
  checks: readonly Check[] = inTurns(gpu),
): Promise<KernelFacts> {
  const end = performance.now() + 1000 * seconds;
  const least = new Set(checks.map(kernelOf)).size;
  const wrong: string[] = [];
  let done = 0;
  for (const { name, run } of checks) {
    if (done >= least && performance.now() > end) break;
    const rows = await run(gpu);
    if (rows.some(({ excess }) => !(excess <= 1))) wrong.push(name);
    done++;
  }
  return { checks: done, of: checks.length, wrong };
}
