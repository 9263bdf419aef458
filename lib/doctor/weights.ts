/** Are the parameters that come with this program as they were? */
import type { Finding } from "./finding.ts";

export interface WeightsFacts {
  readonly path: string;
  /** The model card, which has the file's SHA-256; none where it is missing. */
  readonly card: string | undefined;
  /** SHA-256 of the file, none where it is missing. */
  readonly digest: string | undefined;
}

export function weightsFinding({ path, card, digest }: WeightsFacts): Finding {
  const topic = "Weights";
  const remedy = `Restore it with git checkout ${path}, or download this program again`;
  if (digest === undefined) {
    return { topic, state: "blocks", text: `${path} is missing: classify needs it`, remedy };
  }
  const expected = /SHA-256 of the file +\| `([0-9a-f]{64})`/.exec(card ?? "")?.[1];
  if (expected === undefined) {
    const text = `${path} is there, but weights/README.md does not say what it should be`;
    return { topic, state: "note", text, remedy: remedy.replace(path, "weights") };
  }
  if (digest !== expected) {
    return { topic, state: "blocks", text: `${path} is damaged: its SHA-256 is another`, remedy };
  }
  return { topic, state: "good", text: `${path} is intact` };
}
