/** `--adapter`, the same for every task that computes on the GPU. */
import { ADAPTER_KINDS } from "../gpu/adapters.ts";
import type { Flags } from "./flags.ts";

export const ADAPTER_FLAG = {
  adapter: {
    type: "text",
    value: "KIND",
    choices: ADAPTER_KINDS,
    default: "fast",
    help: "Where to compute, of several: fast, low-power or software (doctor lists them)",
  },
} as const satisfies Flags;
