/**
 * What a file was made from, written into the file itself, so that it cannot be parted from it: in the
 * metadata of a safetensors file, in the comment of a gzip header, as a field of a JSON file. Whoever
 * reads the file says what it has to have been made from (docs/files.md).
 */
import { UserError } from "./errors.ts";
import { sha256 } from "./files/digest.ts";
import { FieldError, Fields } from "./files/fields.ts";
import { seal, unseal } from "./files/sealed_json.ts";

/** One thing that a file was made from. */
export interface Mark {
  /** SHA-256 of all that matters of it. */
  readonly digest: string;
  /** What it is, for people, as `12 galaxies from 100018 to 100094`. */
  readonly text: string;
  /** SHA-256 of what changes with it and is quickly had; where this is the same, it is the same. */
  readonly quick?: string | undefined;
}

/** A mark of something at hand whose digest takes a while: it is asked for only if it decides. */
export interface SlowMark {
  readonly text: string;
  readonly quick: string;
  digest(): Promise<string>;
}

/** What files can be made from, and what it is called in an error. */
const PARTS = {
  model: "the model",
  settings: "the settings",
  galaxies: "the galaxies",
  labels: "the labels",
  images: "the images",
  centring: "the galaxies' centring",
  initial: "the parameters to begin with",
  parameters: "the parameters",
  transforms: "the transforms",
  predictions: "the predictions",
} as const;
export type Part = keyof typeof PARTS;
export type Marks = Readonly<Partial<Record<Part, Mark>>>;
export type WantedMarks = Readonly<Partial<Record<Part, Mark | SlowMark | undefined>>>;

export const KINDS = [
  "parameters",
  "checkpoint",
  "snapshot",
  "prediction",
  "blend",
  "submission",
  "Source Extractor parameters",
] as const;
export type Kind = typeof KINDS[number];

export interface Provenance {
  readonly kind: Kind;
  /** SHA-256 of the file's content without this mark. */
  readonly content: string;
  readonly marks: Marks;
  /** Further things to know, as the chunk of a checkpoint. */
  readonly facts: Readonly<Record<string, string | number>>;
}

const FORMAT = 1;

/** One line of ASCII that shows when a bit of it changes. */
export function provenanceText({ kind, content, marks, facts }: Provenance): string {
  const text = seal({ galaxies: FORMAT, kind, content, marks, facts });
  // Latin-1 is all that a gzip header can hold.
  return text.replace(
    /[^\x20-\x7e]/g,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/**
 * Reads what `provenanceText` wrote; `undefined` where there is none, or another program's text.
 * @param path what the file is called in an error
 * @throws UserError when it is damaged, or of another format or kind
 */
export function parseProvenance(
  text: string | undefined,
  path: string,
  kinds: readonly Kind[],
): Provenance | undefined {
  if (!text?.trimStart().startsWith('{"galaxies":')) return undefined;
  const opened = unseal(text);
  if ("problem" in opened) {
    throw new UserError(
      `${path} is damaged: the note in it of what it was made from ${opened.problem}`,
    );
  }
  try {
    const fields = new Fields(opened.value);
    const format = fields.integer("galaxies");
    if (format !== FORMAT) {
      throw new FieldError(`its format is ${format}, and this version reads ${FORMAT}`);
    }
    const kind = fields.choice("kind", KINDS);
    if (!kinds.includes(kind)) {
      throw new UserError(`${path} is a file of kind "${kind}", expected ${kinds.join(" or ")}`);
    }
    return {
      kind,
      content: fields.digest("content"),
      marks: marksOf(fields.object("marks")),
      facts: factsOf(fields.raw("facts")),
    };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} does not say properly what it was made from: ${error.message}`);
  }
}

/** Marks in a file. @throws FieldError naming one that is none */
export function marksOf(fields: Fields): Marks {
  const marks: Partial<Record<Part, Mark>> = {};
  for (const part of Object.keys(PARTS) as Part[]) {
    if (!fields.has(part)) continue;
    const mark = fields.object(part);
    marks[part] = {
      digest: mark.digest("digest"),
      text: mark.text("text"),
      ...(mark.has("quick") ? { quick: mark.digest("quick") } : {}),
    };
  }
  return marks;
}

function factsOf(raw: unknown): Record<string, string | number> {
  const facts: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(raw ?? {})) {
    if (typeof value !== "string" && !Number.isFinite(value)) {
      throw new FieldError(`facts.${name} is ${JSON.stringify(value)}`);
    }
    facts[name] = value;
  }
  return facts;
}

/** The parts that differ between what a file was made from and what it has to have been. */
export async function differences(marks: Marks, wanted: WantedMarks): Promise<string[]> {
  const found: string[] = [];
  for (const part of Object.keys(PARTS) as Part[]) {
    if (!(part in wanted)) continue;
    const here = wanted[part];
    const there = marks[part];
    if (here === undefined && there === undefined) continue;
    if (here === undefined || there === undefined) {
      found.push(
        `${PARTS[part]}: ${there?.text ?? "none"} there, ${here?.text ?? "none"} here`,
      );
      continue;
    }
    if (here.quick !== undefined && here.quick === there.quick) continue;
    const digest = typeof here.digest === "string" ? here.digest : await here.digest();
    if (digest === there.digest) continue;
    // Where the words are the same, only the digests tell them apart.
    const suffix = (digest: string) => here.text === there.text ? ` (${digest.slice(0, 8)})` : "";
    found.push(
      `${PARTS[part]}: ${there.text}${suffix(there.digest)} there, ` +
        `${here.text}${suffix(digest)} here`,
    );
  }
  return found;
}

/**
 * Checks that a file was made from what is at hand.
 * @param advice what to do otherwise
 * @throws UserError naming the first parts that differ, with both sides
 */
export async function requireSame(
  path: string,
  { kind, marks }: Provenance,
  wanted: WantedMarks,
  advice: string,
) {
  const found = await differences(marks, wanted);
  if (found.length === 0) return;
  throw new UserError(
    `${path}, a ${kind} file, was made from something else. ${found.join("; ")}. ${advice}`,
  );
}

/**
 * What to do about a file that does not say what it was made from.
 * @param accept whether the user has said to take it
 * @throws UserError when not
 */
export function acceptUnmarked(path: string, accept: boolean, warn: (text: string) => void) {
  const text =
    `${path} does not say what it was made from, so nobody can check that it belongs here`;
  if (!accept) {
    throw new UserError(`${text}. If you know that it does, add --accept-unmarked`);
  }
  warn(`warning: ${text}. It is taken as it is (--accept-unmarked)`);
}

/**
 * `requireSame` for a file that may not say what it was made from: `acceptUnmarked` decides then.
 * @throws UserError as these do
 */
export async function requireOrigin(
  path: string,
  provenance: Provenance | undefined,
  wanted: WantedMarks,
  advice: string,
  unmarked: { accept: boolean; warn(text: string): void },
) {
  if (provenance) await requireSame(path, provenance, wanted, advice);
  else acceptUnmarked(path, unmarked.accept, unmarked.warn);
}

/** A mark of settings or other plain data. */
export function dataMark(data: unknown, text: string): Mark {
  return { digest: sha256(JSON.stringify(data)), text };
}
