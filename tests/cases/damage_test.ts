/** Files of a run with flipped bits, or with values that cannot be: seen, and never taken for others. */
import assert from "node:assert/strict";
import { UserError } from "../../lib/errors.ts";
import { readSafetensors, writeSafetensors } from "../../lib/formats/safetensors.ts";
import { GalaxyNetwork } from "../../lib/galaxy/network.ts";
import { parseProvenance, type Provenance, provenanceText } from "../../lib/provenance.ts";
import { Random } from "../../lib/random.ts";
import { Checkpoints } from "../../lib/runs/checkpoints.ts";
import { historyText, parseHistory, readHistory } from "../../lib/runs/history.ts";
import { loadCheckpoint, loadParameters, type RunState } from "../../lib/runs/parameter_files.ts";
import {
  readDescription,
  type RunDescription,
  writeDescription,
} from "../../lib/runs/description.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import type { RunOrigin } from "../../lib/runs/tensor_files.ts";
import { assertUserError, inFolder } from "../data/folder.ts";
import { gpuTest } from "../gpu.ts";
import { SMALL_SETTINGS, smallModel, smallSurvey, trainSmall } from "../train/small.ts";

const random = new Random(16, "test");

/** Copies with one flipped bit each, at random places. */
function* flips(bytes: Uint8Array, count: number): Generator<Uint8Array> {
  for (let k = 0; k < count; k++) {
    const copy = bytes.slice();
    copy[Math.floor(random.uniform(0, bytes.length))] ^= 1 << Math.floor(random.uniform(0, 8));
    yield copy;
  }
}

/** What a reader gives, or `undefined` after an error of ours. */
async function unlessRefused<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    assert.ok(error instanceof UserError, String((error as Error).stack));
    return undefined;
  }
}

const strict = { acceptUnmarked: false, warn: assert.fail };

gpuTest(
  "flipped bits in parameters and checkpoints are seen; a checkpoint falls back",
  (gpu) =>
    inFolder(async (path) => {
      const survey = await smallSurvey(`${path}/survey`);
      const folder = new RunFolder(`${path}/run`);
      const { origin, parameters } = await trainSmall(gpu, survey, folder.path, {
        chunks: 2,
        validateEvery: 1,
      });
      const network = await GalaxyNetwork.build(gpu, smallModel, {
        batch: 1,
        trainable: true,
        slots: 1,
      });
      const values = async () => {
        const all: Float32Array[] = [];
        for (const each of network.parameters) all.push(await network.get(each, "value"));
        return all;
      };

      const params = await Deno.readFile(folder.parameters);
      const { digest } = await loadParameters(folder.parameters, network, strict);
      let refused = 0;
      for (const flipped of flips(params, 150)) {
        await Deno.writeFile(folder.parameters, flipped);
        const loaded = await unlessRefused(loadParameters(folder.parameters, network, strict));
        if (!loaded) refused++;
        else assert.equal(loaded.digest, digest);
      }
      assert.deepEqual(await values(), parameters);
      // Of the rest, the bit was in a space, or in what only people read.
      assert.ok(refused > 140, `${refused} of 150`);

      const good = await Deno.readFile(folder.checkpoint);
      const states: RunState[] = [];
      for (const each of [folder.checkpoint, folder.previousCheckpoint]) {
        states.push(await loadCheckpoint(each, network, origin));
      }
      assert.deepEqual(states.map(({ position: { chunk } }) => chunk), [2, 1]);
      let fallen = 0;
      for (const flipped of flips(good, 100)) {
        await Deno.writeFile(folder.checkpoint, flipped);
        const warnings: string[] = [];
        const checkpoints = new Checkpoints(folder, origin);
        const state = await checkpoints.load(network, (text) => warnings.push(text));
        fallen += warnings.length;
        assert.deepEqual(state, states[warnings.length]);
        for (const warning of warnings) {
          assert.match(warning, /checkpoint\.safetensors .*\. Going on from .*previous.* chunk 2,/);
        }
      }
      assert.ok(fallen > 95, `${fallen} of 100`);

      // With both damaged there is nothing to go on with.
      await Deno.writeFile(folder.checkpoint, good.subarray(0, good.length - 9));
      await Deno.writeFile(folder.previousCheckpoint, new Uint8Array(50));
      await assertUserError(
        new Checkpoints(folder, origin).load(network, assert.fail),
        /no checkpoint in .* can be used\. .*checkpoint\.safetensors.*checkpoint\.previous/,
      );
      network.destroy();
    }),
);

