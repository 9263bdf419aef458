import assert from "node:assert/strict";
import { chunkImages } from "../../lib/data/chunks.ts";
import { ViewProducer } from "../../lib/data/views/workers.ts";
import { IMAGE_FLOATS } from "../../lib/galaxy/transforms.ts";
import { PAPER_SETTINGS } from "../../lib/runs/settings.ts";
import { trainingBlocks } from "../../lib/train/blocks.ts";
import { inFolder, madeUpImage } from "../data/folder.ts";

const IMAGES = 5;
/** A chunk of two blocks and a shorter one. */
const SETTINGS = { ...PAPER_SETTINGS, chunks: 2, chunkSize: 1104, batchSize: 16, seed: 3 };

function withProducer(test: (producer: ViewProducer) => Promise<void>) {
  return inFolder(async (folder) => {
    const paths: string[] = [];
    for (let image = 0; image < IMAGES; image++) {
      paths.push(`${folder}/${image}.jpg`);
      await Deno.writeFile(paths[image], await madeUpImage(image));
    }
    const producer = new ViewProducer({ workers: 2, paths });
    try {
      await test(producer);
    } finally {
      producer.close();
    }
  });
}

Deno.test("blocks hold the rows of whole chunks, from wherever a run is resumed", () =>
  withProducer(async (producer) => {
    const { seed, chunkSize, batchSize } = SETTINGS;
    const whole = producer.allocate(chunkSize);
    let made = -1;
    const expectedRows = async (chunk: number, first: number, rows: number) => {
      if (made !== chunk) {
        const images = chunkImages({ seed, chunk }, IMAGES, chunkSize);
        await producer.training(whole, images, { seed, chunk });
        made = chunk;
      }
      return whole.subarray(first * IMAGE_FLOATS, (first + rows) * IMAGE_FLOATS);
    };
    for (const from of [{ chunk: 0, minibatch: 0 }, { chunk: 1, minibatch: 41 }]) {
      const blocks = trainingBlocks(SETTINGS, producer, IMAGES, from);
      let { chunk } = from, row = from.minibatch * batchSize;
      for (let block = await blocks.next(); block; block = await blocks.next()) {
        const { plan, views } = block;
        const rows = plan.images.length;
        assert.deepEqual([plan.chunk, plan.firstRow], [chunk, row]);
        assert.equal(rows % batchSize, 0);
        assert.deepEqual(
          plan.images,
          chunkImages({ seed, chunk }, IMAGES, chunkSize).subarray(row, row + rows),
        );
        const expected = await expectedRows(chunk, row, rows);
        assert.ok(
          equal(views.subarray(0, expected.length), expected),
          `chunk ${chunk}, row ${row}`,
        );
        row += rows;
        if (row === chunkSize) chunk++, row = 0;
      }
      assert.deepEqual([chunk, row], [2, 0]);
    }
  }));

Deno.test("blocks are large enough for any minibatch", () =>
  withProducer(async (producer) => {
    const settings = { ...SETTINGS, chunks: 1, chunkSize: 1200, batchSize: 600 };
    const blocks = trainingBlocks(settings, producer, IMAGES, { chunk: 0, minibatch: 1 });
    const { plan } = (await blocks.next())!;
    assert.deepEqual([plan.firstRow, plan.images.length], [600, 600]);
    assert.equal(await blocks.next(), undefined);
  }));

/** What `deepEqual` says, in reasonable time. */
function equal(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((number, index) => number === b[index]);
}
