/** Running Source Extractor on one image, as the original's wrapper pysex did. */
import { UserError } from "../../errors.ts";
import { fileError } from "../../files/explain.ts";
import { encodeFits } from "../../formats/fits.ts";
import type { ParameterKind } from "../../galaxy/sextractor.ts";
import { IMAGE_SIZE } from "../../galaxy/transforms.ts";

/** Its names: in Debian and Ubuntu, and elsewhere. */
const PROGRAMS = ["source-extractor", "sex"];

/** Files in the folder it runs in. */
const IMAGE = "image.fits";
const SETTINGS = "settings.sex";
const OUTPUTS = "outputs.param";
const FILTER = "filter.conv";

/** What Source Extractor calls the columns. It is shown the image transposed, see `extract`. */
const OUTPUT_NAMES: Readonly<Record<string, string>> = {
  x: "Y_IMAGE",
  y: "X_IMAGE",
  a: "A_IMAGE",
  b: "B_IMAGE",
  theta: "THETA_IMAGE",
  flux_radius: "FLUX_RADIUS",
  kron_radius: "KRON_RADIUS",
  petro_radius: "PETRO_RADIUS",
  fwhm: "FWHM_IMAGE",
};

/**
 * Nothing of the caller's environment: a library path there would need more permissions, and
 * another language could print numbers with commas.
 */
const NO_ENVIRONMENT = { clearEnv: true, env: {}, stdin: "null" } as const;

/**
 * The name under which Source Extractor is installed.
 * @throws UserError with the commands that install it, if it is not
 */
export async function findSourceExtractor(): Promise<string> {
  for (const program of PROGRAMS) {
    try {
      const command = new Deno.Command(program, { args: ["--version"], ...NO_ENVIRONMENT });
      const { stdout } = await command.output();
      if (/S(ource )?Extractor/i.test(new TextDecoder().decode(stdout))) return program;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new UserError(
    `Source Extractor is not installed: neither ${PROGRAMS.join(" nor ")} can be run. Install it ` +
      "with: sudo apt install source-extractor (Debian, Ubuntu), sudo dnf install " +
      "source-extractor (Fedora) or brew install sextractor (macOS)",
  );
}

/**
 * Writes Source Extractor's settings into a folder for `extract`. All are its own defaults, the
 * filter included, except for the threshold: docs/sextractor.md tells why.
 */
export async function writeSettings(folder: string, { columns, threshold }: ParameterKind) {
  const settings = {
    PARAMETERS_NAME: OUTPUTS,
    CATALOG_NAME: "STDOUT",
    CATALOG_TYPE: "ASCII_HEAD",
    DETECT_THRESH: threshold,
    ANALYSIS_THRESH: 1.5,
    DETECT_MINAREA: 5,
    FILTER: "Y",
    FILTER_NAME: FILTER,
    DEBLEND_NTHRESH: 32,
    DEBLEND_MINCONT: 0.005,
    CLEAN: "Y",
    CLEAN_PARAM: "1.0",
    PHOT_AUTOPARAMS: "2.5,3.5",
    PHOT_PETROPARAMS: "2.0,3.5",
    PHOT_FLUXFRAC: 0.5,
    BACK_TYPE: "AUTO",
    BACK_SIZE: 64,
    BACK_FILTERSIZE: 3,
    VERBOSE_TYPE: "QUIET",
  };
  const lines = (list: string[]) => list.join("\n") + "\n";
  const write = async (name: string, list: string[]) => {
    const path = `${folder}/${name}`;
    try {
      await Deno.writeTextFile(path, lines(list));
    } catch (error) {
      throw fileError(error, path, "written");
    }
  };
  await write(SETTINGS, Object.entries(settings).map(([key, value]) => `${key} ${value}`));
  await write(OUTPUTS, columns.map((column) => OUTPUT_NAMES[column]));
  await write(FILTER, ["CONV NORM", "1 2 1", "2 4 2", "1 2 1"]);
}

/**
 * The objects in the green channel of an image, 424 × 424 × 3 bytes. Stored as in the original: x is the column and y
 * the row, counted from 1; theta is the angle of the major axis from the columns towards growing
 * rows, 0 … 180 degrees. The image is transposed on the way, as pysex did: Source Extractor's
 * background depends a little on the direction in which it reads, and only so its numbers come out
 * as the original's.
 * @param folder where `writeSettings` was called; nothing else may use it meanwhile
 * @param name what the image is called in an error
 * @throws UserError when Source Extractor fails
 */
export function extract(
  program: string,
  folder: string,
  kind: ParameterKind,
  rgb: Uint8Array,
  name: string,
): number[][] {
  const pixels = new Float32Array(IMAGE_SIZE * IMAGE_SIZE);
  for (let row = 0, from = 1; row < IMAGE_SIZE; row++) {
    for (let column = 0; column < IMAGE_SIZE; column++, from += 3) {
      pixels[column * IMAGE_SIZE + row] = rgb[from] / 255;
    }
  }
  const fits = `${folder}/${IMAGE}`;
  try {
    Deno.writeFileSync(fits, encodeFits(pixels, IMAGE_SIZE, IMAGE_SIZE));
  } catch (error) {
    throw fileError(error, fits, "written");
  }
  const args = [IMAGE, "-c", SETTINGS];
  const command = new Deno.Command(program, { args, cwd: folder, ...NO_ENVIRONMENT });
  const { success, code, signal, stdout, stderr } = command.outputSync();
  const text = new TextDecoder();
  if (!success) {
    const reason = text.decode(stderr).trim().replace(/\s+/g, " ");
    throw new UserError(
      `${program} failed on ${name} (${signal ?? `exit code ${code}`})` +
        (reason ? `: ${reason}` : ""),
    );
  }
  return parseCatalogue(text.decode(stdout), kind, name);
}

/**
 * The objects of a catalogue of type ASCII_HEAD: comments, then one line of numbers per object.
 * What is no finite number becomes NaN.
 * @throws UserError when a line has more or fewer numbers than there are columns
 */
export function parseCatalogue(
  catalogue: string,
  { columns }: ParameterKind,
  name: string,
): number[][] {
  const lines = catalogue.split("\n").map((line) => line.trim());
  return lines.filter((line) => line && !line.startsWith("#")).map((line) => {
    const words = line.split(/\s+/);
    if (words.length !== columns.length) {
      throw new UserError(
        `Source Extractor's answer for ${name} has ${words.length} numbers in a line, expected ` +
          `${columns.length}: ${line}`,
      );
    }
    return words.map(Number).map((value, column) => {
      if (!Number.isFinite(value)) return NaN;
      return columns[column] === "theta" ? 90 - value : value;
    });
  });
}
