/** Is there a WebGPU adapter, which one, and which others? */
import type { AdapterKind, FoundAdapter } from "../gpu/adapters.ts";
import type { Finding } from "./finding.ts";

export interface AdapterFacts {
  readonly adapters: readonly FoundAdapter[];
  /** What `--adapter` asks for. */
  readonly kind: AdapterKind;
  readonly os: string;
  /** Processors, which a software adapter computes on. */
  readonly cores: number;
  /** Variables that lead the system to other drivers, of those that are set. */
  readonly misleading: readonly string[];
}

const INSTALL: Readonly<Record<string, string>> = {
  linux: "Install the Vulkan driver of your GPU, or Mesa's, which also computes on the " +
    "processor: mesa-vulkan-drivers and libvulkan1 (Debian, Ubuntu), mesa-vulkan-drivers and " +
    "vulkan-loader (Fedora), vulkan-swrast and vulkan-icd-loader (Arch). As root on Debian or " +
    "Ubuntu, any other task of ./run does it",
  darwin: "Metal is part of macOS, but virtual and remote machines may have no GPU",
  windows: "Update the driver of the graphics card; Direct3D 12 is part of Windows 10 and later",
};

/** The adapter that is used, and those that `--adapter` would choose instead. */
export function adapterFindings(facts: AdapterFacts): Finding[] {
  const { adapters, kind } = facts;
  const topic = "Adapter";
  const used = adapters.find(({ kinds }) => kinds.includes(kind));
  if (!used) return [{ topic, state: "blocks", ...absence(facts) }];
  const others = adapters.filter((adapter) => adapter !== used);
  const findings = [{ topic, ...judged(used, others, facts) }];
  for (const { name, software, kinds } of others) {
    const where = software ? ", on the processor" : "";
    const text = `${name}${where}: chosen by --adapter ${kinds[0]}`;
    findings.push({ topic: "Another adapter", state: "good", text });
  }
  return findings;
}

function absence({ adapters, os, misleading }: AdapterFacts): Omit<Finding, "topic" | "state"> {
  if (adapters.length > 0) {
    // Whoever has an adapter has a fast and a saving one.
    const text = "no adapter computes on the processor here";
    return { text, remedy: "Leave out --adapter software, or install Mesa's llvmpipe" };
  }
  const set = misleading.length === 0
    ? ""
    : `. ${misleading.join(" and ")} ${misleading.length > 1 ? "are" : "is"} set: does it lead ` +
      "to a driver that is there?";
  return { text: "no WebGPU adapter found", remedy: (INSTALL[os] ?? INSTALL.linux) + set };
}

function judged(
  { name, software }: FoundAdapter,
  others: readonly FoundAdapter[],
  { kind, cores }: AdapterFacts,
): Omit<Finding, "topic"> {
  if (!software) return { state: "good", text: name };
  const text = `${name}, which computes on the processor (${cores} cores): right, but slow`;
  if (kind === "software" && others.length > 0) return { state: "good", text };
  const remedy = "Where there is a GPU, install its driver. Pictures can be classified as it is";
  return { state: "note", text, remedy };
}
