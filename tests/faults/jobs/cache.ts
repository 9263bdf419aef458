/** `deno task cache`: made anew, and brought up to date. */
import { makeCache } from "../../../lib/prepare/cache.ts";
import { madeUpImage } from "../../data/folder.ts";
import type { Job } from "../job.ts";

const image = (folder: string, id: number) => `${folder}/data/images_test_rev1/${id}.jpg`;

/** Writes an image; its date is fixed, since the cache notes it. */
async function makeImage(folder: string, id: number, number: number, day: number) {
  const date = new Date(Date.UTC(2014, 2, day));
  await Deno.writeFile(image(folder, id), await madeUpImage(number));
  await Deno.utime(image(folder, id), date, date);
}

/** Few enough images to be decoded in this thread, where operations can be counted. */
function cacheOf(to: string | undefined): Pick<Job, "start" | "owns" | "whole"> {
  return {
    start: (folder) =>
      makeCache({
        data: `${folder}/data`,
        to: to === undefined ? undefined : `${folder}/${to}`,
        set: "test",
        workers: 1,
      }),
    owns: (path) => /^data\/cache(\/|\.json$|$)/.test(path) || /^elsewhere/.test(path),
    // Pixels are written in place; the index is not.
    whole: (path) => path.endsWith("cache.json"),
  };
}

async function makeImages(folder: string) {
  await Deno.mkdir(`${folder}/data/images_test_rev1`, { recursive: true });
  for (const id of [5, 7, 9]) await makeImage(folder, id, id, 1);
}

export const newCache: Job = { name: "cache", prepare: makeImages, ...cacheOf(undefined) };

export const cacheElsewhere: Job = {
  name: "cache-to",
  prepare: makeImages,
  ...cacheOf("elsewhere"),
};

/** One image was replaced by another, one removed, and two are new. */
export const oldCache: Job = {
  name: "cache-update",
  ...cacheOf(undefined),
  async prepare(folder) {
    await makeImages(folder);
    await newCache.start(folder);
    await makeImage(folder, 5, 50, 2);
    await Deno.remove(image(folder, 7));
    for (const id of [11, 13]) await makeImage(folder, id, id, 2);
  },
};
