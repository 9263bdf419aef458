/**
 * A contender for tests. Arguments: name, behaviour, milliseconds of a step or run, a file that it
 * notes every turn in, the workload.
 */
import { type Contender, serve } from "../../bench/peers/protocol.ts";
import { readWorkload } from "../../bench/peers/workload.ts";

const [name, behaviour, milliseconds, log] = Deno.args;

async function turn(what: string, count: number) {
  const note = (text: string) =>
    Deno.writeTextFile(log, `${name} ${what} ${text}\n`, { append: true });
  await note("begins");
  await new Promise((resolve) => setTimeout(resolve, count * Number(milliseconds)));
  await note("ends");
}

await serve(async (path) => {
  if (behaviour === "missing package") throw new Error("Could not find the package");
  const { labels, predictBatch } = await readWorkload(path);
  const right = labels.subarray(0, predictBatch * 37);
  let predictions = 0;
  return {
    version: "1.2.3",
    adapter: behaviour === "other adapter" ? "another fake" : "a fake",
    async check() {
      await turn("check", 1);
      const answers = behaviour === "zeros" ? right.map(() => 0) : right;
      const losses = behaviour === "no gradient" ? [0.1, 0.1, 0.1] : [0.1, 0.09, 0.08];
      const changes = {
        "conv1.weight": behaviour === "short loop" ? 0.002 : 0.01,
        "conv1.bias": 0.1,
      };
      return { answers: Array.from(answers), losses, changes };
    },
    async train(steps) {
      await turn("train", steps);
      if (behaviour === "GPU error") throw new Error("WebGPU error: binding too large");
      return behaviour === "NaN" ? NaN : 0.07;
    },
    async predict(runs) {
      await turn("predict", runs);
      // Right while it warms up, and in the first round.
      if (behaviour === "wrong later" && ++predictions > 2) {
        return right.map((value) => value + 0.01);
      }
      if (behaviour === "dies later" && ++predictions > 2) Deno.exit(3);
      return right;
    },
  } satisfies Contender;
});
