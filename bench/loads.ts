/** What reading a number costs on this adapter, in multiply-adds: it decides how kernels look. */
import { download, Memory, upload } from "../lib/gpu/memory.ts";
import type { Gpu } from "../lib/gpu/device.ts";
import { dispatch, kernel } from "../lib/gpu/kernel.ts";
import { profile } from "../lib/gpu/profile.ts";
import { Compiler } from "../lib/gpu/program.ts";
import type { BenchContext } from "./context.ts";
import { measureLimits } from "./limits.ts";
import { type BenchTable, rangeText, round, type Spread, spreadOf } from "./table.ts";

/** Numbers that lie around: they fit into the first level of a processor's cache. */
const COUNT = 4096;
const ITERATIONS = 512;
const INVOCATIONS = 2 ** 12;

interface Way {
  readonly name: string;
  /** Reads `numbers` numbers, whose sum goes to `sum`, a vec4f. `at` differs between lanes. */
  readonly body: string;
  readonly numbers: number;
}

const EIGHT = Array.from({ length: 8 }, (_, i) => i);
const each = (line: (i: number) => string) => EIGHT.map(line).join("\n");
const WAYS: readonly Way[] = [
  {
    name: "one of a storage buffer, neighbours for neighbouring lanes",
    body: each((i) => `sum.${"xyzw"[i % 4]} += single[(at + ${i * 64}) & 4095];`),
    numbers: 8,
  },
  {
    name: "one of a storage buffer, the same for all lanes",
    body: each((i) => `sum.${"xyzw"[i % 4]} += single[(iteration + ${i * 64}) & 4095];`),
    numbers: 8,
  },
  {
    name: "four of a storage buffer (vec4f)",
    body: each((i) => `sum += fours[(at + ${i * 64}) & 1023];`),
    numbers: 32,
  },
  {
    name: "four of a uniform buffer (vec4f)",
    body: each((i) => `sum += uniforms[(at + ${i * 64}) & 1023];`),
    numbers: 32,
  },
];

/** Four numbers in each lane, which the subgroup hands to all lanes one after the other. */
const shared = (subgroup: number): Way => ({
  name: `one that the subgroup shares, ${subgroup} from one load of four`,
  body: `let mine = fours[(at + 64) & 1023];\n` +
    Array.from({ length: subgroup }, (_, l) => `sum += subgroupBroadcast(mine, ${l}u);`).join("\n"),
  numbers: 4 * subgroup,
});

const source = ({ body }: Way) => `
@group(0) @binding(0) var<storage, read> single: array<f32>;
@group(0) @binding(1) var<storage, read> fours: array<vec4f>;
@group(0) @binding(2) var<uniform> uniforms: array<vec4f, 1024>;
@group(0) @binding(3) var<storage, read_write> sums: array<vec4f>;

@compute @workgroup_size(LANES)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(local_invocation_id) local: vec3u) {
  var sum = vec4f();
  // rolled
  for (var iteration = 0; iteration < ITERATIONS; iteration++) {
    let at = iteration + i32(local.x);
    ${body}
  }
  sums[id.x] = sum;
}`;

/**
 * Rates of the ways to read, beside that of multiply-adds between registers in the same run.
 * @throws UserError when the adapter has no timestamps
 */
export async function benchLoads({ gpu, repeats, quick }: BenchContext): Promise<BenchTable[]> {
  const memory = new Memory(gpu);
  try {
    const { multiplyAdd } = await measureLimits(gpu, { repeats, onlyOne: quick });
    const multiplyAdds = multiplyAdd.median / 2;
    const ways = gpu.subgroup > 0 ? [...WAYS, shared(gpu.subgroup)] : WAYS;
    const rows: BenchTable["rows"][number][] = [];
    for (const way of ways) {
      const rate = await rateOf(gpu, memory, way, repeats);
      rows.push([way.name, rate.median, rangeText(rate), round(multiplyAdds / rate.median)]);
    }
    return [{
      title: "loads: what reading a number costs",
      columns: ["what is read", "G numbers/s", "range", "multiply-adds in that time"],
      rows,
      notes: [
        `${round(multiplyAdds)} G multiply-adds per second between registers; ` +
        "a number counts once for each lane that gets it",
      ],
    }];
  } finally {
    memory.destroy();
  }
}

/** Thousands of millions of numbers per second, each lane's counted. */
async function rateOf(gpu: Gpu, memory: Memory, way: Way, repeats: number): Promise<Spread> {
  const ones = await memory.allocate("ones", "data", COUNT);
  const sums = await memory.allocate("sums", "data", 4 * INVOCATIONS);
  upload(gpu, ones, new Float32Array(COUNT).fill(1));
  const LANES = gpu.subgroup || 32;
  const bindings = { single: ones, fours: ones, uniforms: ones, sums };
  const loads = kernel("loads", [source(way)], ["single", "fours", "uniforms", "sums"], [
    "ITERATIONS",
    "LANES",
  ]);
  const program = await new Compiler(gpu).compile([
    dispatch(loads, {
      label: way.name,
      constants: { ITERATIONS, LANES },
      bindings,
      workgroups: [INVOCATIONS / LANES],
    }),
  ]);
  await profile(gpu, program); // compiles, on adapters that do so late
  const total = (await download(gpu, sums, 4 * INVOCATIONS)).reduce((a, b) => a + b, 0);
  const numbers = INVOCATIONS * ITERATIONS * way.numbers;
  if (total !== numbers) throw new Error(`${way.name}: ${numbers} ones sum to ${total}`);
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const [{ milliseconds }] = await profile(gpu, program);
    rates.push(numbers / milliseconds / 1e6);
  }
  return spreadOf(rates);
}
