/** Checks of slicing into parts, of merging them and of its gradient. */
import { mergeLayer, PART_SIZE, PARTS, partsLayer } from "../../galaxy/parts.ts";
import { CHANNELS, IMAGE_FLOATS } from "../../galaxy/transforms.ts";
import { dropout, type Mask } from "../reference/dropout.ts";
import { merge, mergeGradient } from "../reference/merge.ts";
import { parts } from "../reference/parts.ts";
import { type Check, check, compare, type TilesName } from "./bench.ts";

function partsCheck(tiles: TilesName, batch: number, slot: number): Check {
  return check(`parts, batch ${batch}, slot ${slot}`, tiles, async (bench) => {
    const minibatch = batch * IMAGE_FLOATS;
    const views = bench.numbers((slot + 1) * minibatch);
    const build = await bench.build({ batch, slot });
    const layer = await partsLayer(build, await bench.put(views));
    await bench.run(layer.forward("train"));
    const count = CHANNELS * PART_SIZE * PART_SIZE * PARTS * batch;
    const y = await bench.read(layer.output.value, count);
    return [compare("y", y, parts(views.subarray(slot * minibatch), batch))];
  });
}

/** @param stored channels with the padding, which is not merged and gets no gradient */
function mergeCheck(
  tiles: TilesName,
  batch: number,
  { channels, stored, side }: { channels: number; stored: number; side: number },
  mask?: Mask,
): Check {
  const Q = channels * side * side;
  const name = `merge ${channels}×${side}×${side}, batch ${batch}${mask ? ", dropout" : ""}`;
  const dropped = (values: ArrayLike<number>) => mask ? dropout(values, mask) : values;
  return check(name, tiles, async (bench) => {
    const n = PARTS * batch;
    const x = bench.numbers(stored * side * side * n);
    const input = await bench.tensor(x, { channels, stored, height: side, width: side, n });
    const layer = await mergeLayer(await bench.build({ batch, ...mask }), input, mask?.layer);
    const dy = bench.numbers(Q * n);
    await bench.run(layer.forward("predict"));
    const y = await bench.read(layer.output.value, Q * n);
    await bench.run(layer.forward("train"));
    const trained = await bench.read(layer.output.training, Q * n);
    const expected = new Float64Array(x.length);
    expected.set(mergeGradient(dropped(dy), Q, batch));
    return [
      compare("y", y, merge(x, Q, batch)),
      compare("y in training", trained, dropped(merge(x, Q, batch))),
      compare("x gradient", await bench.backward(layer, dy, x.length), expected),
    ];
  });
}

const MASK: Mask = { seed: 2 ** 40 + 3, layer: 2, step: 1_562_500 };

export const PARTS_AND_MERGING: readonly Check[] = [
  partsCheck("software", 1, 0),
  partsCheck("gpu", 3, 1),
  partsCheck("small", 2, 2),
  mergeCheck("software", 16, { channels: 8, stored: 8, side: 2 }),
  mergeCheck("gpu", 3, { channels: 3, stored: 4, side: 2 }),
  mergeCheck("small", 1, { channels: 1, stored: 4, side: 1 }),
  mergeCheck("software", 16, { channels: 8, stored: 8, side: 2 }, MASK),
  mergeCheck("gpu", 3, { channels: 3, stored: 4, side: 2 }, MASK),
  // More workgroups than one dimension of a grid may have.
  mergeCheck("small", 5, { channels: 441, stored: 444, side: 2 }),
];
