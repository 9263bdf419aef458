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
    for (const dispatch of dispatches) this.#checkLimits(dispatch);
    // All at once: browsers compile them side by side.
    const steps = await Promise.all(dispatches.map((dispatch) => this.#step(dispatch)));
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

  async #step(dispatch: Dispatch): Promise<Step> {
    const { label, bindings, workgroups } = dispatch;
    const pipeline = await this.#pipeline(dispatch);
    const group = await guarded(
      this.#gpu,
      `binding ${label}`,
      () =>
        this.#gpu.device.createBindGroup({
          label,
          layout: pipeline.getBindGroupLayout(0),
          entries: bindings.map((resource, binding) => ({ binding, resource })),
        }),
    );
    return { pipeline, group, workgroups };
  }

  #pipeline(dispatch: Dispatch): Promise<GPUComputePipeline> {
    const code = inDialect(this.#gpu, kernelCode(dispatch));
    let pipeline = this.#pipelines.get(code);
    if (!pipeline) {
      pipeline = this.#build(dispatch, code);
      this.#pipelines.set(code, pipeline);
    }
    return pipeline;
  }

  async #build(dispatch: Dispatch, code: string) {
    const { device } = this.#gpu;
    const label = dispatch.label;
    const types = bindingTypes(dispatch.kernel.source);
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
        return device.createComputePipelineAsync({
          label,
          layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout] }),
          compute: { module: device.createShaderModule({ label, code }) },
        });
      },
    );
  }

  #checkLimits({ kernel, label, bindings, workgroups }: Dispatch) {
    const { limits } = this.#gpu.device;
    const types = bindingTypes(kernel.source);
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
