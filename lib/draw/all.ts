/** The pictures of the documents, by the name of their file. */
import { extradense } from "../galaxy/models/extradense.ts";
import { contactSheet } from "../synthetic/contact_sheet.ts";
import { drawNetwork } from "./network.ts";
import { drawCalibration, drawCurves, drawQuestions, drawStart } from "./real.ts";
import { drawTree } from "./tree.ts";
import { drawAugmentation, drawParts, drawViews } from "./views.ts";

/** Rows of the contact sheet that the documents show, and the seed of its galaxies. */
const SHOWN = [
  "smooth, in between",
  "edge-on, rounded bulge",
  "bar",
  "2 arms",
  "4 arms",
  "bulge obvious",
  "lens or arc",
  "merger",
  "dust lane",
];
const SEED = 1;

const text = async (drawing: string | Promise<string>) => new TextEncoder().encode(await drawing);

/** What to draw; the same bytes every time. */
export const PICTURES: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "galaxies.jpg": () => contactSheet(SEED, SHOWN),
  "views.jpg": drawViews,
  "parts.jpg": drawParts,
  "augmentation.jpg": drawAugmentation,
  "extradense.svg": () => text(drawNetwork(extradense)),
  "decision_tree.svg": () => text(drawTree()),
  "real-curves.svg": () => text(drawCurves()),
  "real-start.svg": () => text(drawStart()),
  "real-questions.svg": () => text(drawQuestions()),
  "real-calibration.svg": () => text(drawCalibration()),
};