gpuTest(
  "a checkpoint after a damaged one does not push out the good one before it",
  (gpu) =>
    inFolder(async (path) => {
      const survey = await smallSurvey(`${path}/survey`);
      const folder = new RunFolder(`${path}/run`);
      const whole = await trainSmall(gpu, survey, `${path}/whole`, { validateEvery: 1 });
      await trainSmall(gpu, survey, folder.path, {
        validateEvery: 1,
        stopRequested: () =>
          Deno.statSync(folder.path).isDirectory && has(folder.previousCheckpoint),
      });
      const previous = await Deno.readFile(folder.previousCheckpoint);
      await Deno.truncate(folder.checkpoint, 1000);
      const warnings: string[] = [];
      const resumed = await trainSmall(gpu, survey, folder.path, {
        validateEvery: 1,
        resume: true,
        warn: (text) => warnings.push(text),
        stopRequested: () => true,
      });
      assert.match(warnings.join("\n"), /checkpoint\.safetensors is damaged/);
      assert.equal(resumed.outcome.finished, false);
      assert.deepEqual(await Deno.readFile(folder.previousCheckpoint), previous);
      const last = await trainSmall(gpu, survey, folder.path, { validateEvery: 1, resume: true });
      assert.deepEqual(last.parameters, whole.parameters);
      // A crash between the two renames leaves the newest under a third name.
      await Deno.rename(folder.checkpoint, folder.nextCheckpoint);
      const again = await trainSmall(gpu, survey, folder.path, {
        validateEvery: 1,
        resume: true,
        warn: assert.fail,
      });
      assert.deepEqual(again.parameters, whole.parameters);
    }),
);

