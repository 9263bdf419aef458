import assert from "node:assert/strict";
import { inFolder } from "../data/folder.ts";
import { UserError } from "../../lib/errors.ts";
import { compareContenders, type Standing } from "../../bench/peers/comparison.ts";
import { launchPeer, pythonWithTorch } from "../../bench/peers/launch.ts";
import { writeWorkload } from "../../bench/peers/make_workload.ts";
import { ContenderError, type Launch } from "../../bench/peers/process.ts";
import {
  assertTelling,
  checkTrainingLoss,
  compareAnswers,
  compareChanges,
  compareLosses,
} from "../../bench/peers/verdict.ts";
import { benchPeers, peersTable } from "../../bench/peers.ts";

const SIZES = { batch: 2, predictBatch: 3, width: 0.05 };
const FAKE = decodeURIComponent(new URL("fake_peer.ts", import.meta.url).pathname);

interface Contest {
  standings: Standing[];
  /** What the contenders did, in order. */
  log: string[];
}

/** Compares fakes: name, behaviour and milliseconds of a step; ours first. Then the others. */
async function contest(
  fakes: readonly (readonly [name: string, behaviour: string, milliseconds: number])[],
  others: readonly Launch[] = [],
): Promise<Contest> {
  let result: Contest;
  await inFolder(async (folder) => {
    const workload = `${folder}/workload.safetensors`, log = `${folder}/log.txt`;
    await writeWorkload(workload, SIZES);
    const launches = fakes.map(([name, behaviour, milliseconds]): Launch => ({
      name,
      command: "deno",
      args: [
        ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock"],
        ...[`--allow-read=${folder}`, `--allow-write=${folder}`],
        ...[FAKE, name, behaviour, String(milliseconds), log],
      ],
      hint: "Install it",
      sameAdapter: true,
    }));
    const standings = await compareContenders(launches[0], [...launches.slice(1), ...others], {
      ...SIZES,
      workload,
      lossOfZeros: 0.2,
      rounds: 2,
      seconds: 0,
      say: () => {},
      onStarted: () => Deno.remove(workload),
    });
    result = { standings, log: (await Deno.readTextFile(log)).trim().split("\n") };
  });
  return result!;
}

Deno.test("A turn of a peer stands between two of ours, alone, and is compared with them", async () => {
  const { standings: [ours, slow, fast], log } = await contest([
    ["ours", "right", 40],
    ["slow", "right", 400],
    ["fast", "right", 1],
  ]);
  for (let at = 0; at < log.length; at += 2) {
    assert.equal(log[at + 1], log[at].replace("begins", "ends"), "one at a time");
  }
  const turns = log.filter((line) => line.endsWith("begins")).map((line) => line.split(" "));
  const round = ["ours", "slow", "ours", "fast", "ours"];
  const both = [...round.map((name) => [name, "train"]), ...round.map((name) => [name, "predict"])];
  const expected = [...both, ...both].map((turn) => [...turn, "begins"]);
  assert.deepEqual(turns.slice(-expected.length), expected);
  for (const kind of ["train", "predict"] as const) {
    assert.equal(ours.rates[kind].length, 6);
    assert.equal(slow.rates[kind].length, 2);
    assert.ok(slow.ratios[kind].every((ratio) => ratio > 2 && ratio < 12), `${slow.ratios[kind]}`);
    assert.ok(fast.ratios[kind].every((ratio) => ratio < 0.8), `${fast.ratios[kind]}`);
  }
  assert.ok(slow.rates.train.every((rate) => rate < 2 / 0.4), "2 examples in 400 ms");
  assert.deepEqual(slow.ready, { version: "1.2.3", adapter: "a fake" });
});

Deno.test("A peer that is wrong, fails or is missing has a reason, and no figures", async () => {
  const { standings: [ours, ...peers] } = await contest([
    ["ours", "right", 1],
    ["1", "zeros", 1],
    ["2", "no gradient", 1],
    ["3", "NaN", 1],
    ["4", "GPU error", 1],
    ["5", "wrong later", 1],
    ["6", "dies later", 1],
    ["7", "missing package", 1],
    ["8", "other adapter", 1],
    ["9", "short loop", 1],
    ["10", "right", 1],
  ]);
  const reasons = [
    /^wrong answers: all zero, at most 0\.0001 is rounding$/,
    /^wrong losses: 0\.100000 after 1 updates, ours 0\.0900000/,
    /^wrong losses: NaN with dropout$/,
    /^WebGPU error: binding too large$/,
    /^wrong answers: off by 0\.0100/,
    /^ended: it did not say why$/,
    /^not available: ended: error: .*Could not find the package. Install it$/,
    /^computes on another fake, ours on a fake$/,
    /^wrong gradients: two updates change conv1\.weight by 0\.00200000, ours by 0\.0100000/,
  ];
  reasons.forEach((pattern, k) => assert.match(peers[k].reason!, pattern));
  assert.equal(peers[9].reason, undefined);
  const { rows, columns } = peersTable([ours, ...peers], SIZES);
  for (const row of rows) assert.equal(row.length, columns.length);
  for (const row of rows.slice(1, 10)) assert.ok(row.slice(3, -1).every((cell) => cell === null));
  assert.ok(rows[10].every((cell) => cell !== null));
  assert.equal(rows[1].at(-1), peers[0].reason);
});

