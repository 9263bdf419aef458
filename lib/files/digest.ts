/** Telling contents apart. */
import { createHash } from "node:crypto";

/** SHA-256 of arrays or texts, one after the other, in hexadecimal. */
export function sha256(...parts: readonly (ArrayBufferView | string)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(
      typeof part === "string"
        ? new TextEncoder().encode(part)
        : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
    );
  }
  return hash.digest("hex");
}
