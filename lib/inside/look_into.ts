/** Everything that is looked at in a network for one picture. */
import { openGpu } from "../gpu/device.ts";
import type { Trained } from "../runs/trained.ts";
import { occlude, type OcclusionHooks } from "./occlusion.ts";
import { type MappedLayer, Probe, type Traces } from "./probe.ts";
import type { Covered } from "./regions.ts";
import { withoutEachPart } from "./without_part.ts";

export interface Findings extends Covered {
  /** (424, 424, 3) bytes: what was looked at. */
  readonly pixels: Uint8Array;
  /** Name of the network. */
  readonly model: string;
  /** Those with feature maps, the parts themselves first. */
  readonly layers: readonly MappedLayer[];
  readonly traces: Traces;
}

/** Looks at a picture, and at what becomes of it with something covered. @returns undefined after a stop */
export async function lookInto(
  probe: Probe,
  pixels: Uint8Array,
  hooks: OcclusionHooks = {},
): Promise<Findings | undefined> {
  const traces = await probe.look(pixels);
  const withoutParts = await withoutEachPart(probe, pixels);
  const regions = await occlude(probe, pixels, hooks);
  if (!regions) return undefined;
  const { mapped: layers, network: { model } } = probe;
  return {
    pixels,
    model: model.name,
    layers,
    traces,
    answers: traces.answers,
    regions,
    withoutParts,
  };
}

/**
 * Opens the GPU, builds a network to be looked into, and closes both afterwards.
 * @throws UserError as `openGpu` and `Probe.build` do
 */
export async function withProbe<T>(
  trained: Trained,
  work: (probe: Probe) => Promise<T>,
): Promise<T> {
  const gpu = await openGpu();
  try {
    const probe = await Probe.build(gpu, trained);
    return await work(probe).finally(() => probe.close());
  } finally {
    gpu.close();
  }
}