Deno.test("Without ours there is no comparison", async () => {
  const rejects = async (behaviour: string, pattern: RegExp) =>
    await assert.rejects(
      contest([["ours", behaviour, 1], ["peer", "right", 1]]),
      (error) => error instanceof UserError && pattern.test(error.message),
    );
  await rejects("missing package", /^ours: ended: error: .*Could not find the package/);
  await rejects("wrong later", /^ours: wrong answers/);
});

Deno.test("Answers and losses are compared with ours, and ours must tell something", () => {
  const answers = [0.5, 0.25, 0.4, 0.3];
  assert.ok(compareAnswers([0.5, 0.25005, 0.4, 0.3], answers) <= 6e-5);
  const wrong = (body: () => unknown, pattern: RegExp) =>
    assert.throws(body, (error) => error instanceof ContenderError && pattern.test(error.message));
  wrong(() => compareAnswers([0.5, 0.2502, 0.4, 0.3], answers), /off by 0\.000200000/);
  wrong(() => compareAnswers([0.5, NaN, 0.4, 0.3], answers), /wrong answers: off by Infinity/);
  wrong(() => compareAnswers([0, 0, 0, 0], answers), /all zero/);
  wrong(() => compareAnswers([0.5], answers), /1 numbers instead of 4/);
  assert.ok(compareLosses([0.1, 0.09, 0.0799], [0.100001, 0.09001, 0.0799]) < 1.2e-4);
  wrong(() => compareLosses([0.1, 0.09, 0.0799], [0.1001, 0.09, 0.0799]), /after 0 updates/);
  wrong(() => compareLosses([0.1, 0.09, 0.08], [0.1, 0.09, 0.08003]), /after 2 updates/);
  wrong(() => compareLosses([], [0.1, 0.09, 0.08]), /undefined after 0 updates/);
  checkTrainingLoss(0.05, 0.04);
  wrong(() => checkTrainingLoss(0.04, 0.04), /that of answers that are all zero/);
  wrong(() => checkTrainingLoss(0, 0.04), /0 with dropout/);
  const changes = { "conv1.weight": 0.1, "conv1.bias": 0.2 };
  compareChanges({ ...changes, "conv1.bias": 0.201 }, changes);
  wrong(() => compareChanges({ ...changes, "conv1.bias": 0.21 }, changes), /conv1\.bias by 0\.21/);
  wrong(() => compareChanges({ "conv1.bias": 0.2 }, changes), /conv1\.weight by undefined/);
  const telling = { answers, losses: [0.1, 0.09, 0.08], changes };
  assertTelling(telling, 2);
  for (
    const dull of [
      { answers: [0.5, 0.5, 0.5, 0.5] },
      { losses: [0.1, 0.1, 0.1] },
      { changes: { "conv1.weight": 0 } },
    ]
  ) {
    assert.throws(() => assertTelling({ ...telling, ...dull }, 2), /nothing to compare with/);
  }
});

Deno.test("A Python that is not there is no error", async () => {
  const torch = { python: "/nowhere/python3", device: "cpu" } as const;
  const { standings } = await contest(
    [["ours", "right", 1]],
    [await launchPeer("torch", "/nowhere", torch)],
  );
  assert.match(standings[1].reason!, /^not available: .*apt-get install python3-torch.*--python/);
  assert.equal(standings[1].ready, undefined);
});

const torch = await pythonWithTorch();
if (!torch) console.warn("SKIPPED, no Python here has torch: PyTorch agrees with ours");
Deno.test({
  name: "PyTorch agrees with ours",
  ignore: !torch,
  fn: async () => {
    const table = await benchPeers({
      ...SIZES,
      peers: ["torch"],
      rounds: 1,
      seconds: 0,
      python: undefined,
      torchDevice: "cpu",
      say: () => {},
    });
    assert.match(
      String(table.rows[1].at(-1)),
      /^agree within \d\.\de-\d, losses within \d\.\de-\d of/,
    );
    assert.ok(table.rows[1].slice(3, -1).every((cell) => cell !== null));
  },
});

Deno.test("The product does not depend on a peer", async () => {
  const root = new URL("../..", import.meta.url);
  for (const file of ["deno.json", "deno.lock"]) {
    const text = await Deno.readTextFile(new URL(file, root));
    assert.doesNotMatch(text, /tensorflow|jax-js/);
  }
  const lock = await Deno.readTextFile(new URL("../../bench/peers/deno.lock", import.meta.url));
  assert.match(lock, /@tensorflow\/tfjs@4\.22\.0/);
  assert.match(lock, /@jax-js\/jax@0\.1\.25/);
});
