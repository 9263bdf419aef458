/** ONNX files: a network's operators and constants, for other programs to run. */
import { writeAll, writeFileAtomic } from "../../files/atomic.ts";
import { modelMessage, type OnnxModel } from "./messages.ts";

/** Writes a model, atomically. @throws UserError when it cannot be written */
export async function writeOnnx(path: string, model: OnnxModel) {
  const message = modelMessage(model);
  await writeFileAtomic(path, async (file) => {
    for (const piece of message.pieces) await writeAll(file, piece);
  });
}
