/** Exported files in the hands of other programs: onnxruntime and PyTorch, where they are at hand. */
import assert from "node:assert/strict";
import { pythonWithTorch } from "../../bench/peers/launch.ts";
import { bytesOf } from "../../lib/files/atomic.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { scriptPath } from "../process.ts";

const FOLDER = "tests/export/onnxruntime";
const LOADER = "examples/pytorch/load.py";

async function command(program: string, args: readonly string[]) {
  const env = { NO_COLOR: "1" };
  const child = new Deno.Command(program, { args: [...args], env, stdin: "null" });
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  return { success, out: text.decode(stdout), error: text.decode(stderr) };
}

function onnxruntime(folder: string, args: readonly string[]) {
  return command(Deno.execPath(), [
    ...["run", "--quiet", "--no-prompt", "--config", scriptPath(`${FOLDER}/deno.json`)],
    ...["--allow-ffi", "--allow-read", `--allow-write=${folder}`],
    scriptPath(`${FOLDER}/run.ts`),
    ...args,
  ]);
}

/** A test that another program takes part in; without it the test is ignored, and that is said loudly. */
function peerTest(peer: string, present: boolean, hint: string) {
  return (name: string, fn: () => Promise<void>) => {
    if (!present) console.warn(`SKIPPED, ${peer} is not here (${hint}): ${name}`);
    Deno.test({ name, ignore: !present, fn });
  };
}

const python = await pythonWithTorch();
export const torchTest = peerTest("torch", python !== undefined, "apt-get install python3-torch");
export const onnxTest = peerTest(
  "onnxruntime-node",
  (await onnxruntime("/nowhere", [])).success,
  `its package comes from npm: deno install --config ${FOLDER}/deno.json`,
);

export interface Ran {
  readonly predictions: Float32Array;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly unknown[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly unknown[] }[];
}

/** What an ONNX file makes of its input. It must not give rise to any warning. */
export async function runOnnx(
  folder: string,
  file: string,
  input: Float32Array,
  shape: readonly number[],
): Promise<Ran> {
  const [given, made] = [`${folder}/input.f32`, `${folder}/output.f32`];
  await Deno.writeFile(given, bytesOf(input));
  const { success, out, error } = await onnxruntime(folder, [
    file,
    given,
    made,
    ...shape.map(String),
  ]);
  assert.ok(success, error);
  assert.equal(error, "");
  const { inputs, outputs, dims } = JSON.parse(out);
  assert.deepEqual(dims, [shape[0], ANSWER_COUNT]);
  return { predictions: await floats(made), inputs, outputs };
}

/** Runs `load.py`. */
export function runLoader(args: readonly string[]) {
  return command(python!, [scriptPath(LOADER), ...args]);
}

/** The float32 numbers of a file. */
export async function floats(path: string): Promise<Float32Array> {
  return new Float32Array((await Deno.readFile(path)).buffer);
}
