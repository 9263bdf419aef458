/** Reads a cache as a training does, in a process of its own: DATA SET, until stdin is closed. */
import { CacheReader, openCache } from "../../lib/data/cache/cached_images.ts";
import { openImages } from "../../lib/data/dataset.ts";
import { sha256 } from "../../lib/files/digest.ts";

const [data, name] = Deno.args;
const set = name as "train" | "test";
const { paths } = await openImages(data, set);
const stored = (await openCache(data, set, paths))!;
const reader = new CacheReader(stored);
const digests: string[] = [];
for (const k of paths.keys()) reader.use(k, (pixels) => void digests.push(sha256(pixels)));
console.log(sha256(...digests));
await Deno.stdin.read(new Uint8Array(1));
reader.close();
