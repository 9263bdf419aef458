/** The facts of the adapter: what it can do, whether it computes the right numbers, how fast. */
import { type AdapterKind, listAdapters } from "../gpu/adapters.ts";
import { type Gpu, openGpu } from "../gpu/device.ts";
import { describe } from "../galaxy/describe.ts";
import type { Model } from "../galaxy/model.ts";
import { KNOWN_MODELS, MODELS, modelsNamed } from "../galaxy/models/all.ts";
import { modelRates } from "../galaxy/rate.ts";
import { readTiles, TILES_FOLDER, useTiles } from "../tune/tuned_tiles.ts";
import { adapterFindings } from "./adapter.ts";
import { capabilityFindings } from "./capabilities.ts";
import { driverFindings } from "./driver.ts";
import type { Finding } from "./finding.ts";
import { checkKernels, kernelFinding } from "./kernels.ts";
import { look, variable } from "./look.ts";
import { estimateModels, type ModelEstimate, modelsFinding, type Rates } from "./models.ts";
import { memoryFor } from "./room.ts";
import { speedFinding } from "./speed.ts";
import { tilesFinding } from "./tiles.ts";

export interface GpuOptions {
  readonly kind: AdapterKind;
  /** Seconds to check kernels for; `undefined` to measure nothing. */
  readonly seconds: number | undefined;
  /** The model to measure; by default `extradense`, on a software adapter `compact`. */
  readonly model?: Model | undefined;
  /** Is told what takes a while. */
  busy(text: string): void;
}

/** Variables that may hide the system's drivers, and what `./run` sets them to. */
const MISLEADING = {
  VK_DRIVER_FILES: undefined,
  VK_ICD_FILENAMES: undefined,
  DENO_WEBGPU_BACKEND: "vulkan",
};

/** Findings one by one; in the end what the models would take, where there is an adapter. */
export async function* examineGpu(
  options: GpuOptions,
): AsyncGenerator<Finding, ModelEstimate[]> {
  const { kind } = options;
  const adapters = await listAdapters();
  const { os } = Deno.build;
  const misleading = Object.entries(MISLEADING).filter(([name, usual]) => {
    const value = variable(name);
    return value !== undefined && value !== usual;
  }).map(([name]) => name);
  const cores = navigator.hardwareConcurrency;
  yield* adapterFindings({ adapters, kind, os, cores, misleading });
  const used = adapters.find(({ kinds }) => kinds.includes(kind));
  if (!used) return [];
  yield* driverFindings({
    os,
    adapter: used.name,
    backend: variable("DENO_WEBGPU_BACKEND"),
    compiler: variable("DENO_WEBGPU_DX12_COMPILER"),
  });
  let gpu: Gpu | undefined;
  const opened = await look("Device", async () => {
    gpu = await openGpu(kind);
    const { subgroup, timestamps, device: { limits } } = gpu;
    const f16 = used.features.includes("shader-f16");
    return capabilityFindings({ limits, subgroup, timestamps, f16 });
  });
  if (!gpu) {
    // An adapter that gives no device is of no use.
    yield* opened.map((finding): Finding => ({ ...finding, state: "blocks" }));
    return [];
  }
  try {
    yield* opened;
    return yield* examineDevice(gpu, options);
  } finally {
    gpu.close();
  }
}

async function* examineDevice(
  gpu: Gpu,
  { seconds, model, busy }: GpuOptions,
): AsyncGenerator<Finding, ModelEstimate[]> {
  yield* await look("Tiles", async () => {
    let problem: string | undefined;
    const file = await readTiles(gpu, TILES_FOLDER, (text) => problem = text);
    if (file) useTiles(gpu, file);
    return [tilesFinding({ file, software: gpu.software, ...(problem ? { problem } : {}) })];
  });
  const measured = model ?? modelsNamed([gpu.software ? "compact" : "extradense"])[0];
  let rates: Rates | undefined;
  if (seconds !== undefined) {
    busy("checking kernels");
    yield* await look("Kernels", async () => [kernelFinding(await checkKernels(gpu, seconds))]);
    busy(`measuring ${measured.name}`);
    yield* await look("Speed", async () => {
      rates = { model: measured.name, ...await modelRates(gpu, measured) };
      return [];
    });
  }
  let estimates: ModelEstimate[] = [];
  yield* await look("Models", async () => {
    const models = KNOWN_MODELS.map(describe);
    const facts = {
      models,
      maxBufferSize: gpu.device.limits.maxBufferSize,
      software: gpu.software,
      rates: rates && { measured: rates, reference: describe(measured) },
    };
    const most = Math.max(...estimateModels({ ...facts, memory: 0 }).map(({ bytes }) => bytes));
    const { available } = Deno.systemMemoryInfo();
    estimates = estimateModels({ ...facts, memory: await memoryFor(gpu, most, available) });
    return [modelsFinding(estimates, gpu.software)];
  });
  const paper = estimates.filter(({ model }) => MODELS.some(({ name }) => name === model));
  const known = rates;
  if (known && paper.length > 0) {
    yield* await look("Speed", () => {
      const [load] = Deno.loadavg();
      const cores = navigator.hardwareConcurrency;
      const { software } = gpu;
      return [speedFinding({ rates: known, estimates: paper, load, cores, software })];
    });
  }
  return estimates;
}
