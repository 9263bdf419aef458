/** What stands between WebGPU and the adapter: the graphics interface and the compiler of kernels. */
import type { Finding } from "./finding.ts";

export interface DriverFacts {
  readonly os: string;
  /** Name of the adapter. */
  readonly adapter: string;
  /** `DENO_WEBGPU_BACKEND`, which restricts the interfaces. */
  readonly backend: string | undefined;
  /** `DENO_WEBGPU_DX12_COMPILER`, the compiler of Direct3D 12. */
  readonly compiler: string | undefined;
}

/** Mesa that is built with this LLVM or a later one takes twice as long for kernels (docs/kernels.md §4). */
const SLOW_LLVM = 19;

const COMPILERS = ["fxc", "dxc", "dynamicdxc", "staticdxc", "auto"];

export function driverFindings(facts: DriverFacts): Finding[] {
  return [interfaceFinding(facts), ...shaderCompiler(facts), ...firstCompilation(facts)];
}

/** Deno does not tell which interface an adapter is reached through. */
function interfaceFinding({ os, backend }: DriverFacts): Finding {
  const topic = "Interface";
  const named = backend?.split(",").map((name) => name.trim().toLowerCase()).filter(Boolean) ?? [];
  const set = `DENO_WEBGPU_BACKEND is ${backend}`;
  if (os === "darwin") return { topic, state: "good", text: "Metal" };
  if (os === "windows") {
    const text = named.length > 0
      ? set
      : "Direct3D 12 or Vulkan; set DENO_WEBGPU_BACKEND to dx12 or vulkan to choose";
    return { topic, state: "good", text };
  }
  if (named.length > 0 && named.every((name) => name === "vulkan")) {
    return { topic, state: "good", text: "Vulkan" };
  }
  return {
    topic,
    state: "note",
    text: `${named.length > 0 ? set : "DENO_WEBGPU_BACKEND is not set"}, so this may be OpenGL, ` +
      "which is not tested and cannot time kernels",
    remedy: "Set DENO_WEBGPU_BACKEND=vulkan, as ./run does where it is not set",
  };
}

function shaderCompiler({ os, backend, compiler }: DriverFacts): Finding[] {
  if (os !== "windows" || backend?.toLowerCase() === "vulkan") return [];
  const topic = "Shader compiler";
  const name = compiler?.toLowerCase() ?? "fxc";
  if (!COMPILERS.includes(name)) {
    return [{
      topic,
      state: "note",
      text: `DENO_WEBGPU_DX12_COMPILER is ${compiler}, which Deno does not know: it takes FXC`,
      remedy: `Choose one of ${COMPILERS.join(", ")}`,
    }];
  }
  if (name !== "fxc") {
    const text = `DENO_WEBGPU_DX12_COMPILER is ${compiler}; FXC where that is not found`;
    return [{ topic, state: "good", text }];
  }
  return [{
    topic,
    state: "note",
    text: "Direct3D 12 compiles with FXC, the old and slow compiler",
    remedy: "Put dxcompiler.dll (1.8.2502 or later) on the PATH and set " +
      "DENO_WEBGPU_DX12_COMPILER=dynamicdxc, or use Vulkan: DENO_WEBGPU_BACKEND=vulkan",
  }];
}

function firstCompilation({ adapter }: DriverFacts): Finding[] {
  const llvm = /^llvmpipe \(LLVM (\d+)/.exec(adapter)?.[1];
  if (llvm === undefined || Number(llvm) < SLOW_LLVM) return [];
  return [{
    topic: "First compilation",
    state: "note",
    text: `Mesa with LLVM ${llvm}, as in Debian 13, compiles kernels slowly: the first step of a ` +
      "full-size model takes half a minute, longer on a busy machine. Mesa keeps them in ~/.cache/mesa_shader_cache_db, " +
      "so the next start is fast; the speed of training is the same",
  }];
}
