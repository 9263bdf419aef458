/** What the rows of a journal were made from: they are gone on with only where that is the same. */
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { FieldError, Fields } from "../files/fields.ts";
import { readSealed, writeSealed } from "../files/sealed_json.ts";
import { dataMark, differences, type Marks, marksOf } from "../provenance.ts";
import { VERSION } from "../version.ts";
import type { ReaderOptions } from "./reader.ts";

export interface MadeFrom {
  readonly marks: Marks;
  /** The rows: those from a first picture of the list to one that is left out. */
  readonly from: number;
  readonly to: number;
  /** Pictures of the whole list. */
  readonly pictures: number;
}

const NAME = "made_from.json";

/** Marks of how pictures are brought to frames, and looked at. */
export function wayMarks({ how, sourceExtractor, transforms }: ReaderOptions): Marks {
  const way = how === undefined ? "each picture by its size" : Object.values(how).join(" ");
  const measured = sourceExtractor === undefined ? "" : ", measured by Source Extractor";
  const text = `${way}${measured}, version ${VERSION}`;
  return {
    settings: dataMark(text, text),
    transforms: dataMark(transforms, String(transforms)),
  };
}

export async function writeMadeFrom(folder: string, made: MadeFrom) {
  await writeSealed(join(folder, NAME), made);
}

/** @throws UserError when it is damaged */
export async function readMadeFrom(folder: string): Promise<MadeFrom | undefined> {
  const path = join(folder, NAME);
  const value = await readSealed(path, "Remove its folder to begin anew");
  if (value === undefined) return undefined;
  try {
    const fields = new Fields(value);
    return {
      marks: marksOf(fields.object("marks")),
      from: fields.integer("from"),
      to: fields.integer("to"),
      pictures: fields.integer("pictures"),
    };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new UserError(`${path} cannot be used: ${error.message}. Remove its folder`);
  }
}

/** @throws UserError naming what differs */
export async function requireSameOrigin(
  folder: string,
  there: MadeFrom | undefined,
  here: MadeFrom,
) {
  const found = there === undefined
    ? ["it does not say from what"]
    : await differences(there.marks, here.marks);
  if (found.length === 0) return;
  throw new UserError(
    `${folder} was made from something else. ${found.join("; ")}. Give the same again, or remove ` +
      "that folder to begin anew",
  );
}
