/** What a run was started with. */
import type { RunLook } from "../../runs/look.ts";
import type { Markup } from "../html.ts";
import { settingsSection } from "../page.ts";

export function runSettings({ description: { value }, folder }: RunLook): Markup | undefined {
  if (!value) return undefined;
  const { model, settings, marks, adapter, versions, started, finished } = value;
  const { chunks, chunkSize, batchSize, learningRate, seed, dropout, augment } = settings;
  const rows: (readonly [string, string] | undefined)[] = [
    ["Folder", folder.path],
    ["Model", model.name + (model.width === undefined ? "" : `, width ${model.width}`)],
    [
      "Chunks",
      `${chunks.toLocaleString("en")} of ${chunkSize.toLocaleString("en")} galaxies, ` +
      `in minibatches of ${batchSize}`,
    ],
    ["Learning rate", `${learningRate}, a tenth from 72 %, a hundredth from 92 %`],
    ["Seed", String(seed)],
    dropout ? undefined : ["Dropout", "none"],
    augment ? undefined : ["Augmentation", "none"],
    marks.galaxies && ["Galaxies", marks.galaxies.text],
    marks.initial && ["Began with", marks.initial.text],
    ["Adapter", adapter],
    ["Started", moment(started)],
    finished === undefined ? undefined : ["Finished", moment(finished)],
    ["Version", `${versions.galaxies}, Deno ${versions.deno}`],
  ];
  return settingsSection(rows.filter((row) => row !== undefined));
}

/** An ISO date as `2026-11-26 05:14 UTC`. */
const moment = (iso: string) => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
