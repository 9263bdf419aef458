import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { download, Memory, part, type Slice, upload } from "../../lib/gpu/memory.ts";
import { profile } from "../../lib/gpu/profile.ts";
import { type Dispatch, dispatch, kernel } from "../../lib/gpu/kernel.ts";
import { Compiler, kernelCode, type Program } from "../../lib/gpu/program.ts";
import { withLimits } from "../../lib/verify/checks/bench.ts";
import { gpuTest } from "../gpu.ts";

const SOURCE = `@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(0) var<uniform> x: array<vec4f, 2>;
@compute @workgroup_size(1)
fn main() {
  for (var i = 0; i < COUNT; i++) {
    y[i] = FACTOR * x[i / 4][i % 4];
  }
}`;
const scale = kernel("scale", [SOURCE], ["x", "y"], ["COUNT", "FACTOR"]);

interface Buffers {
  readonly x: Slice;
  readonly y: Slice;
}

function scaleBy(FACTOR: number, { x, y }: Buffers, run = scale): Dispatch {
  return dispatch(run, {
    label: `scale by ${FACTOR}`,
    constants: { COUNT: 8, FACTOR },
    bindings: { x, y },
    workgroups: [1],
  });
}

function submit(gpu: Gpu, program: Program, ...range: [from?: number, to?: number]) {
  const encoder = gpu.device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  program.record(pass, ...range);
  pass.end();
  gpu.device.queue.submit([encoder.finish()]);
}

async function buffers(gpu: Gpu) {
  const memory = new Memory(gpu);
  const x = await memory.allocate("x", "data", 8), y = await memory.allocate("y", "data", 8);
  upload(gpu, x, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  return { memory, x, y };
}

gpuTest("a program runs its dispatches in order, or a range of them", async (gpu) => {
  const { x, y } = await buffers(gpu);
  const program = await new Compiler(gpu).compile([scaleBy(2, { x, y }), scaleBy(3, { x, y })]);
  submit(gpu, program);
  assert.deepEqual(await download(gpu, y, 3), Float32Array.of(3, 6, 9));
  submit(gpu, program, 0, 1);
  assert.deepEqual(await download(gpu, y, 3), Float32Array.of(2, 4, 6));
});

gpuTest("equal kernels with equal constants share a pipeline", async (gpu) => {
  const { x, y, memory } = await buffers(gpu);
  const z = await memory.allocate("z", "data", 8);
  const { device } = gpu;
  const create = device.createComputePipelineAsync;
  let pipelines = 0;
  device.createComputePipelineAsync = (descriptor) => {
    pipelines++;
    return create.call(device, descriptor);
  };
  const compiler = new Compiler(gpu);
  await compiler.compile([scaleBy(2, { x, y }), scaleBy(2, { x, y: z })]);
  assert.equal(pipelines, 1);
  await compiler.compile([scaleBy(2, { x, y }), scaleBy(3, { x, y })]);
  assert.equal(pipelines, 2);
});

Deno.test("the code of a dispatch is its constants and the kernel, unrolled", () => {
  const code = kernelCode(scaleBy(2, {} as Buffers));
  assert.match(code, /^const COUNT = 8;\nconst FACTOR = 2;\n@group/);
  assert.match(code, /y\[7\] = FACTOR \* x\[1\]\[3\]/);
});

gpuTest(
  "a binding over the adapter's limit is refused with its name and both sizes",
  async (gpu) => {
    const { x, y } = await buffers(gpu);
    const enough = 2 ** 20;
    const limits = {
      maxComputeWorkgroupsPerDimension: 65_535,
      maxStorageBufferBindingSize: enough,
      maxUniformBufferBindingSize: enough,
    };
    const large = (slice: Slice) => ({ ...slice, size: 2 * enough });
    for (const bindings of [{ x: large(x), y }, { x, y: large(y) }]) {
      const program = new Compiler(withLimits(gpu, limits)).compile([scaleBy(2, bindings)]);
      await assert.rejects(program, (error) => {
        assert.ok(error instanceof UserError);
        assert.match(
          error.message,
          /^scale by 2 needs 2\.0 MiB of [xy] in one binding, .* 1\.0 MiB/,
        );
        return true;
      });
    }
  },
);

gpuTest("a grid that no adapter takes is an error", async (gpu) => {
  const { x, y } = await buffers(gpu);
  for (const count of [0, 65_536]) {
    const dispatch: Dispatch = { ...scaleBy(2, { x, y }), workgroups: [1, count] };
    await assert.rejects(new Compiler(gpu).compile([dispatch]), /a grid of 1 × \d+ workgroups/);
  }
});

gpuTest("a binding at an offset that is no multiple of 256 bytes is an error", async (gpu) => {
  const { x, y } = await buffers(gpu);
  const program = new Compiler(gpu).compile([scaleBy(2, { x, y: part(y, 4, 4) })]);
  await assert.rejects(program, /WebGPU error while binding scale by 2/);
});

gpuTest("a broken kernel is an error with its file, line and text", async (gpu) => {
  const { x, y } = await buffers(gpu);
  const broken = { ...scale, source: SOURCE.replace("FACTOR *", "FACTR *") };
  const program = new Compiler(gpu).compile([scaleBy(2, { x, y }, broken)]);
  await assert.rejects(program, (error: Error) => {
    assert.match(error.message, /compiling scale by 2 \(kernels\/scale\.wgsl\)/);
    assert.match(error.message, /wgsl:\d+:\d+/);
    assert.match(error.message, /y\[0\] = FACTR \*/);
    return true;
  });
});

gpuTest("a profile has a row with a time for every dispatch", async (gpu) => {
  const { x, y } = await buffers(gpu);
  const program = await new Compiler(gpu).compile([scaleBy(2, { x, y }), scaleBy(3, { x, y })]);
  if (!gpu.timestamps) {
    await assert.rejects(profile(gpu, program), /has no timestamps/);
    return;
  }
  const rows = await profile(gpu, program);
  assert.deepEqual(rows.map(({ label }) => label), ["scale by 2", "scale by 3"]);
  for (const { milliseconds } of rows) {
    assert.ok(milliseconds >= 0 && milliseconds < 10_000, `${milliseconds} ms`);
  }
  assert.deepEqual(await download(gpu, y, 2), Float32Array.of(3, 6));
});

gpuTest("an adapter without timestamps refuses to profile", async (gpu) => {
  const { x, y } = await buffers(gpu);
  const program = await new Compiler(gpu).compile([scaleBy(2, { x, y })]);
  await assert.rejects(profile({ ...gpu, timestamps: false }, program), {
    name: "UserError",
    message: `${gpu.name} has no timestamps, so the kernels cannot be timed`,
  });
});
