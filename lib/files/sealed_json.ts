/** JSON files that show when a bit of them has changed: with a digest of themselves. */
import { UserError } from "../errors.ts";
import { writeFileAtomic, type WriteOptions } from "./atomic.ts";
import { sha256 } from "./digest.ts";
import { type ReadOptions, readTextIfThere } from "./read.ts";

const SEAL = "sha256";

/** The object as JSON, its digest last. @param indent spaces; none writes one line */
export function seal(value: object, indent?: number): string {
  return JSON.stringify({ ...value, [SEAL]: digestOf(value) }, undefined, indent);
}

/**
 * The object of a text that `seal` made.
 * @returns what is wrong, as the end of a sentence, where the text is another one
 */
export function unseal(text: string): { value: Record<string, unknown> } | { problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { problem: "is not JSON" };
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return { problem: "is not a JSON object" };
  }
  const { [SEAL]: digest, ...value } = parsed as Record<string, unknown>;
  if (digest === undefined) return { problem: `has no ${SEAL} of its content` };
  if (digest !== digestOf(value)) return { problem: `does not agree with its own ${SEAL}` };
  return { value };
}

/** Undefined entries are not written, so they do not count. */
function digestOf(value: object): string {
  return sha256(JSON.stringify(value));
}

/** Writes a sealed file, atomically. */
export async function writeSealed(
  path: string,
  value: object,
  indent?: number,
  options?: WriteOptions,
) {
  await writeFileAtomic(path, new TextEncoder().encode(seal(value, indent) + "\n"), options);
}

/**
 * Reads a sealed file; `undefined` where there is none.
 * @param advice what to do when it is damaged
 * @throws UserError when it is damaged, or cannot be read
 */
export async function readSealed(
  path: string,
  advice: string,
  options: ReadOptions = {},
): Promise<Record<string, unknown> | undefined> {
  const text = await readTextIfThere(path, options);
  if (text === undefined) return undefined;
  const opened = unseal(text);
  if ("value" in opened) return opened.value;
  throw new UserError(`${path} is damaged or was changed: it ${opened.problem}. ${advice}`);
}
