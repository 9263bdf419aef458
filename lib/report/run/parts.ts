/** The parts of a run's page, each with the files that it is made of: only what changed is made anew. */
import type { RunLook } from "../../runs/look.ts";
import { curveSection } from "../curve_section.ts";
import { filtersOf, filtersSection } from "../filters_section.ts";
import { html, type Markup } from "../html.ts";
import { questionsSection } from "../questions_section.ts";
import { galaxiesSections } from "./galaxies.ts";
import { inputsSection } from "./inputs.ts";
import { figuresOfSnapshot, levelsOf } from "./levels.ts";
import { runSettings } from "./settings.ts";
import { runSummary } from "./summary.ts";
import { weightsSection } from "./weights.ts";

export interface RunPart {
  readonly id: string;
  /** What it is made of. */
  of(look: RunLook): readonly unknown[];
  make(look: RunLook): Markup | undefined | Promise<Markup | undefined>;
}

/** The one under the title first. */
export const RUN_PARTS: readonly RunPart[] = [
  {
    id: "part-summary",
    of: (
      look,
    ) => [look.description.value, look.history.value, look.snapshot.value, ...look.problems],
    make: runSummary,
  },
  {
    id: "part-curve",
    of: (look) => [look.description.value, look.history.value, look.snapshot.value],
    make: (look) =>
      look.entries.length === 0 ? undefined : curveSection(look.entries, levelsOf(look)),
  },
  {
    id: "part-questions",
    of: (look) => [look.snapshot.value],
    make: ({ snapshot: { value } }) => value && questionsSection(figuresOfSnapshot(value)),
  },
  {
    id: "part-galaxies",
    of: (look) => [look.snapshot.value],
    make: ({ snapshot: { value } }) => value && html`${galaxiesSections(value)}`,
  },
  {
    id: "part-inputs",
    of: (look) => [look.snapshot.value],
    make: ({ snapshot: { value } }) => value && inputsSection(value),
  },
  {
    id: "part-filters",
    of: (look) => [look.parameters.value],
    make: ({ parameters: { value } }) => value?.filters && filtersSection(filtersOf(value.filters)),
  },
  {
    id: "part-weights",
    of: (look) => [look.parameters.value],
    make: ({ parameters: { value } }) => value && weightsSection(value),
  },
  {
    id: "part-settings",
    of: (look) => [look.description.value],
    make: runSettings,
  },
];
