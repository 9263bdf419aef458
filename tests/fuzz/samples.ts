/** Parts that the valid files of the fuzzing are made of. */
import { seal } from "../../lib/files/sealed_json.ts";
import { Random } from "../../lib/random.ts";

export const encode = (text: string) => new TextEncoder().encode(text);
/** Bytes as text, whatever they are. */
export const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** Numbers from 0 to 1, the same for the same seed. */
export function fractions(count: number, seed: number): Float32Array<ArrayBuffer> {
  const random = new Random(seed, "test");
  return Float32Array.from({ length: count }, () => random.uniform());
}

/** A JSON text with a digest that fits it; texts that are no JSON object come back as they are. */
export function resealed(text: string): string {
  try {
    const value = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return text;
    delete value.sha256;
    return seal(value);
  } catch {
    return text;
  }
}

/** A safetensors file of any header, with a length that fits it. */
export function safetensorsFile(header: Uint8Array, data: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(8);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(header.length), true);
  return join(prefix, header, data);
}

/** Header and data of a safetensors file. */
export function safetensorsParts(file: Uint8Array): { header: Uint8Array; data: Uint8Array } {
  const end = 8 + Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { header: file.slice(8, end), data: file.slice(end) };
}