function has(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

gpuTest(
  "a checkpoint that says what cannot be is refused by the name of the field",
  (gpu) =>
    inFolder(async (path) => {
      const survey = await smallSurvey(`${path}/survey`);
      const folder = new RunFolder(`${path}/run`);
      const { origin } = await trainSmall(gpu, survey, folder.path, { chunks: 2 });
      const network = await GalaxyNetwork.build(gpu, smallModel, {
        batch: 1,
        trainable: true,
        slots: 1,
      });
      const { tensors, metadata } = await readSafetensors(folder.checkpoint);
      const named = [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
      const provenance = parseProvenance(metadata.provenance, path, ["checkpoint"])!;
      const write = (facts: Provenance["facts"]) =>
        writeSafetensors(folder.checkpoint, named, {
          provenance: provenanceText({ ...provenance, facts: { ...provenance.facts, ...facts } }),
        });
      for (
        const [facts, pattern] of [
          [{ chunk: 999 }, /chunk is 999, expected a whole number from 0 to 2/],
          [{ chunk: 1.5 }, /chunk is 1\.5/],
          [{ chunk: -1 }, /chunk is -1/],
          [{ chunk: "2" }, /chunk is "2"/],
          [{ chunk: 1 }, /history has 2 chunks, but chunk is 1/],
          [{ chunk: 1, minibatch: 99 }, /minibatch is 99, expected a whole number from 0 to 2/],
          [{ minibatch: 1 }, /minibatch is 1, expected a whole number from 0 to 0/],
          [{ chunk: 1, minibatch: 2 }, /losses has 0 values, but minibatch is 2/],
          [{ seconds: -3 }, /seconds is -3/],
          [{ chunks: 3 }, /chunks is 3/],
          [{ training: 17 }, /training is 17/],
        ] as const
      ) {
        await write(facts);
        const refused = loadCheckpoint(folder.checkpoint, network, origin);
        await assertUserError(refused, folder.checkpoint, pattern);
      }
      await write({});
      await loadCheckpoint(folder.checkpoint, network, origin);
      // That of another run, though of the same model.
      const other: RunOrigin = {
        ...origin,
        marks: { ...origin.marks, labels: { digest: "0".repeat(64), text: "other labels" } },
      };
      await assertUserError(
        loadCheckpoint(folder.checkpoint, network, other),
        /the labels: labels of 20 there, other labels here/,
      );
      network.destroy();
    }),
);

const ENTRIES = [1, 2, 3].map((chunk) => ({
  chunk,
  images: 12 * chunk,
  learningRate: 0.04,
  warmUp: chunk === 1,
  trainRmse: 0.3 / chunk,
  ...(chunk === 2 ? { validRmse: 0.25, validRmseFullBatches: 0.24 } : {}),
  seconds: 1.5 * chunk,
}));

Deno.test("every flipped bit of a history is seen, or harmless", () => {
  const bytes = new TextEncoder().encode(historyText(ENTRIES));
  let refused = 0;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const copy = bytes.slice();
    copy[bit >> 3] ^= 1 << (bit & 7);
    try {
      assert.deepEqual(parseHistory(new TextDecoder().decode(copy), "history.jsonl"), ENTRIES);
    } catch (error) {
      assert.ok(error instanceof UserError, String((error as Error).stack));
      assert.match(error.message, /history\.jsonl is damaged: in line [1-4], /);
      refused++;
    }
  }
  assert.ok(refused > 8 * bytes.length - 20, `${refused} of ${8 * bytes.length}`);
});

Deno.test("a history that was cut off loses its last line only, a wrong one says where", () => {
  const text = historyText(ENTRIES);
  const third = text.lastIndexOf("\n", text.length - 2) + 1;
  for (let end = third; end < text.length - 2; end++) {
    assert.deepEqual(parseHistory(text.slice(0, end), "h"), ENTRIES.slice(0, 2));
  }
  // Only the line's end is missing.
  assert.deepEqual(parseHistory(text.slice(0, -1), "h"), ENTRIES);
  const [one, two, three] = ENTRIES;
  const wrong = (entries: typeof ENTRIES, pattern: RegExp) =>
    assert.throws(() => parseHistory(historyText(entries), "h"), pattern);
  wrong([one, three], /h is damaged: in line 2, chunk is 3, expected a whole number from 2 to 2/);
  wrong([two], /in line 1, chunk is 2/);
  wrong([one, { ...two, trainRmse: NaN }], /in line 2, trainRmse is null/);
  wrong([one, { ...two, seconds: 1 }], /in line 2, seconds is 1/);
  assert.throws(() => parseHistory('{"chunk":1}\n', "h"), /crc32 is missing/);
});

gpuTest(
  "a damaged history costs a warning: the checkpoint has it",
  (gpu) =>
    inFolder(async (path) => {
      const survey = await smallSurvey(`${path}/survey`);
      const folder = new RunFolder(`${path}/run`);
      let groups = 0;
      await trainSmall(gpu, survey, folder.path, { stopRequested: () => ++groups > 4 });
      const whole = await Deno.readTextFile(folder.history);
      const before = await readHistory(folder.history);
      assert.ok(before.length > 0);
      for (const text of [whole.replace("0", "1"), "", whole + "{}\n", historyText(ENTRIES)]) {
        await Deno.writeTextFile(folder.history, text);
        const warnings: string[] = [];
        await trainSmall(gpu, survey, folder.path, {
          resume: true,
          stopRequested: () => true,
          warn: (warning) => warnings.push(warning),
        });
        assert.equal(warnings.length, text === "" ? 0 : 1);
        for (const warning of warnings) assert.match(warning, /history\.jsonl.*written anew/);
        const after = await readHistory(folder.history);
        assert.deepEqual(after.slice(0, before.length), before);
      }
    }),
);

Deno.test("every flipped bit of run.json is seen, or harmless; fields that cannot be are named", () =>
  inFolder(async (path) => {
    const file = `${path}/run.json`;
    const mark = { digest: "a".repeat(64), text: "20 galaxies" };
    const description: RunDescription = {
      model: smallModel,
      settings: SMALL_SETTINGS,
      training: 18,
      validation: 2,
      marks: { galaxies: mark },
      adapter: "llvmpipe",
      tiles: "b".repeat(64),
      versions: { galaxies: "1", deno: "2" },
      started: "2026-01-01",
    };
    await writeDescription(file, description);
    assert.deepEqual(await readDescription(file), description);
    for (const flipped of flips(await Deno.readFile(file), 1000)) {
      await Deno.writeFile(file, flipped);
      const read = await unlessRefused(readDescription(file));
      if (read) assert.deepEqual(read, description);
    }
    const settings = (changed: Record<string, unknown>) => ({
      settings: { ...SMALL_SETTINGS, ...changed },
    });
    for (
      const [changed, pattern] of [
        [settings({ seed: "x" }), /settings\.seed is "x", expected a whole number/],
        [settings({ chunks: 1.5 }), /settings\.chunks is 1\.5/],
        [settings({ dropout: 1 }), /settings\.dropout is 1/],
        [{ tiles: "none" }, /tiles is "none", expected 64 hexadecimal digits/],
        [{ model: { name: "a", layers: [{ type: "none" }] } }, /model\.layers/],
        [{ marks: { galaxies: {} } }, /galaxies\.digest is missing/],
      ] as const
    ) {
      await writeDescription(file, { ...description, ...changed } as unknown as RunDescription);
      await assertUserError(readDescription(file), file, pattern);
    }
    await Deno.writeTextFile(file, JSON.stringify(description));
    await assertUserError(readDescription(file), /it has no sha256 of its content.*--out/);
  }));
