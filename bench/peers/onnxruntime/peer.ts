/**
 * onnxruntime on the processor as a contender that only predicts. Its workload is a folder with
 * `network.onnx` and `views.f32`: (rows, 2, 3, 69, 69). Its version is pinned in the `deno.json` beside.
 */
import config from "./deno.json" with { type: "json" };
import { type Contender, serve } from "../protocol.ts";

/** What is used of the package; the product's own checks do not know where it is. */
interface Runtime {
  InferenceSession: { create(path: string): Promise<Session> };
  Tensor: new (type: "float32", data: Float32Array, shape: number[]) => Values;
}
interface Values {
  readonly data: Float32Array;
}
interface Session {
  run(inputs: Record<string, Values>): Promise<Record<string, Values>>;
}

const VIEWS = [2, 3, 69, 69];
const ROW = VIEWS.reduce((product, length) => product * length);
const ANSWERS = 37;
/** Rows of a run: more need more memory and are not faster. */
const ROWS = 60;

await serve(async (folder): Promise<Contender> => {
  const name = "onnxruntime-node";
  const runtime: Runtime = await import(name);
  const session = await runtime.InferenceSession.create(`${folder}/network.onnx`);
  const views = new Float32Array((await Deno.readFile(`${folder}/views.f32`)).buffer);
  const answers = new Float32Array(views.length / ROW * ANSWERS);
  const onlyPredicts = () => Promise.reject(new Error("it only predicts"));
  return {
    version: config.imports[name].split("@").at(-1)!,
    adapter: `processor, ${navigator.hardwareConcurrency} cores`,
    check: onlyPredicts,
    train: onlyPredicts,
    async predict(runs) {
      for (let run = 0; run < runs; run++) {
        for (let from = 0; from < views.length; from += ROWS * ROW) {
          const some = views.subarray(from, from + ROWS * ROW);
          const input = new runtime.Tensor("float32", some, [some.length / ROW, ...VIEWS]);
          const { predictions } = await session.run({ views: input });
          answers.set(predictions.data, from / ROW * ANSWERS);
        }
      }
      return answers;
    },
  };
});
