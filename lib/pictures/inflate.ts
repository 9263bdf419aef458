/** Unpacking with a limit, by what browsers and Deno share. */

/** Why unpacking ended early. */
export class InflateProblem extends Error {
  override name = "InflateProblem";
  constructor(readonly reason: "damaged" | "too much", readonly bytes: Uint8Array) {
    super(reason);
  }
}

/**
 * The content of gzip or zlib ("deflate") data.
 * @param limit bytes that may come out, so that a bomb does not fill the memory
 * @throws InflateProblem with what came out before, when it is damaged, cut off, or holds more
 */
export async function inflate(
  bytes: Uint8Array,
  format: "gzip" | "deflate",
  limit: number,
): Promise<Uint8Array> {
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  const reader = packed.pipeThrough(new DecompressionStream(format)).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(chunks, length);
      chunks.push(value);
      length += value.length;
      if (length > limit) throw new InflateProblem("too much", joined(chunks, length));
    }
  } catch (error) {
    if (error instanceof InflateProblem) {
      await reader.cancel();
      throw error;
    }
    // Streams say what is wrong with the data by TypeErrors.
    if (error instanceof TypeError) throw new InflateProblem("damaged", joined(chunks, length));
    throw error;
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  if (chunks.length === 1) return chunks[0];
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
