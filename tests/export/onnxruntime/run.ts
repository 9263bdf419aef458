/**
 * Runs an ONNX file in onnxruntime: MODEL INPUT OUTPUT LENGTH…, where INPUT and OUTPUT hold float32
 * numbers and the lengths are those of the input's axes. Prints what the file says it takes and gives.
 * Without arguments, only tells whether onnxruntime is there.
 */
interface Runtime {
  InferenceSession: {
    create(path: string, options: Record<string, unknown>): Promise<Session>;
  };
  Tensor: new (type: "float32", data: Float32Array, shape: number[]) => Values;
}
interface Values {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}
interface Session {
  readonly inputMetadata: readonly Record<string, unknown>[];
  readonly outputMetadata: readonly Record<string, unknown>[];
  run(inputs: Record<string, Values>): Promise<Record<string, Values>>;
}

// Only the `deno.json` beside this file knows the package: the project's own checks do not look for it.
const name = "onnxruntime-node";
const runtime: Runtime = await import(name);

const [model, input, output, ...shape] = Deno.args;
if (model) {
  // Logs what it has to say about the file from warnings on.
  const session = await runtime.InferenceSession.create(model, { logSeverityLevel: 2 });
  const { inputMetadata: inputs, outputMetadata: outputs } = session;
  const bytes = await Deno.readFile(input);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const tensor = new runtime.Tensor("float32", data, shape.map(Number));
  const results = await session.run({ [String(inputs[0].name)]: tensor });
  const { data: values, dims } = results[String(outputs[0].name)];
  await Deno.writeFile(output, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  console.log(JSON.stringify({ inputs, outputs, dims }));
}
