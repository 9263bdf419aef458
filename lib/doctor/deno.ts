/** Is Deno new enough? Imports nothing that an older one could not read. */
import type { Finding } from "./finding.ts";

/** Older ones lack what kernels are read with. */
export const OLDEST_DENO = "2.9.5";

/** @param version as `2.9.6` */
export function denoFinding(version: string): Finding {
  const topic = "Deno";
  if (!older(version, OLDEST_DENO)) return { topic, state: "good", text: version };
  return {
    topic,
    state: "blocks",
    text: `${version} is too old: ${OLDEST_DENO} is the oldest that works`,
    remedy: "Run deno upgrade, or remove it: ./run installs one of its own where there is none",
  };
}

function older(version: string, than: string): boolean {
  const [these, those] = [version, than].map((text) => text.split(/[.+-]/).map(Number));
  for (let part = 0; part < 3; part++) {
    if (these[part] !== those[part]) return these[part] < those[part];
  }
  return false;
}
