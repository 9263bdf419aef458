/**
 * Where browsers and Deno read WGSL differently. Browsers want `enable subgroups;` before everything
 * else in a module that uses subgroups, and Deno's compiler (naga 29) refuses that line.
 */
import type { Gpu } from "./device.ts";

const ENABLE = "enable subgroups;\n";
const USES_SUBGROUPS = /\bsubgroup[A-Z]\w*\(/;

/** What has to stand first in modules that use subgroups, on a device that has them: compiling tells. */
export async function subgroupLine(device: GPUDevice): Promise<string> {
  device.pushErrorScope("validation");
  device.createShaderModule({
    label: "whether subgroups have to be enabled",
    code: `${ENABLE}@compute @workgroup_size(1) fn main() {}`,
  });
  return await device.popErrorScope() === null ? ENABLE : "";
}

/** The code of a module as the device's compiler wants it. */
export function inDialect({ subgroupLine }: Pick<Gpu, "subgroupLine">, code: string): string {
  return USES_SUBGROUPS.test(code) ? subgroupLine + code : code;
}
