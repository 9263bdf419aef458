/** `deno task demo`: the main job on synthetic galaxies, in a few minutes. */
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/cli/command.ts";
import { runDemo } from "../lib/demo/demo.ts";
import { stopSignal } from "../lib/cli/stop_signal.ts";

if (import.meta.main) {
  await runCommand({
    task: "demo",
    gpu: true,
    summary: "Draws synthetic galaxies, trains a small network on them, predicts, and writes a " +
      "submission and report.html. Takes one to three minutes without a GPU.",
    flags: {
      out: {
        type: "path",
        kind: "folder",
        access: "write",
        value: "DIR",
        default: "analysis/demo",
        help: "Folder for all files",
      },
      seed: { type: "integer", value: "N", min: 0, default: 1, help: "Seed of all random numbers" },
      workers: {
        type: "integer",
        value: "N",
        min: 1,
        max: 256,
        default: navigator.hardwareConcurrency,
        help: "Workers that draw, decode and augment",
      },
    },
  }, async ({ out, seed, workers }) => {
    const gpu = await openGpu();
    const stop = stopSignal();
    try {
      console.log(`adapter: ${gpu.name}${gpu.software ? " (a software adapter, slow)" : ""}`);
      return await runDemo(gpu, { out, seed, workers, stop });
    } finally {
      stop.close();
      gpu.close();
    }
  });
}
