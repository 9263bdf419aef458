/** What a file is, by its first bytes: its name may say anything. */
import { UserError } from "../errors.ts";

/** What is read, and what is unpacked first. */
export type FileKind = "JPEG" | "PNG" | "FITS" | "gzip";

const READ: readonly [start: string, kind: FileKind][] = [
  ["\xff\xd8\xff", "JPEG"],
  ["\x89PNG\r\n\x1a\n", "PNG"],
  ["SIMPLE  =", "FITS"],
  ["\x1f\x8b", "gzip"],
];

const CONVERT = "Save it as JPEG or PNG";
const UNPACK = "Unpack it first";

/** What is not read: where its mark stands, the mark, what it is, what to do. */
const OTHERS: readonly [at: number, mark: string, kind: string, advice: string][] = [
  [0, "GIF8", "a GIF", CONVERT],
  [8, "WEBP", "a WebP", CONVERT],
  [0, "II*\0", "a TIFF", CONVERT],
  [0, "MM\0*", "a TIFF", CONVERT],
  [0, "II+\0", "a TIFF", CONVERT],
  [0, "BM", "a BMP", CONVERT],
  [4, "ftypavi", "an AVIF", CONVERT],
  [4, "ftyphei", "a HEIC", CONVERT],
  [4, "ftyphev", "a HEIC", CONVERT],
  [4, "ftypmif1", "a HEIC", CONVERT],
  [4, "ftypmsf1", "a HEIC", CONVERT],
  [4, "ftyp", "a video", "Save one picture of it as JPEG or PNG"],
  [4, "jP  \r\n", "a JPEG 2000", CONVERT],
  [0, "\xff\x4f\xff\x51", "a JPEG 2000", CONVERT],
  [4, "JXL \r\n", "a JPEG XL", CONVERT],
  [0, "\xff\x0a", "a JPEG XL", CONVERT],
  [0, "8BPS", "a Photoshop document", CONVERT],
  [0, "XISF0100", "an XISF of PixInsight", "Save it as FITS, JPEG or PNG"],
  [0, "%PDF", "a PDF", CONVERT],
  [0, "BZh", "packed with bzip2", UNPACK],
  [0, "\xfd7zXZ", "packed with xz", UNPACK],
  [0, "\x28\xb5\x2f\xfd", "packed with zstd", UNPACK],
  [0, "PK\x03\x04", "a zip archive", UNPACK],
  [257, "ustar", "a tar archive", UNPACK],
  [0, "\x89HDF", "an HDF5", "Save the image in it as FITS or PNG"],
  [0, "\x93NUMPY", "a NumPy array", "Save it as FITS or PNG"],
  [0, "PAR1", "a Parquet table", "Name the pictures, or their folder"],
  [
    0,
    "version https://git-lfs",
    "a pointer of Git LFS, not the file",
    "Fetch the file with: git lfs pull",
  ],
];

/**
 * What a file is that can be read.
 * @param name what the file is called in an error
 * @throws UserError saying what it is instead, and what to do
 */
export function kindOfFile(bytes: Uint8Array, name: string): FileKind {
  if (bytes.length === 0) throw new UserError(`${name} is empty. Fetch it again`);
  const known = READ.find(([start]) => has(bytes, 0, start));
  if (known) return known[1];
  const other = OTHERS.find(([at, mark]) => has(bytes, at, mark));
  if (other) {
    throw new UserError(`${name} is no picture that can be read, but ${other[2]}. ${other[3]}`);
  }
  throw new UserError(`${name} is not a picture: ${textual(bytes)}`);
}

/** What a file without a mark is, and what to do. */
function textual(bytes: Uint8Array): string {
  const start = new TextDecoder().decode(bytes.subarray(0, 1000)).replace(/^\ufeff/, "")
    .trimStart();
  if (/^<(!doctype\s+html|html|head|body)\b/i.test(start)) {
    return "it is a web page, perhaps the error that a server sent instead. Fetch it again";
  }
  if (/^<svg\b/i.test(start) || (start.startsWith("<") && start.includes("<svg"))) {
    return `it is an SVG drawing. ${CONVERT}`;
  }
  if (start.startsWith("<")) return "it is XML. JPEG, PNG and FITS are read";
  // deno-lint-ignore no-control-regex
  if (!/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(start)) {
    return "it is a text. JPEG, PNG and FITS are read";
  }
  return "JPEG, PNG and FITS are read";
}

function has(bytes: Uint8Array, at: number, mark: string): boolean {
  if (bytes.length < at + mark.length) return false;
  for (let k = 0; k < mark.length; k++) if (bytes[at + k] !== mark.charCodeAt(k)) return false;
  return true;
}
