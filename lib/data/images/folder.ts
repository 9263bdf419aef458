/** What is in a folder of images: nothing that may be a galaxy is passed over without a word. */
import { UserError } from "../../errors.ts";
import { fileError } from "../../files/explain.ts";
import { few } from "../few.ts";
import { moveUp } from "../packed.ts";

export interface ImageSet {
  /** GalaxyIDs. */
  ids: number[];
  /** The image of each. */
  paths: string[];
}

const IMAGE = /^(0|[1-9]\d{0,15})\.jpe?g$/i;
/** Also in the middle of a name, as of downloads that were cut off. */
const JPEG = /\.(jpe?g?|jfif)(?![a-z])/i;
const OTHER_PICTURE = /\.(png|tiff?|gif|webp|bmp|fits?|heic|heif|avif|jxl|p[bgnp]m)$/i;
/** What may well lie beside images and begin with digits. */
const NO_PICTURE =
  /\.(txt|md|csv|tsv|json|ya?ml|xml|html?|pdf|log|db|ini|py|sh|ts|js|zip|tar|gz|t?bz2?|[tx]z|7z|rar)$/i;

/**
 * The images of a folder, in numeric order of their GalaxyIDs. Hidden files and what is obviously no
 * picture are passed over.
 * @throws UserError when one has no GalaxyID for a name or another format, two have the same
 * GalaxyID, or there are images in a folder within
 */
export async function listImages(folder: string): Promise<ImageSet> {
  const images: { id: number; name: string }[] = [];
  const odd: string[] = [];
  const folders: string[] = [];
  for (const { name, isDirectory } of await entriesOf(folder)) {
    const digits = name.match(IMAGE)?.[1];
    if (digits && Number.isSafeInteger(Number(digits))) images.push({ id: Number(digits), name });
    else if (isDirectory) folders.push(name);
    else if (isOdd(name)) odd.push(name);
  }
  if (odd.length > 0) throw misnamed(folder, odd.sort());
  for (const name of folders.sort()) {
    if ((await entriesOf(`${folder}/${name}`)).some((entry) => isOdd(entry.name))) {
      throw nested(folder, name, images.length);
    }
  }
  images.sort((a, b) => a.id - b.id || (a.name < b.name ? -1 : 1));
  const twice = images.findIndex(({ id }, k) => id === images[k - 1]?.id);
  if (twice > 0) {
    const [{ id }, { name }] = [images[twice], images[twice - 1]];
    throw new UserError(
      `${folder} holds galaxy ${id} twice: ${name} and ${images[twice].name}. Remove one of them`,
    );
  }
  return {
    ids: images.map(({ id }) => id),
    paths: images.map(({ name }) => `${folder}/${name}`),
  };
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ name }) => !name.startsWith("."));
  } catch (error) {
    throw fileError(error, folder, "read");
  }
}

/** Whether something may be a galaxy: a picture, or named like one. */
function isOdd(name: string): boolean {
  if (JPEG.test(name) || OTHER_PICTURE.test(name)) return true;
  return /^\d/.test(name) && !NO_PICTURE.test(name);
}

function misnamed(folder: string, names: string[]): UserError {
  const listed = few(names, (name) => name).join(", ");
  return new UserError(
    `${folder} holds ${names.length} of other names than <GalaxyID>.jpg, as 100008.jpg is: ` +
      `${listed}. Rename what is a JPEG, save other pictures again as JPEGs, fetch again what was ` +
      "cut off, and move the rest elsewhere",
  );
}

function nested(folder: string, name: string, count: number): UserError {
  const advice = count === 0
    ? `Move that one up: ${moveUp(folder, name)}`
    : `Move them into ${folder}, or out of it`;
  const here = count === 0
    ? "no image <GalaxyID>.jpg, but there are images in"
    : "images, but there are more in";
  return new UserError(`${folder} holds ${here} ${folder}/${name}. ${advice}`);
}
