/** Dispatches compiled once into programs that only record. */
import { AdapterLimitError, type Gpu, guarded } from "./device.ts";
import { inDialect } from "./dialect.ts";
import { bindingTypes, type Dispatch } from "./kernel.ts";
import { mebibytes } from "./memory.ts";
import { unroll } from "./unroll.ts";

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

  /** @throws AdapterLimitError when a binding is too large for the adapter */
  async compile(dispatches: readonly Dispatch[]): Promise<Program> {
    const steps: Step[] = [];
    for (const dispatch of dispatches) {
      const types = bindingTypes(dispatch.kernel.source);
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
    const code = inDialect(this.#gpu, kernelCode(dispatch));
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
    const { label, bindings, workgroups } = dispatch;
    bindings.forEach((slice, index) => {
      const limit = types[index] === "uniform"
        ? limits.maxUniformBufferBindingSize
        : limits.maxStorageBufferBindingSize;
      if (slice.size > limit) {
        throw new AdapterLimitError(
          `${label} needs ${mebibytes(slice.size)} of ${slice.buffer.label} in one binding, this ` +
            `adapter (${this.#gpu.name}) allows ${mebibytes(limit)}`,
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

/** The code that is compiled: the constants, then the kernel with its loops unrolled. */
export function kernelCode({ kernel, constants }: Dispatch): string {
  const block = Object.entries(constants).map(([name, value]) => `const ${name} = ${value};\n`);
  return block.join("") + unroll(kernel.source, constants);
}
