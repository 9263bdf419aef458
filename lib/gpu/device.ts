/** The WebGPU adapter and device, with the limits a network needs and no silent error. */
import { messageOf, UserError } from "../errors.ts";
import {
  type AdapterKind,
  adapterName,
  isSoftware,
  requestAdapter,
  type Vendor,
  vendorOf,
} from "./adapters.ts";
import { subgroupLine } from "./dialect.ts";

/** An open device. Everything that allocates, compiles or submits goes through one of these. */
export interface Gpu {
  /** WebGPU's own object. */
  readonly device: GPUDevice;
  /** What the driver calls the adapter. */
  readonly name: string;
  /** Who made it, of those whose GPUs are told apart. */
  readonly vendor: Vendor | undefined;
  /** True for an adapter that computes on the processor, as Mesa's llvmpipe does. */
  readonly software: boolean;
  /** True when kernels can be timed. */
  readonly timestamps: boolean;
  /** Invocations of a subgroup, 0 where kernels cannot use subgroups of one known size. */
  readonly subgroup: number;
  /** What has to stand first in WGSL that uses subgroups; see `dialect.ts`. */
  readonly subgroupLine: string;
  /**
   * To be called after waiting.
   * @throws Error when a validation error has happened, DeviceLostError when the device is lost
   */
  check(): void;
  /** Waits until all submitted work is done. @throws as `check` does */
  finish(): Promise<void>;
  /** Frees the device and all its buffers. */
  close(): void;
}

// These say what is so. What to do about it depends on the program, which adds it (lib/cli/advice.ts).

/** The system has no WebGPU adapter. */
export class NoAdapterError extends UserError {}
/** A device that went away in the middle of work. The caller still has its last checkpoint. */
export class DeviceLostError extends UserError {}
/** The GPU has no memory left. */
export class OutOfMemoryError extends UserError {}
/** A buffer or a binding is larger, or a sum is longer, than the adapter allows. */
export class AdapterLimitError extends UserError {}

const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxUniformBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
] as const;

/**
 * Opens an adapter.
 * @param kind which one: the fastest, or what `chooseAdapter` said, by default
 * @throws NoAdapterError when there is none, UserError when it refuses to give a device
 */
export async function openGpu(kind?: AdapterKind): Promise<Gpu> {
  const adapter = await requestAdapter(kind);
  if (!adapter) {
    // Every system that has an adapter has a fast one, the only one at worst.
    const none = await requestAdapter("fast") === null;
    throw new NoAdapterError(
      none
        ? "no WebGPU adapter found: this system has no Vulkan, Metal or Direct3D 12 driver"
        : "no software adapter found: this system has no driver that computes on the processor",
    );
  }
  const features: GPUFeatureName[] = adapter.features.has("timestamp-query")
    ? ["timestamp-query"]
    : [];
  const { subgroupMinSize, subgroupMaxSize } = adapter.info;
  const subgroup = subgroupMinSize === subgroupMaxSize ? subgroupMinSize : 0;
  const request = (requiredFeatures: GPUFeatureName[]) =>
    adapter.requestDevice({
      label: "galaxies",
      requiredFeatures,
      requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    });
  try {
    if (subgroup > 0) {
      // Deno 2.9 grants subgroups without listing them, so only asking tells.
      const device = await request([...features, "subgroups"]).catch(() => undefined);
      if (device) {
        const has = { subgroup, subgroupLine: await subgroupLine(device) };
        return watch(device, adapter.info, has);
      }
    }
    return watch(await request(features), adapter.info, { subgroup: 0, subgroupLine: "" });
  } catch (error) {
    throw new UserError(`the adapter refused to open a device: ${messageOf(error)}`);
  }
}

function watch(
  device: GPUDevice,
  info: GPUAdapterInfo,
  subgroups: Pick<Gpu, "subgroup" | "subgroupLine">,
): Gpu {
  let failure: Error | undefined;
  let closing = false;
  device.addEventListener("uncapturederror", (event) => {
    failure ??= gpuError((event as GPUUncapturedErrorEvent).error);
  });
  device.lost.then((lost) => {
    if (closing) return;
    failure ??= new DeviceLostError(`the GPU was lost (${lost.message || lost.reason})`);
  });
  const check = () => {
    if (failure) throw failure;
  };
  return {
    device,
    name: adapterName(info),
    vendor: vendorOf(info),
    software: isSoftware(info),
    timestamps: device.features.has("timestamp-query"),
    ...subgroups,
    check,
    async finish() {
      await device.queue.onSubmittedWorkDone();
      check();
    },
    close() {
      closing = true;
      device.destroy();
    },
  };
}

/** WebGPU's error as one of ours: out of memory can happen to a user, the rest is our mistake. */
export function gpuError(error: GPUError | GPUPipelineError, doing = "working"): Error {
  if (error instanceof GPUOutOfMemoryError) {
    return new OutOfMemoryError(`the GPU ran out of memory while ${doing}: ${error.message}`);
  }
  return new Error(`WebGPU error while ${doing}: ${error.message}`);
}

/**
 * Runs `work` with the device's errors caught, and throws the first of them. What it promises is waited
 * for; meanwhile others may be guarded.
 */
export async function guarded<T>(
  gpu: Gpu,
  doing: string,
  work: () => T | Promise<T>,
): Promise<T> {
  for (const filter of ["internal", "out-of-memory", "validation"] as const) {
    gpu.device.pushErrorScope(filter);
  }
  const working = (async () => await work())();
  // In the same turn: scopes are a stack, and those of others must not come in between.
  const scopes = [0, 1, 2].map(() => gpu.device.popErrorScope());
  const [result] = await Promise.allSettled([working]);
  const error = (await Promise.all(scopes)).findLast((error) => error !== null);
  if (error) throw gpuError(error, doing);
  if (result.status === "rejected") {
    throw result.reason instanceof GPUPipelineError
      ? gpuError(result.reason, doing)
      : result.reason;
  }
  gpu.check();
  return result.value;
}
