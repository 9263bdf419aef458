/** "See it think": a picture goes through the network, and the sections below show what happens. */
import { messageOf, UserError } from "../../lib/errors.ts";
import { DeviceLostError, type Gpu } from "../../lib/gpu/device.ts";
import { occlude } from "../../lib/inside/occlusion.ts";
import { withoutEachPart } from "../../lib/inside/without_part.ts";
import type { Trained } from "../../lib/runs/trained.ts";
import { breathe, clearProblem, find, onChange, say, sayProblem } from "../dom.ts";
import { holdsParameters, readParameterBytes, shippedParameters } from "../parameter_file.ts";
import type { Seen } from "../framed.ts";
import { showAnswers } from "./answers.ts";
import { startChooser } from "./chooser.ts";
import { showMaps } from "./maps.ts";
import { type Looks, Network } from "./network.ts";
import { showParts } from "./parts.ts";
import { readElsewhere } from "./reader.ts";
import { showCovering, showRegions } from "./regions.ts";
import type { State } from "./state.ts";
import { showTimes } from "./times.ts";
import { showWinners } from "./winners.ts";

export class SeePanel {
  readonly #gpu: Gpu;
  #network: Promise<Network>;
  #picture: Seen | undefined;
  #part = 0;
  /** Counts what was asked for: earlier work ends when something newer is. */
  #asked = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
    this.#network = shippedParameters().then((trained) => new Network(gpu, trained));
    this.#network.catch(() => {}); // told when it is used
    const looks = gpu.software ? 1 : 60;
    find<HTMLInputElement>(`looks${looks}`).checked = true;
    onChange(find("looks"), () => this.#start(() => Promise.resolve()));
    startChooser({
      picture: (make) =>
        this.#start(async () => {
          await breathe();
          this.#picture = await make();
        }),
      file: (file) => this.#start(() => this.#take(file)),
    });
  }

  /** Shows the pictures to another network. */
  use(trained: Trained) {
    this.#start(() => this.#change(trained));
  }

  async #take(file: File) {
    if (!holdsParameters(file.name)) {
      say("doing", `Reading ${file.name} …`);
      this.#picture = await readElsewhere(file);
      return;
    }
    const bytes = new Uint8Array(await file.arrayBuffer());
    await this.#change(await readParameterBytes(bytes, file.name));
  }

  /** What does not fit the adapter is refused before the network at hand is let go. */
  async #change(trained: Trained) {
    say("doing", "Building the network …");
    const next = new Network(this.#gpu, trained);
    await next.probe();
    const before = this.#network;
    this.#network = Promise.resolve(next);
    await before.then((network) => network.close(), () => {});
  }

  /** Does what was asked for, once what is under way has ended, and shows the picture. */
  #start(prepare: () => Promise<void>) {
    const asked = ++this.#asked;
    const isOld = () => asked !== this.#asked;
    find("see").setAttribute("aria-busy", "true");
    this.#work = this.#work.then(async () => {
      try {
        clearProblem();
        await prepare();
        if (!isOld() && this.#picture) await this.#look(this.#picture, isOld);
        say("doing", "");
      } catch (error) {
        say("doing", "");
        if (!(error instanceof UserError)) console.error(error);
        sayProblem(
          messageOf(error),
          error instanceof DeviceLostError ? ["Load the page again to go on."] : [],
        );
      }
      if (!isOld()) find("see").setAttribute("aria-busy", "false");
    });
  }

  async #look(picture: Seen, isOld: () => boolean) {
    const started = performance.now();
    say("doing", "Building the network …");
    const network = await this.#network;
    const probe = await network.probe();
    say("model", network.told);
    say("doing", "Looking …");
    const traces = await probe.look(picture.pixels);
    const looks: Looks = find<HTMLInputElement>("looks60").checked ? 60 : 1;
    const prediction = await network.predict(picture.pixels, looks, traces);
    if (isOld()) return;
    const state: State = { picture, probe, traces, prediction, looks };
    showAnswers(state);
    say("took", `Answered after ${((performance.now() - started) / 1000).toFixed(1)} s`);
    showParts(state, this.#part, (part) => {
      this.#part = part;
      showMaps(state, part);
    });
    showMaps(state, this.#part);
    showWinners(state);
    find("inside").hidden = false;
    say("doing", "Covering one region after the other …");
    showCovering(0);
    await breathe();
    const withoutParts = await withoutEachPart(probe, picture.pixels);
    const hooks = { onProgress: showCovering, stopRequested: isOld };
    const regions = await occlude(probe, picture.pixels, hooks);
    if (!regions || isOld()) return;
    showRegions(state, { answers: traces.answers, regions, withoutParts });
    await showTimes(probe.network);
  }
}
