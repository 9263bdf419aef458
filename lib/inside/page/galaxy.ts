/** What a network sees in a galaxy whose answers are known. */
import { html, type Markup } from "../../report/html.ts";
import type { Fractions } from "../../report/path.ts";
import { lookInto } from "../look_into.ts";
import type { Probe } from "../probe.ts";
import { answersFigure, insideSection } from "./section.ts";

export interface KnownGalaxy {
  /** (424, 424, 3) bytes */
  readonly pixels: Uint8Array;
  readonly id: number;
  /** The volunteers' 37 fractions. */
  readonly truth: Fractions;
  /** Which one it is, as `one of the test galaxies`. */
  readonly why: string;
}

export async function insideOfGalaxy(
  probe: Probe,
  { pixels, id, truth, why }: KnownGalaxy,
): Promise<Markup> {
  const findings = await lookInto(probe, pixels);
  // Nobody has asked to stop.
  return await insideSection(
    findings!,
    {
      id: "inside",
      heading: "What the network sees",
      lead: html`
        <p>One look at galaxy ${id}, ${why}, upright and as it is: what the network is given, what
          in it decides, and what the layers make of it.</p>
      `,
    },
    answersFigure(findings!, truth),
  );
}
