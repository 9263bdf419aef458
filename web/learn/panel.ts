/** "Watch it learn": a worker trains, and the page draws what it tells. */
import { inWords } from "../../lib/classify/words.ts";
import { IMAGE_BYTES } from "../../lib/data/views/warp.ts";
import { ANSWER_COUNT } from "../../lib/galaxy/questions.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import { LookMeans } from "../../lib/library/look_means.ts";
import { flow } from "../../lib/report/flow.ts";
import { html } from "../../lib/report/html.ts";
import type { Trained } from "../../lib/runs/trained.ts";
import { find, say, sayProblem, show } from "../dom.ts";
import { paintMaps, paintPicture } from "../paint.ts";
import { type Curve, curveSvg, type Point } from "./curve.ts";
import type { News } from "./messages.ts";

/** Beside the page: the bundle of worker.ts. */
const WORKER = "learn.js";
/** The training error is drawn as the mean over so many minibatches. */
const MEAN_OF = 24;

/** The middle of a picture, in pixels, that is shown of it. */
const THUMB = 240;

type Of<Kind extends News["kind"]> = Extract<News, { kind: Kind }>;

export class LearnPanel {
  readonly #use: (trained: Trained) => void;
  #worker: Worker | undefined;
  #started = 0;
  #curve: Curve & { training: Point[]; examined: Point[] } | undefined;
  #losses: number[] = [];
  #trained: Trained | undefined;

  /** @param use is called with the network when somebody wants to show it pictures */
  constructor(use: (trained: Trained) => void) {
    this.#use = use;
    find("start").addEventListener("click", () => this.#worker ? this.#stop() : this.#begin());
    find("try").addEventListener("click", () => this.#trained && this.#use(this.#trained));
    addEventListener("resize", () => this.draw());
  }

  #begin() {
    this.#worker = new Worker(new URL(WORKER, document.baseURI), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<News>) => this.#hear(data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#hear({ kind: "problem", message: event.message || `${WORKER} could not be loaded` });
    };
    this.#started = performance.now();
    this.#losses = [];
    this.#curve = undefined;
    find("learn").setAttribute("aria-busy", "true");
    find("try").hidden = true;
    find("start").textContent = "Stop";
    say("progress", "Building the network and drawing the first galaxies …");
  }

  #stop() {
    this.#worker?.terminate();
    this.#worker = undefined;
    find("learn").setAttribute("aria-busy", "false");
    find("start").textContent = "Start again";
  }

  #hear(news: News) {
    if (news.kind === "beginning") this.#beginning(news);
    else if (news.kind === "learned") this.#learned(news);
    else if (news.kind === "examined") this.#examined(news);
    else if (news.kind === "end") this.#end(news);
    else {
      this.#stop();
      sayProblem(news.message);
    }
  }

  #beginning({ images, meanRmse, pixels, labels }: Of<"beginning">) {
    this.#curve = { images, meanRmse, training: [], examined: [] };
    const count = labels.length / ANSWER_COUNT;
    show(
      find("learners"),
      html`${
        Array.from({ length: count }, (_, index) =>
          html`
            <article class="card">
              <header>
                <canvas id="asked${index}"></canvas>
                <div>
                  <p><strong>Volunteers</strong></p>
                  <p class="words">${wordsOf(rowOf(labels, index))}</p>
                  <p><strong>The network</strong></p>
                  <p class="words" id="says${index}"></p>
                </div>
              </header>
              <div id="tree${index}"></div>
            </article>
          `)
      }`,
    );
    for (let index = 0; index < count; index++) {
      const own = pixels.subarray(index * IMAGE_BYTES, (index + 1) * IMAGE_BYTES);
      paintPicture(find<HTMLCanvasElement>(`asked${index}`), own, {
        side: IMAGE_SIZE,
        from: (IMAGE_SIZE - THUMB) / 2,
        shown: THUMB,
      });
    }
    find("learning").hidden = false;
  }

  #learned({ images, losses, warmUp }: Of<"learned">) {
    this.#losses.push(...losses);
    const recent = this.#losses.slice(-MEAN_OF);
    const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
    this.#curve!.training.push([images, Math.sqrt(mean)]);
    const seconds = (performance.now() - this.#started) / 1000;
    say(
      "progress",
      `${images.toLocaleString("en")} of ${this.#curve!.images.toLocaleString("en")} images, ` +
        `${(images / seconds).toFixed(0)} a second${warmUp ? ", warming up" : ""}`,
    );
    this.draw();
  }

  #examined({ images, rmse, answers, filters }: Of<"examined">) {
    this.#curve!.examined.push([images, rmse]);
    for (let index = 0; index < answers.length / ANSWER_COUNT; index++) {
      const own = rowOf(answers, index);
      find(`says${index}`).textContent = wordsOf(own);
      show(find(`tree${index}`), flow(own, { what: "What the network expects" }));
    }
    this.#paintFilters(filters.data, filters.shape);
    this.draw();
  }

  /** Each filter in the colours that it looks for: its red, green and blue weights. */
  #paintFilters(weights: Float32Array, [count, , side]: readonly number[]) {
    const most = Math.max(...weights.map(Math.abs)) || 1;
    const size = side * side;
    const places = Array.from(
      { length: count },
      (_, filter) => Float32Array.from({ length: size }, (_, at) => filter * 3 * size + at),
    );
    paintMaps(find<HTMLCanvasElement>("filters"), places, count, (at) => {
      const band = (k: number) => 127.5 * (1 + weights[at + k * size] / most);
      return [band(0), band(1), band(2)];
    });
  }

  #end({ trained }: Of<"end">) {
    this.#trained = trained;
    this.#stop();
    const [, rmse] = this.#curve!.examined.at(-1)!;
    const share = Math.round(100 * rmse / this.#curve!.meanRmse);
    say(
      "progress",
      `Done after ${Math.round((performance.now() - this.#started) / 1000)} s: an error of ` +
        `${rmse.toFixed(3)}, ${share} % of that of always predicting the mean`,
    );
    find("try").hidden = false;
  }

  /** Draws what there is at the width that the page has. */
  draw() {
    if (!this.#curve) return;
    const place = find("curve");
    show(place, curveSvg(this.#curve, Math.max(280, place.clientWidth)));
  }
}

const rowOf = (all: Float32Array, index: number) =>
  all.subarray(index * ANSWER_COUNT, (index + 1) * ANSWER_COUNT);

function wordsOf(fractions: Float32Array): string {
  const means = new LookMeans();
  means.add(fractions);
  const words = inWords(means.prediction());
  return words.charAt(0).toUpperCase() + words.slice(1);
}
