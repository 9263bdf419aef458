import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { openGpu } from "../../lib/gpu/device.ts";
import { readHistory } from "../../lib/runs/history.ts";
import { inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { smallSurvey, trainSmall } from "./small.ts";

gpuTest(
  "1 and 4 workers give the same parameters, bit for bit",
  (gpu) =>
    inFolder(async (folder) => {
      const survey = await smallSurvey(`${folder}/survey`);
      const one = await trainSmall(gpu, survey, `${folder}/one`, { workers: 1 });
      const four = await trainSmall(gpu, survey, `${folder}/four`, { workers: 4 });
      assert.deepEqual(four.parameters, one.parameters);
      const other = await trainSmall(gpu, survey, `${folder}/other`, { seed: 2 });
      assert.notDeepEqual(other.parameters, one.parameters);
    }),
);

gpuTest(
  "a run that is stopped at every minibatch ends as one that never was",
  (gpu) =>
    inFolder(async (folder) => {
      const survey = await smallSurvey(`${folder}/survey`);
      const whole = await trainSmall(gpu, survey, `${folder}/whole`);
      let sessions = 0, stopped;
      do {
        sessions++;
        stopped = await trainSmall(gpu, survey, `${folder}/stopped`, {
          resume: true,
          stopRequested: () => true,
        });
      } while (!stopped.outcome.finished);
      assert.ok(sessions > 3, `${sessions} sessions: a stop within each of the three chunks`);
      assert.deepEqual(stopped.parameters, whole.parameters);
      const errors = async (run: string) =>
        (await readHistory(`${folder}/${run}/history.jsonl`))
          .map(({ chunk, trainRmse, validRmse }) => ({ chunk, trainRmse, validRmse }));
      assert.deepEqual(await errors("stopped"), await errors("whole"));
    }),
);

gpuTest("history says what the paper's scripts print", (gpu) =>
  inFolder(async (folder) => {
    const survey = await smallSurvey(`${folder}/survey`);
    const { outcome } = await trainSmall(gpu, survey, `${folder}/run`);
    const history = await readHistory(`${folder}/run/history.jsonl`);
    assert.deepEqual(history.map(({ chunk }) => chunk), [1, 2, 3]);
    assert.deepEqual(history.map(({ warmUp }) => warmUp), [true, false, false]);
    assert.deepEqual(history.map(({ images }) => images), [12, 24, 36]);
    assert.deepEqual(history.map(({ validRmse }) => validRmse !== undefined), [false, true, true]);
    assert.equal(outcome.validRmse, history[2].validRmse);
    for (const { trainRmse } of history) assert.ok(trainRmse > 0 && trainRmse < 1);
  }));

Deno.test("a checkpoint of another model, cut off or corrupt is refused by name", () =>
  inFolder(async (folder) => {
    const gpu = await openGpu();
    try {
      const survey = await smallSurvey(`${folder}/survey`);
      const run = `${folder}/run`;
      await trainSmall(gpu, survey, run, { chunks: 1 });
      const path = `${run}/checkpoint.safetensors`;
      const good = await Deno.readFile(path);
      const refusal = async () => {
        try {
          await trainSmall(gpu, survey, run, { resume: true });
        } catch (error) {
          assert.ok(error instanceof UserError, String(error));
          assert.ok(error.message.includes(path), error.message);
          return error.message;
        }
        assert.fail("accepted");
      };
      await Deno.writeFile(path, good.subarray(0, good.length - 100));
      await refusal();
      await Deno.writeFile(path, good.map((byte, i) => i < 8 ? 255 : byte));
      await refusal();
      await Deno.writeFile(path, good);
      const { tensors, metadata } = await readSafetensors(path);
      const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
      const shape = [4, 3, 3, 12];
      const other = named.map((tensor) =>
        tensor.name === "conv1.weight" ? { ...tensor, shape } : tensor
      );
      await writeSafetensors(path, other, metadata);
      assert.match(await refusal(), /another model: small needs conv1\.weight \(4, 3, 6, 6\)/);
      await writeSafetensors(path, named.slice(1), metadata);
      assert.match(await refusal(), /not in the file, which was written for "small"/);
      const extra = { name: "dense9.weight", shape: [1], data: new Float32Array(1) };
      await writeSafetensors(path, [...named, extra], metadata);
      assert.match(await refusal(), /small has no "dense9\.weight"/);
    } finally {
      gpu.close();
    }
  }));
