/** How the contenders are started: each with the permissions that it needs, and no others. */
import type { Launch } from "./process.ts";

export const PEERS = ["torch", "tfjs", "jax"] as const;
export type Peer = typeof PEERS[number];
export type TorchDevice = "cpu" | "cuda";

const here = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
/** Where the Python of a system is, beside the one that is found first. */
const PYTHONS = ["python3", "/usr/bin/python3"];

const PACKAGES_HINT = "Its package comes from npm at the first run, which needs the network: " +
  "deno install --config bench/peers/deno.json";
const TORCH_HINT = "On Debian and Ubuntu: apt-get install python3-torch libopenblas0-openmp. " +
  "Another Python that has torch: --python FILE, run with --allow-run=deno,FILE";

/** The command line of ours, or of a package of npm, for a workload in `folder`. */
function deno(name: string, script: string, config: string, folder: string): Launch {
  return {
    name,
    command: "deno",
    args: [
      ...["run", "--quiet", "--no-prompt", "--config", here(config), `--allow-read=${folder}`],
      here(script),
    ],
    hint: PACKAGES_HINT,
    sameAdapter: true,
  };
}

/** @param folder the one folder that may be read */
export function launchOurs(folder: string): Launch {
  return { ...deno("ours", "ours_peer.ts", "../../deno.json", folder), hint: "" };
}

/** onnxruntime, which computes on the processor. @param folder with its workload */
export function launchOnnxruntime(folder: string): Launch {
  const launch = deno("onnxruntime", "onnxruntime/peer.ts", "onnxruntime/deno.json", folder);
  const [run, ...args] = launch.args;
  return {
    ...launch,
    // A library of its own, which is read where packages are kept.
    args: [run, "--allow-ffi", "--allow-read", "--allow-env", "--allow-sys", ...args],
    hint: PACKAGES_HINT.replace("peers/", "peers/onnxruntime/"),
    sameAdapter: false,
  };
}

/** How to start a peer. @param folder the one folder that its scripts of Deno may read */
export async function launchPeer(
  peer: Peer,
  folder: string,
  torch: { python: string | undefined; device: TorchDevice },
): Promise<Launch> {
  switch (peer) {
    case "tfjs":
      return deno("TensorFlow.js", "tfjs_peer.ts", "deno.json", folder);
    case "jax":
      return deno("jax-js", "jax_peer.ts", "deno.json", folder);
    case "torch":
      return {
        name: "PyTorch",
        command: torch.python ?? await pythonWithTorch() ?? PYTHONS[0],
        args: [
          ...[here("torch_peer.py"), "--device", torch.device],
          ...["--threads", String(navigator.hardwareConcurrency)],
        ],
        // Threads that wait must not take the processor from whoever computes.
        env: { OMP_WAIT_POLICY: "passive" },
        hint: TORCH_HINT,
        sameAdapter: false,
      };
  }
}

/** The first Python here that has torch, if there is one. */
export async function pythonWithTorch(): Promise<string | undefined> {
  for (const python of PYTHONS) {
    const args = [
      "-c",
      "import importlib.util as u; raise SystemExit(u.find_spec('torch') is None)",
    ];
    try {
      const { success } = await new Deno.Command(python, { args, stdin: "null" }).output();
      if (success) return python;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}
