/** `deno task create:ids`: the GalaxyIDs of both sets as the original kept them. */
import { labelsPath, openImages } from "../lib/data/dataset.ts";
import { readLabels } from "../lib/data/labels.ts";
import { writeNpy } from "../lib/formats/npy.ts";
import { runCommand } from "../lib/cli/command.ts";
import { DATA_FLAG } from "../lib/cli/data_flag.ts";

const flags = {
  data: DATA_FLAG,
  out: {
    type: "path",
    kind: "folder",
    access: "write",
    value: "DIR",
    default: "data",
    help: "Folder to write to",
  },
} as const;

if (import.meta.main) {
  await runCommand({
    task: "create:ids",
    summary:
      "Writes train_ids.npy, in the order of the labels, and test_ids.npy, in numeric order\n" +
      "of the names of the test images; both int64.",
    flags,
  }, async ({ data, out }) => {
    // Both are read before one is written.
    const { ids: train } = await readLabels(await labelsPath(data));
    const { ids: test } = await openImages(data, "test");
    for (const [set, ids] of Object.entries({ train, test })) {
      const path = `${out}/${set}_ids.npy`;
      await writeNpy(path, { shape: [ids.length], data: BigInt64Array.from(ids, BigInt) });
      console.log(`${path}: ${ids.length} ids, from ${ids[0]} to ${ids.at(-1)}`);
    }
  });
}
