/** Kernels and dispatches as plain data, compiled once into programs that only record. */
import { UserError } from "../errors.ts";
import { type Gpu, guarded } from "./device.ts";
import { mebibytes, type Slice } from "./memory.ts";
import { unroll } from "./unroll.ts";

/** A file of `kernels/`. */
export interface Kernel {
  /** Its name without `.wgsl`. */
  readonly name: string;
  readonly source: string;
}

/** One run of a kernel over fixed buffers. */
export interface Dispatch {
  readonly kernel: Kernel;
  /** What it computes, as `conv2 forward`: the label of pipeline, bindings and profile rows. */
  readonly label: string;
  /** Values of the names that the kernel leaves open: shapes and tile sizes. */
  readonly constants: Readonly<Record<string, number>>;
  /** In the order of the kernel's binding numbers. */
  readonly bindings: readonly Slice[];
  readonly workgroups: readonly [x: number, y?: number, z?: number];
}

/** Dispatches with their pipelines and bind groups. Recording allocates nothing. */
export interface Program {
  readonly dispatches: readonly Dispatch[];
  record(pass: GPUComputePassEncoder, from?: number, to?: number): void;
}

interface Step {
  pipeline: GPUComputePipeline;
  group: GPUBindGroup;
  workgroups: Dispatch["workgroups"];
}

/** Compiles dispatches; equal kernels with equal constants share a pipeline. */
export class Compiler {
  readonly #gpu: Gpu;
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** @throws UserError when a binding or a grid is too large for the adapter */
  async compile(dispatches: readonly Dispatch[]): Promise<Program> {
    const steps: Step[] = [];
    for (const dispatch of dispatches) {
      const types = bindingTypes(dispatch.kernel);
      this.#checkLimits(dispatch, types);
      const pipeline = await this.#pipeline(dispatch, types);
      const group = await guarded(
        this.#gpu,
        `binding ${dispatch.label}`,
        () =>
          this.#gpu.device.createBindGroup({
            label: dispatch.label,
            layout: pipeline.getBindGroupLayout(0),
            entries: dispatch.bindings.map((resource, binding) => ({ binding, resource })),
          }),
      );
      steps.push({ pipeline, group, workgroups: dispatch.workgroups });
    }
    return {
      dispatches,
      record(pass, from = 0, to = steps.length) {
        for (let i = from; i < to; i++) {
          const { pipeline, group, workgroups } = steps[i];
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, group);
          pass.dispatchWorkgroups(...workgroups);
        }
      },
    };
  }

  #pipeline(dispatch: Dispatch, types: GPUBufferBindingType[]): Promise<GPUComputePipeline> {
    const code = kernelCode(dispatch);
    let pipeline = this.#pipelines.get(code);
    if (!pipeline) {
      pipeline = this.#build(dispatch, code, types);
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  async #build(dispatch: Dispatch, code: string, types: GPUBufferBindingType[]) {
    const { device } = this.#gpu;
    const label = dispatch.label;
    return await guarded(
      this.#gpu,
      `compiling ${label} (kernels/${dispatch.kernel.name}.wgsl)`,
      () => {
        const layout = device.createBindGroupLayout({
          label,
          entries: types.map((type, binding) => ({
            binding,
            visibility: GPUShaderStage.COMPUTE,
            buffer: { type },
          })),
        });
        return device.createComputePipeline({
          label,
          layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
          compute: { module: device.createShaderModule({ label, code }) },
        });
      },
    );
  }

  #checkLimits(dispatch: Dispatch, types: GPUBufferBindingType[]) {
    const { limits } = this.#gpu.device;
    const { label, bindings, workgroups, kernel } = dispatch;
    if (types.length !== bindings.length) {
      throw new Error(
        `${kernel.name} has ${types.length} bindings, ${label} gives ${bindings.length}`,
      );
    }
    bindings.forEach((slice, index) => {
      const limit = types[index] === "uniform"
        ? limits.maxUniformBufferBindingSize
        : limits.maxStorageBufferBindingSize;
      if (slice.size > limit) {
        throw new UserError(
          `${label} needs ${mebibytes(slice.size)} of ${slice.buffer.label} in one binding, this ` +
            `adapter (${this.#gpu.name}) allows ${mebibytes(limit)}. Make --batch-size smaller`,
        );
      }
    });
    for (const count of workgroups) {
      if (count! < 1 || count! > limits.maxComputeWorkgroupsPerDimension) {
        throw new Error(`${label}: a grid of ${workgroups.join(" × ")} workgroups`);
      }
    }
  }
}

/** The code that is compiled: the constants, then the kernel with its marked loops unrolled. */
export function kernelCode({ kernel, constants }: Dispatch): string {
  const block = Object.entries(constants).map(([name, value]) => `const ${name} = ${value};\n`);
  return block.join("") + unroll(kernel.source, constants);
}

/** The binding types that a kernel declares, by binding number. */
function bindingTypes(kernel: Kernel): GPUBufferBindingType[] {
  const types: GPUBufferBindingType[] = [];
  const declaration = /@binding\((\d+)\) var<(\w+)(?:,\s*(\w+))?>/g;
  for (const [, binding, space, access] of kernel.source.matchAll(declaration)) {
    types[Number(binding)] = space === "uniform"
      ? "uniform"
      : access === "read_write"
      ? "storage"
      : "read-only-storage";
  }
  return types;
}
