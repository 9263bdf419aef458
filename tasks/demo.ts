/** `deno task demo`: the main job on made-up galaxies, in a few minutes. */
import { openGpu } from "../lib/gpu/device.ts";
import { runCommand } from "../lib/run/command.ts";
import { runDemo } from "../lib/run/demo.ts";
import { stopSignal } from "../lib/run/stop_signal.ts";

if (import.meta.main) {
  await runCommand({
    task: "demo",
    summary: "Draws a survey of made-up galaxies, trains a small network on it, predicts, and " +
      "writes a submission and report.html. Takes about three minutes without a GPU.",
    flags: {
      out: {
        type: "path",
        kind: "folder",
        access: "write",
        value: "DIR",
        default: "analysis/demo",
        help: "Folder for all files",
      },
      seed: { type: "integer", value: "N", min: 0, default: 1, help: "Seed of everything" },
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
