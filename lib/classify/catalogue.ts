/** Catalogues of pictures: CSV or Parquet with the columns that Zoobot reads too. */
import { quoted, UserError, visible } from "../errors.ts";
import { csvRows } from "../formats/csv_stream.ts";
import { ParquetFile } from "../formats/parquet_read.ts";

/** A row of a catalogue; both are empty where the cell is. */
export interface CatalogueRow {
  readonly id: string;
  /** As the catalogue has it. */
  readonly file: string;
  /** As `line 5`. */
  readonly place: string;
}

const COLUMNS = ["id_str", "file_loc"] as const;

/**
 * The rows of a catalogue, in order, some at a time.
 * @throws UserError when it cannot be read, is damaged, or a column is missing or of another type
 */
export async function* catalogueRows(path: string): AsyncGenerator<readonly CatalogueRow[]> {
  yield* (/\.csv$/i.test(path) ? rowsOfCsv(path) : rowsOfParquet(path));
}

async function* rowsOfCsv(path: string): AsyncGenerator<readonly CatalogueRow[]> {
  let places: readonly number[] | undefined;
  for await (const rows of csvRows(path)) {
    let first = 0;
    if (places === undefined && rows.length > 0) {
      places = placesIn(path, rows[0].cells.map((cell) => cell.trim()));
      first = 1;
    }
    yield rows.slice(first).map(({ cells, line }) => {
      const [id, file] = places!.map((place) => (cells[place] ?? "").trim());
      return { id, file, place: `line ${line}` };
    });
  }
  if (places === undefined) throw new UserError(`${path} is empty`);
}

async function* rowsOfParquet(path: string): AsyncGenerator<readonly CatalogueRow[]> {
  const file = await ParquetFile.open(path);
  try {
    placesIn(path, [...file.columns.keys()]);
    for (
      const [name, kinds] of [["id_str", ["text", "integers"]], ["file_loc", ["text"]]] as const
    ) {
      const kind = file.columns.get(name)!;
      if ((kinds as readonly string[]).includes(kind)) continue;
      const wanted = kinds.length > 1 ? "text or whole numbers" : "text";
      throw new UserError(`${path}: column ${name} holds ${kind}, not ${wanted}`);
    }
    let number = 0;
    for await (const rows of file.rows(COLUMNS)) {
      yield rows.map(({ id_str, file_loc }) => ({
        id: textOf(id_str),
        file: textOf(file_loc),
        place: `row ${++number}`,
      }));
    }
  } finally {
    file.close();
  }
}

function textOf(value: unknown): string {
  return String(value ?? "").trim();
}

/** Where the columns are. @throws UserError naming those that are missing */
function placesIn(path: string, names: readonly string[]): number[] {
  const missing = COLUMNS.filter((name) => !names.includes(name));
  if (missing.length === 0) return COLUMNS.map((name) => names.indexOf(name));
  const found = names.slice(0, 10).map(visible).join(", ") + (names.length > 10 ? ", …" : "");
  const other = names.length === 1 && /[;\t|]/.test(names[0])
    ? `. Its line begins with ${quoted(names[0])}: cells are separated by commas`
    : ` (found: ${found}). A catalogue has ${COLUMNS.join(" and ")}, any others are passed over`;
  throw new UserError(`${path} has no column ${missing.join(" and none ")}${other}`);
}
