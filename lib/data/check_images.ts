/** A quick look at every image before a long run, without decoding. */
import { messageOf, UserError } from "../errors.ts";
import { few } from "./few.ts";

/** Files read at a time: enough to keep a slow disk busy. */
const CONCURRENCY = 32;

/** Markers of a JPEG file, the byte after 0xff. */
const START = 0xd8;
const END = 0xd9;
const SCAN = 0xda;

/**
 * Checks that every file is a whole JPEG of `size` × `size` pixels in three colours: its start, its
 * frame header and its end. Damage in between shows only when it is decoded.
 * @throws UserError naming the first few files at fault, what is wrong with each, and how many
 */
export async function checkImages(paths: readonly string[], { size }: { size: number }) {
  const problems = await imageProblems(paths, { size });
  if (problems.size === 0) return;
  const inOrder = paths.filter((path) => problems.has(path));
  const listed = few(inOrder, (path) => `${path} ${problems.get(path)}`, 10);
  throw new UserError(
    `${problems.size} of ${paths.length} images cannot be used:\n  ${listed.join("\n  ")}\n` +
      `Fetch them again`,
  );
}

/** What is wrong with each file that is no such image, as the end of a sentence. */
export async function imageProblems(
  paths: readonly string[],
  { size }: { size: number },
): Promise<Map<string, string>> {
  const problems = new Map<string, string>();
  let next = 0;
  const check = async () => {
    while (next < paths.length) {
      const path = paths[next++];
      const problem = await problemOf(path, size);
      if (problem) problems.set(path, problem);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, check));
  return problems;
}

async function problemOf(path: string, size: number): Promise<string | undefined> {
  try {
    return structureProblem(await Deno.readFile(path), size);
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
}

/** What is wrong with the bytes of a JPEG file, if anything, as the end of a sentence. */
export function structureProblem(bytes: Uint8Array, size: number): string | undefined {
  if (bytes.length === 0) return "is empty";
  if (bytes[0] !== 0xff || bytes[1] !== START) return "is not a JPEG";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const truncated = `is truncated after ${bytes.length} bytes`;
  for (let at = 2; at + 10 <= bytes.length;) {
    if (bytes[at] !== 0xff) return "is damaged: its header cannot be read";
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++; // Markers may be padded.
    } else if (isFrame(marker)) {
      const height = view.getUint16(at + 5);
      const width = view.getUint16(at + 7);
      const colours = bytes[at + 9];
      if (width !== size || height !== size) {
        return `is ${width}×${height} pixels, expected ${size}×${size}`;
      }
      if (colours !== 3) return `has ${colours} colour channels, expected 3`;
      const whole = bytes.at(-2) === 0xff && bytes.at(-1) === END;
      return whole ? undefined : truncated;
    } else if (marker === SCAN || marker === END) {
      return "is damaged: it has no frame header";
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
  return truncated;
}

/** SOF0 … SOF15; 0xc4, 0xc8 and 0xcc among them mean something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
