/** Checks of dropout: the same bits as `lib/random.ts`, forward and backward. */
import { dropoutLayer } from "../../nn/dropout.ts";
import { dropout } from "../reference/dropout.ts";
import { type Check, check, compare, type TilesName } from "./bench.ts";

function dropoutCheck(
  tiles: TilesName,
  channels: number,
  n: number,
  mask: { seed: number; layer: number; step: number },
): Check {
  const name = `dropout ${channels}×${n}, layer ${mask.layer}, step ${mask.step}`;
  return check(name, tiles, async (bench) => {
    const x = bench.numbers(channels * n), dy = bench.numbers(channels * n);
    const build = await bench.build({ seed: mask.seed, step: mask.step });
    const input = await bench.tensor(x, { channels, n });
    const layer = await dropoutLayer(build, input, mask.layer);
    await bench.run(layer.forward("train"));
    const y = await bench.read(layer.output.training, x.length);
    const dx = await bench.backward(layer, dy, x.length);
    return [
      compare("y", y, dropout(x, mask)),
      compare("x gradient", dx, dropout(dy, mask)),
    ];
  });
}

export const DROPOUT: readonly Check[] = [
  dropoutCheck("software", 512, 16, { seed: 1, layer: 0, step: 0 }),
  dropoutCheck("gpu", 12, 5, { seed: 2 ** 40 + 3, layer: 2, step: 1_562_500 }),
  dropoutCheck("small", 4, 1, { seed: 0, layer: 1, step: 2 ** 32 - 1 }),
  // More workgroups than one dimension of a grid may have.
  dropoutCheck("small", 8752, 16, { seed: 5, layer: 1, step: 7 }),
];
