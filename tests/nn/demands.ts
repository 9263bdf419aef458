/** What a plan takes of an adapter, for tests. */
import assert from "node:assert/strict";
import { evaluate } from "../../lib/gpu/unroll.ts";
import type { KernelPlan } from "../../lib/nn/variants.ts";

/** What a workgroup takes: wgpu compiles kernels that take more memory than the adapter has. */
function demands({ kernel, constants }: KernelPlan<string>) {
  const known: Record<string, number> = { ...constants };
  const { source } = kernel;
  for (const [, name, value] of source.matchAll(/^const (\w+) = ([^;]+);/gm)) {
    known[name] = evaluate(value, known);
  }
  const arrays = [...source.matchAll(/^var<workgroup> \w+: (?:array<vec4f, (.+)>)?;/gm)];
  return {
    invocations: evaluate(/@workgroup_size\((.+)\)/.exec(source)![1], known),
    bytes: arrays.reduce((sum, [, length]) => sum + 16 * evaluate(length, known), 0),
  };
}

/**
 * Holds a plan to the limits that every WebGPU adapter has.
 * @param from what else to say of a plan that does not keep them
 */
export function checkDemands(plan: KernelPlan<string>, from: readonly unknown[]) {
  const text = [plan.kernel.name, plan.constants, plan.workgroups, ...from]
    .map((part) => JSON.stringify(part)).join(" ");
  const { invocations, bytes } = demands(plan);
  assert.ok(invocations >= 1 && invocations <= 256, `${invocations} invocations: ${text}`);
  assert.ok(bytes <= 16_384, `${bytes} bytes: ${text}`);
  for (const groups of plan.workgroups) {
    assert.ok(Number.isInteger(groups) && groups! >= 1 && groups! <= 65_535, text);
  }
}
