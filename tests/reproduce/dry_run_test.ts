/** `reproduce --dry-run` is refused where the reproduction would be before it computes anything. */
import assert from "node:assert/strict";
import { openGpu } from "../../lib/gpu/device.ts";
import { makeSurvey } from "../../lib/synthetic/survey.ts";
import { RunFolder } from "../../lib/runs/folder.ts";
import { inFolder } from "../data/folder.ts";
import { runScript } from "../process.ts";

/** What is in the way, and what is said of it. */
interface Case {
  readonly name: string;
  readonly refused: RegExp;
  readonly args?: readonly string[];
  /** What it returns is called afterwards. */
  readonly prepare?: (folder: string) => Promise<() => Promise<unknown>>;
  /** It would be found after hours only. */
  readonly late?: true;
}

async function reproduce(folder: string, { args = [] }: Case, ...more: string[]) {
  const { code, out, error } = await runScript("tasks/reproduce.ts", [
    ...["--data", `${folder}/raw`, "--root", folder, "--models", "extradense"],
    ...["--chunks", "1", "--chunk-size", "16", "--no-cache"],
    ...(args.includes("--width") ? [] : ["--width", "0.03"]),
    ...[...args, ...more].map((arg) => arg.replace("@", folder)),
  ]);
  return { code, said: (out + error).replace(/ since \S+\)/, "") };
}

/** Every file and folder. */
function contents(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => [
    `${folder}/${name}`,
    ...(isDirectory ? contents(`${folder}/${name}`) : []),
  ]).sort();
}

const software = await openGpu().then((gpu) => (gpu.close(), gpu.software));
const RUN = "analysis/final/extradense", PREDICTIONS = "predictions/final";

const CASES: Case[] = [
  {
    name: "data that cannot be used",
    refused: /!! {2}test images/,
    async prepare(folder) {
      await Deno.rename(`${folder}/raw/images_test_rev1`, `${folder}/elsewhere`);
      return () => Deno.rename(`${folder}/elsewhere`, `${folder}/raw/images_test_rev1`);
    },
  },
  {
    name: "a folder that cannot be made",
    args: ["--root", "@/raw/survey.json"],
    refused: /something on the way to it is a file/,
  },
  {
    name: "files of a run that nobody knows",
    refused: /extradense holds .*history\.jsonl, but no run\.json/,
    async prepare(folder) {
      await Deno.mkdir(`${folder}/${RUN}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${RUN}/history.jsonl`, "");
      return () => Deno.remove(`${folder}/analysis`, { recursive: true });
    },
  },
  {
    name: "a run that somebody else is at",
    refused: /extradense is in use by train:extradense \(process \d+,/,
    async prepare(folder) {
      const run = new RunFolder(`${folder}/${RUN}`);
      await run.take("train:extradense");
      return async () => {
        await run.release();
        await Deno.remove(`${folder}/analysis`, { recursive: true });
      };
    },
  },
  {
    name: "an unknown model",
    args: ["--models", "extradance"],
    refused: /there is no model "extradance"/,
  },
  {
    name: "a prediction that cannot be written",
    refused: /extradense\.npy\.gz cannot be written: it is a folder/,
    late: true,
    async prepare(folder) {
      const path = `${folder}/${PREDICTIONS}/augmented/valid/extradense.npy.gz`;
      await Deno.mkdir(path, { recursive: true });
      return () => Deno.remove(`${folder}/predictions`, { recursive: true });
    },
  },
  {
    name: "a blend that cannot be written",
    refused: /report\.html cannot be written: it is a folder/,
    late: true,
    async prepare(folder) {
      await Deno.mkdir(`${folder}/${PREDICTIONS}/blended/report.html`, { recursive: true });
      return () => Deno.remove(`${folder}/predictions`, { recursive: true });
    },
  },
  ...(software
    ? [{
      name: "networks that are too large for a software adapter",
      args: ["--width", "1"],
      refused: /computes on the processor.*--allow-software/s,
    }]
    : []),
];

Deno.test("a dry run of the reproduction is refused for what the reproduction is, and writes nothing", (t) =>
  inFolder(async (folder) => {
    await makeSurvey({ out: `${folder}/raw`, train: 20, test: 3, seed: 4, workers: 2 });
    for (const entry of CASES) {
      await t.step(entry.name, async () => {
        const undo = await entry.prepare?.(folder);
        try {
          const before = contents(folder);
          const dry = await reproduce(folder, entry, "--dry-run");
          assert.deepEqual(contents(folder), before, dry.said);
          assert.equal(dry.code, 1, dry.said);
          assert.match(dry.said, entry.refused);
          if (entry.late) return;
          const real = await reproduce(folder, entry);
          assert.equal(real.code, 1, real.said);
          assert.match(real.said, entry.refused);
        } finally {
          await undo?.();
        }
      });
    }
    await t.step("and goes on where nothing is in the way", async () => {
      const entry = { name: "", refused: /^$/ };
      const before = contents(folder);
      const { code, said } = await reproduce(folder, entry, "--dry-run");
      assert.equal(code, 0, said);
      assert.match(said, /nothing was written/);
      assert.deepEqual(contents(folder), before);
    });
  }));
