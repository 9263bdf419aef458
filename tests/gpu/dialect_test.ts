import assert from "node:assert/strict";
import { inDialect, subgroupLine } from "../../lib/gpu/dialect.ts";
import { gpuTest } from "../gpu.ts";

/** A device whose compiler takes a line or refuses it. */
function deviceThat(takes: boolean): GPUDevice {
  const device = {
    pushErrorScope() {},
    createShaderModule({ code }: GPUShaderModuleDescriptor) {
      assert.match(code, /^enable subgroups;\n/);
    },
    popErrorScope: () => Promise.resolve(takes ? null : { message: "no such line" }),
  };
  return device as unknown as GPUDevice;
}

Deno.test("subgroups are enabled first of all where the compiler wants it so", async () => {
  assert.equal(await subgroupLine(deviceThat(true)), "enable subgroups;\n");
  assert.equal(await subgroupLine(deviceThat(false)), "");
});

Deno.test("only modules that use subgroups say so", () => {
  const browser = { subgroupLine: "enable subgroups;\n" };
  const uses = "fn main() { let a = subgroupBroadcast(b, 0u); }";
  assert.equal(inDialect(browser, uses), `enable subgroups;\n${uses}`);
  assert.equal(inDialect({ subgroupLine: "" }, uses), uses);
  assert.equal(inDialect(browser, "// a subgroup, in a comment"), "// a subgroup, in a comment");
});

gpuTest("asking the compiler leaves no error behind", async (gpu) => {
  await subgroupLine(gpu.device);
  await gpu.finish();
});
