/** Packages of npm that only contenders use. */
import config from "./deno.json" with { type: "json" };

/** The version of a package that does not tell it itself. */
export function pinnedVersion(name: keyof typeof config.imports): string {
  return config.imports[name].split("@").at(-1)!;
}

/**
 * Imports a package that the `deno.json` of this folder names. The name stands in a variable so
 * that the product's own checks, which know nothing of that file, do not look for the package.
 */
export async function imported<Package>(name: string): Promise<Package> {
  const module = await import(name);
  return module.default ?? module;
}

/** What a driver calls the adapter of a device, whoever opened it. */
export function adapterName(device: GPUDevice): string {
  return device.adapterInfo.description || device.adapterInfo.device;
}

/** Makes the device's errors fail the next reply: packages may go on with zeros instead. */
export function watch(device: GPUDevice): { check(): void } {
  let first: string | undefined;
  device.addEventListener("uncapturederror", (event) => {
    first ??= (event as GPUUncapturedErrorEvent).error.message;
  });
  return {
    check() {
      if (first !== undefined) throw new Error(`WebGPU error: ${first}`);
    },
  };
}
