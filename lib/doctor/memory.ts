/** Is there enough memory beside that of the GPU? */
import type { Finding } from "./finding.ts";

/** What a training takes beside its network, with all images of the competition (README). */
export const PROCESS_BYTES = 1.5 * 2 ** 30;
/** Less than this is too little even to classify a picture. */
const LEAST_BYTES = 2 ** 29;

export interface MemoryFacts {
  readonly total: number;
  readonly available: number;
}

export function memoryFinding({ total, available }: MemoryFacts): Finding {
  const topic = "Memory";
  const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const text = `${size(available)} of ${size(total)} are free`;
  const remedy = "Close other programs";
  if (available < LEAST_BYTES) return { topic, state: "blocks", text, remedy };
  if (available < PROCESS_BYTES) {
    return {
      topic,
      state: "note",
      text: `${text}; training with the competition's images takes ${size(PROCESS_BYTES)}`,
      remedy,
    };
  }
  return { topic, state: "good", text };
}
