/** What is known of the picture that is looked at: sections of the page show it. */
import type { Probe, Traces } from "../../lib/inside/probe.ts";
import type { Prediction } from "../../lib/library/prediction.ts";
import type { Seen } from "../framed.ts";
import type { Looks } from "./network.ts";

export interface State {
  readonly picture: Seen;
  readonly probe: Probe;
  readonly traces: Traces;
  readonly prediction: Prediction;
  readonly looks: Looks;
}

/** The 37 shares of all volunteers. */
export function fractionsOf(prediction: Prediction): number[] {
  return prediction.map(({ fraction }) => fraction);
}
