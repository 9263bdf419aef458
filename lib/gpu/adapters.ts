/** Which adapters there are: WebGPU has no list of them, it answers questions. */

/** What can be asked for: the fastest GPU, one that saves energy, or the processor. */
export type AdapterKind = "fast" | "low-power" | "software";
export const ADAPTER_KINDS: readonly AdapterKind[] = ["fast", "low-power", "software"];

const QUESTIONS: Readonly<Record<AdapterKind, GPURequestAdapterOptions>> = {
  fast: { powerPreference: "high-performance" },
  "low-power": { powerPreference: "low-power" },
  software: { forceFallbackAdapter: true },
};

let chosen: AdapterKind = "fast";

/** Has every device that is opened from now on, where nothing else is said, be of this adapter. */
export function chooseAdapter(kind: AdapterKind) {
  chosen = kind;
}

export function chosenAdapter(): AdapterKind {
  return chosen;
}

/** The adapter that answers a question, that of `chooseAdapter` by default; null where none does. */
export async function requestAdapter(kind: AdapterKind = chosen): Promise<GPUAdapter | null> {
  return await navigator.gpu?.requestAdapter(QUESTIONS[kind]) ?? null;
}

/** What the driver calls an adapter. */
export function adapterName(
  { vendor, device, description, architecture }: GPUAdapterInfo,
): string {
  const name = [vendor, device, description].find((text) => /[a-z]/i.test(text)) ??
    "unnamed adapter";
  // Browsers may give away no more than the kind, as `nvidia` and `turing`.
  const more = description || architecture;
  return more && !name.includes(more) ? `${name} ${more}` : name;
}

/** Whether an adapter computes on the processor, as Mesa's llvmpipe does. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || /llvmpipe|swiftshader|software/i.test(adapterName(info));
}

/** Who made a GPU, where that decides what its kernels may be cut by. */
export type Vendor = "nvidia" | "amd" | "apple" | "intel";

/** Their numbers on the PCI bus, as Vulkan and Direct3D have them; Metal and browsers give words. */
const VENDORS: readonly (readonly [Vendor, number: number, words: RegExp])[] = [
  ["nvidia", 0x10de, /nvidia|geforce/i],
  ["amd", 0x1002, /\bamd\b|radeon/i],
  ["apple", 0x106b, /\bapple\b/i],
  ["intel", 0x8086, /\bintel\b/i],
];

/** Who made the GPU; `undefined` for others, and for adapters that compute on the processor. */
export function vendorOf(info: GPUAdapterInfo): Vendor | undefined {
  if (isSoftware(info)) return undefined;
  const numbered = VENDORS.find(([, number]) => Number(info.vendor || NaN) === number);
  const name = `${info.vendor} ${adapterName(info)}`;
  return (numbered ?? VENDORS.find(([, , words]) => words.test(name)))?.[0];
}

/** An adapter, without a device. */
export interface FoundAdapter {
  readonly name: string;
  readonly software: boolean;
  /** The questions that it answers, one at least. */
  readonly kinds: readonly AdapterKind[];
  readonly features: readonly string[];
}

/**
 * The adapters that answer the questions, each once. Of several that are equally fast only one ever
 * answers, and two of one name cannot be told apart.
 */
export async function listAdapters(): Promise<FoundAdapter[]> {
  const found = new Map<string, FoundAdapter & { kinds: AdapterKind[] }>();
  for (const kind of ADAPTER_KINDS) {
    const adapter = await requestAdapter(kind);
    if (!adapter) continue;
    const { info, features } = adapter;
    const key = JSON.stringify([info.vendor, info.architecture, info.device, info.description]);
    const known = found.get(key);
    if (known) known.kinds.push(kind);
    else {
      found.set(key, {
        name: adapterName(info),
        software: isSoftware(info),
        kinds: [kind],
        features: [...features].sort(),
      });
    }
  }
  return [...found.values()];
}
