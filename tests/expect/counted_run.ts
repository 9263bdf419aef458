/** Runs a kernel with counters in it: what its invocations do in truth. */
import { download, Memory } from "../../lib/gpu/memory.ts";
import type { Gpu } from "../../lib/gpu/device.ts";
import { bindingTypes, type Dispatch } from "../../lib/gpu/kernel.ts";
import { Compiler, kernelCode } from "../../lib/gpu/program.ts";

/** In the order of the counters. */
export const COUNTED = ["loads", "stores", "multiplyAdds", "shared"] as const;
export type Counted = Record<typeof COUNTED[number], number>;

/** Multiply-adds of calls: all operands are vectors of four, and an update has two products. */
const PRODUCTS: Readonly<Record<string, number>> = { fma: 4, dot: 4, updated: 8 };

/** Counts while the kernel runs on the adapter. */
export async function countedRun(gpu: Gpu, dispatch: Dispatch): Promise<Counted> {
  const memory = new Memory(gpu);
  try {
    const counts = await memory.allocate("counts", "data", COUNTED.length);
    const source = withCounters(kernelCode(dispatch));
    const counting: Dispatch = {
      ...dispatch,
      constants: {},
      kernel: { ...dispatch.kernel, source: source.replaceAll(/\bfor \(/g, "// rolled\nfor (") },
      bindings: [...dispatch.bindings, counts],
    };
    const program = await new Compiler(gpu).compile([counting]);
    const encoder = gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    program.record(pass);
    pass.end();
    gpu.device.queue.submit([encoder.finish()]);
    const bits = new Uint32Array((await download(gpu, counts, COUNTED.length)).buffer);
    return Object.fromEntries(COUNTED.map((name, at) => [name, bits[at]])) as Counted;
  } finally {
    memory.destroy();
  }
}

/** A kernel that adds up what each of its statements does, before the statement. */
export function withCounters(code: string): string {
  const plain = code.replaceAll(/\/\/[^\n]*/g, "");
  const binding = bindingTypes(plain).length;
  const buffers = names(plain, /var<storage[^>]*> (\w+)/g);
  const shared = names(plain, /var<workgroup> (\w+)/g);
  const start = plain.indexOf("{", plain.indexOf("@compute")) + 1;
  const end = plain.lastIndexOf("}");
  const body = plain.slice(start, end).split(/(?<=[;{}])/).reduce(joinHeads, []).map((piece) =>
    counter(piece, { buffers, shared }) + piece
  );
  return `${plain.slice(0, start)}
var counted = vec4u();
${body.join("").replaceAll("return;", `${FLUSH} return;`)}
${FLUSH}
}
@group(0) @binding(${binding}) var<storage, read_write> counts: array<atomic<u32>, 4>;`;
}

const FLUSH = COUNTED.map((_, at) => `atomicAdd(&counts[${at}], counted[${at}]);`).join(" ");

function names(code: string, pattern: RegExp): RegExp {
  const found = [...code.matchAll(pattern)].map(([, name]) => name);
  // Without any nothing fits.
  return new RegExp(`\\b(?:${found.join("|") || "(?!)"})(?=\\[|\\.)`, "g");
}

/** The parts of a loop's head stay together. */
function joinHeads(pieces: string[], piece: string): string[] {
  const last = pieces.at(-1);
  if (last !== undefined && /\bfor \([^{]*$/.test(last)) pieces[pieces.length - 1] += piece;
  else pieces.push(piece);
  return pieces;
}

function counter(piece: string, { buffers, shared }: { buffers: RegExp; shared: RegExp }): string {
  const statement = piece.trim();
  if (/^(?:for|else|\}|\{)/.test(statement)) return "";
  const [, target = "", operator] = /^([^=;]*?[^=!<>+\-*/])\s*([-+*/]?=)(?!=)/.exec(statement) ??
    [];
  const stores = target.match(buffers)?.length ?? 0;
  const readAgain = operator !== undefined && operator !== "=" ? stores : 0;
  const loads = (statement.match(buffers)?.length ?? 0) - stores + readAgain;
  const ofShared = (statement.match(shared)?.length ?? 0) +
    (operator !== undefined && operator !== "=" ? target.match(shared)?.length ?? 0 : 0);
  const products = [...statement.matchAll(/\b(fma|dot|updated)\(/g)].reduce(
    (sum, [, call]) => sum + PRODUCTS[call],
    // The formula of the naive kernels, of one number or of four.
    /^(?:sum|gradient) \+= [^;]* \* /.test(statement) && !statement.includes("dot(")
      ? statement.startsWith("gradient") ? 4 : 1
      : 0,
  );
  const numbers = [loads, stores, products, ofShared];
  return numbers.some((number) => number > 0) ? `counted += vec4u(${numbers.join(", ")});\n` : "";
}
