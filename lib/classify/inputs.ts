/** Pictures as people name them: files, folders, and catalogues of them. */
import { createHash } from "node:crypto";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { commandLine } from "../called.ts";
import { CATALOGUE } from "../cli/flags.ts";
import { quoted, UserError } from "../errors.ts";
import { fileError } from "../files/explain.ts";
import { infoOf } from "../files/read.ts";
import { catalogueRows } from "./catalogue.ts";
import { IdSet } from "./ids.ts";

/** What could not be read, and why, in a sentence. */
export interface Failure {
  readonly path: string;
  readonly why: string;
}

/** A picture to be read, or what cannot be one. */
export interface Input {
  readonly id: string;
  readonly path: string;
  /** Of three files of bands, the other two: those shown green and blue. */
  readonly others?: readonly [green: string, blue: string];
  /** Why it cannot be one. */
  readonly why?: string;
}

/** FITS files of one band each, which are one picture, called as the first. */
export type Bands = readonly [red: string, green: string, blue: string];

/** So that `m9.jpg` stands before `m31.jpg`. */
const { compare } = new Intl.Collator("en", { numeric: true });

/** A list of pictures, which is not in memory where a catalogue has it. */
export class PictureList {
  /** Pictures, and what cannot be one. */
  readonly count: number;
  /** Without what cannot be one. */
  readonly readable: number;
  /** SHA-256 of ids and paths, in their order. */
  readonly digest: string;
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[], count: number, readable: number, digest: string) {
    this.#parts = parts;
    this.count = count;
    this.readable = readable;
    this.digest = digest;
  }

  /**
   * Lists what paths name: files in the order of the command line, those of a folder by their names, those
   * of a catalogue as they stand there. Catalogues are read once to their end, so that what is wrong with
   * one is said before anything begins. Of a folder, all files are taken that are in itself and whose names
   * do not begin with a dot; what is no picture is found out when it is read.
   * @param bands the first picture, where there are any
   * @throws UserError when a catalogue cannot be read, or the program may not read what it names
   */
  static async open(named: readonly string[], bands?: Bands): Promise<PictureList> {
    const parts = await Promise.all(named.map(partOf));
    if (bands) parts.unshift({ inputs: [inputOf(bands)] });
    const hash = createHash("sha256");
    const ids = new IdSet();
    let [count, readable] = [0, 0];
    for (const part of parts) {
      const permitted = new Permitted();
      for await (const inputs of inputsOf(part, ids)) {
        count += inputs.length;
        for (const { id, path, others = [], why } of inputs) {
          hash.update(`${JSON.stringify([id, path, ...others])}\n`);
          if (why !== undefined) continue;
          readable++;
          if ("catalogue" in part) permitted.require(path);
        }
      }
    }
    return new PictureList(parts, count, readable, hash.digest("hex"));
  }

  /** All of them, some at a time. @throws UserError when a catalogue can no longer be read */
  async *inputs(): AsyncGenerator<readonly Input[]> {
    const ids = new IdSet();
    for (const part of this.#parts) yield* inputsOf(part, ids);
  }

  /**
   * Those from a first one to one that is left out, always `size` together, but for the last.
   * @throws UserError as `inputs` does
   */
  async *batches(from: number, to: number, size: number): AsyncGenerator<readonly Input[]> {
    let waiting: Input[] = [];
    let at = 0;
    for await (const inputs of this.inputs()) {
      const first = Math.max(0, from - at), end = Math.max(0, to - at);
      at += inputs.length;
      for (const input of inputs.slice(first, end)) {
        waiting.push(input);
        if (waiting.length < size) continue;
        yield waiting;
        waiting = [];
      }
      if (at >= to) break;
    }
    if (waiting.length > 0) yield waiting;
    if (at < to) {
      throw new UserError("a catalogue has lost some of its rows since it was looked at");
    }
  }
}

