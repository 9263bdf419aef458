/** What the adapter can do: limits and features that decide which kernels run. */
import type { Finding } from "./finding.ts";

export interface CapabilityFacts {
  readonly limits: {
    readonly maxBufferSize: number;
    readonly maxStorageBufferBindingSize: number;
    readonly maxComputeWorkgroupStorageSize: number;
    readonly maxComputeInvocationsPerWorkgroup: number;
  };
  /** Invocations of a subgroup, 0 where kernels cannot use them. */
  readonly subgroup: number;
  readonly f16: boolean;
  readonly timestamps: boolean;
}

export function capabilityFindings(
  { limits, subgroup, f16, timestamps }: CapabilityFacts,
): Finding[] {
  const size = (bytes: number) => {
    const unit = bytes >= 0.99 * 2 ** 30 ? 30 : bytes >= 2 ** 20 ? 20 : 10;
    return `${Math.round(bytes / 2 ** unit)} ${{ 30: "GiB", 20: "MiB", 10: "KiB" }[unit]}`;
  };
  const text = `${size(limits.maxBufferSize)} in a buffer, ` +
    `${size(limits.maxStorageBufferBindingSize)} in a binding; workgroups of ` +
    `${limits.maxComputeInvocationsPerWorkgroup} with ` +
    `${size(limits.maxComputeWorkgroupStorageSize)}`;
  const has = (there: boolean, name: string) => there ? name : `no ${name}`;
  const groups = subgroup > 0 ? `subgroups of ${subgroup}` : "no subgroups of one known size";
  const features = [groups, has(f16, "half floats"), has(timestamps, "timestamps")].join(", ");
  return [
    { topic: "Limits", state: "good", text },
    timestamps ? { topic: "Features", state: "good", text: features } : {
      topic: "Features",
      state: "note",
      text: `${features}: tune, bench and --profile cannot time kernels`,
    },
  ];
}
