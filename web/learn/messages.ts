/** What a training tells the page. */
import type { ParameterValues, Trained } from "../../lib/runs/trained.ts";

/** `images` are those that were seen until then, each counted as often as it was. */
export type News =
  | {
    readonly kind: "beginning";
    readonly adapter: string;
    /** That will have been seen at the end. */
    readonly images: number;
    /** The error of always predicting the mean. */
    readonly meanRmse: number;
    /** Some of the galaxies that the network is asked about, and the volunteers' answers. */
    readonly pixels: Uint8Array;
    readonly labels: Float32Array;
  }
  | {
    readonly kind: "learned";
    readonly images: number;
    /** Mean squared error of each minibatch. */
    readonly losses: Float32Array;
    readonly warmUp: boolean;
  }
  | {
    readonly kind: "examined";
    readonly images: number;
    /** On galaxies that the network does not learn from. */
    readonly rmse: number;
    /** For the galaxies of the beginning. */
    readonly answers: Float32Array;
    readonly filters: ParameterValues;
  }
  | { readonly kind: "end"; readonly trained: Trained }
  | { readonly kind: "problem"; readonly message: string };