/**
 * Whether there are pictures of these ids.
 * @throws UserError naming the first of which there is none
 */
export async function requireIds(list: PictureList, ids: readonly string[]) {
  const missing = new Set(ids);
  if (missing.size === 0) return;
  for await (const inputs of list.inputs()) {
    for (const { id } of inputs) missing.delete(id);
    if (missing.size === 0) return;
  }
  const [first] = missing;
  const rule = "Ids are those of a catalogue, or names of files without their endings";
  throw new UserError(`no picture has the id ${quoted(first)}. ${rule}`);
}

type Part = { readonly inputs: readonly Input[] } | { readonly catalogue: string };

async function partOf(path: string): Promise<Part> {
  try {
    const info = await infoOf(path);
    if (info?.isFile && CATALOGUE.test(path)) return { catalogue: path };
    const paths = info?.isDirectory ? await filesIn(path) : [path];
    return { inputs: paths.map((path) => ({ id: idOf(path), path })) };
  } catch (error) {
    return { inputs: [{ id: idOf(path), path, why: whyOf(error) }] };
  }
}

function inputOf([path, ...others]: Bands): Input {
  return { id: idOf(path), path, others };
}

/** @throws UserError when there are none, or the folder cannot be read */
async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.name.startsWith(".") || entry.isDirectory) continue;
      if (entry.isSymlink && (await infoOf(join(folder, entry.name)))?.isDirectory) continue;
      names.push(entry.name);
    }
  } catch (error) {
    throw fileError(error, folder, "read");
  }
  if (names.length === 0) throw new UserError(`${folder} is a folder without files in it`);
  return names.sort(compare).map((name) => join(folder, name));
}

/** The name of the file without folder and ending. */
function idOf(path: string): string {
  return path.split(/[/\\]/).at(-1)!.replace(/(?<=.)(\.gz)?$/i, "").replace(/(?<=.)\.\w+$/, "");
}

/** Characters of a path that a system may take. */
const LONGEST = 4096;
/** Enough to know a longer one by. */
const SHOWN = 100;

/**
 * Relative paths of a catalogue begin in its folder.
 * @param ids of all catalogues before
 */
async function* inputsOf(part: Part, ids: IdSet): AsyncGenerator<readonly Input[]> {
  if ("inputs" in part) {
    yield part.inputs;
    return;
  }
  const { catalogue } = part;
  const folder = dirname(catalogue);
  let rows = 0;
  for await (const some of catalogueRows(catalogue)) {
    rows += some.length;
    yield some.map(({ id, file, place }) => {
      const named = file !== "" && file.length <= LONGEST && !file.includes("\0");
      const shown = named ? file : file.slice(0, SHOWN);
      const path = !named || isAbsolute(file) ? shown : join(folder, file);
      const wrong = (what: string) => ({ id, path, why: `${catalogue}, ${place}: ${what}` });
      if (id === "") return wrong("id_str is empty");
      if (!ids.add(id)) return wrong(`the id ${quoted(id)} is in an earlier row too`);
      if (file === "") return wrong("file_loc is empty");
      if (!named) return wrong("file_loc cannot be the name of a file");
      return { id, path };
    });
  }
  if (rows === 0) throw new UserError(`${catalogue} names no picture`);
}

/** Whether the program may read files; asked once for those in a row that share their folder. */
class Permitted {
  #folder: string | undefined;

  /** @throws UserError when it may not */
  require(path: string) {
    const folder = dirname(path);
    if (folder === this.#folder) return;
    const { state } = Deno.permissions.querySync({ name: "read", path: resolve(path) });
    if (state !== "granted") {
      throw new UserError(
        `${path} is not in the folder of the catalogue that names it. Say where its pictures are, or a folder above: ` +
          commandLine(`classify --images ${resolve(folder)} …`),
      );
    }
    this.#folder = folder;
  }
}

/** The sentence of an error that a picture can cause. @throws any other error */
export function whyOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
