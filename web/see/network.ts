/** The network that looks at pictures: built when it is first needed, and anew for other parameters. */
import type { Gpu } from "../../lib/gpu/device.ts";
import { Probe, PROBE_BATCH, type Traces } from "../../lib/inside/probe.ts";
import { Classifier } from "../../lib/library/classifier.ts";
import { LookMeans } from "../../lib/library/look_means.ts";
import type { Prediction } from "../../lib/library/prediction.ts";
import type { Trained } from "../../lib/runs/trained.ts";

/** Looks of a prediction: one, or the mean of sixty. */
export type Looks = 1 | 60;

export class Network {
  readonly gpu: Gpu;
  readonly trained: Trained;
  #probe: Promise<Probe> | undefined;
  #classifier: Promise<Classifier> | undefined;

  constructor(gpu: Gpu, trained: Trained) {
    this.gpu = gpu;
    this.trained = trained;
  }

  /** What it is, for people. */
  get told(): string {
    const { model, parameters } = this.trained;
    const count = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
    return `${model.name}, ${count.toLocaleString("en")} parameters`;
  }

  /** To look into it. @throws UserError when the adapter does not suffice */
  probe(): Promise<Probe> {
    return this.#probe ??= Probe.build(this.gpu, this.trained);
  }

  /** What it expects of a picture. @param traces what the picture has left, upright */
  async predict(pixels: Uint8Array, looks: Looks, traces: Traces): Promise<Prediction> {
    if (looks === 1) {
      const means = new LookMeans();
      means.add(traces.answers);
      return means.prediction();
    }
    // Fifteen looks, each in four orders of its parts, would do. But kernels of the probe's own size
    // are there: browsers take a second one of the same code from the first.
    const options = { transforms: 60, batch: PROBE_BATCH } as const;
    this.#classifier ??= Classifier.build(this.gpu, this.trained, options);
    const [prediction] = await (await this.#classifier).classify(pixels);
    return prediction;
  }

  async close() {
    (await this.#probe?.catch(() => undefined))?.close();
    (await this.#classifier?.catch(() => undefined))?.close();
  }
}
