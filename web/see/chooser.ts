/** Where pictures come from: dropped, chosen, pasted, or drawn here. */
import { PICTURE_SIZE } from "../../lib/synthetic/canvas.ts";
import { galaxyAt } from "../../lib/synthetic/catalogue.ts";
import { syntheticGalaxy } from "../../lib/library/synthetic.ts";
import { html } from "../../lib/report/html.ts";
import { breathe, find, show } from "../dom.ts";
import { paintPicture } from "../paint.ts";
import { framed, type Seen } from "../framed.ts";

/** A survey, and galaxies of it that are unlike each other. */
const SURVEY = 1;
const SAMPLES = [21, 3, 10, 5, 7, 13];

export interface Chosen {
  picture(make: () => Promise<Seen> | Seen): void;
  file(file: File): void;
}

export function startChooser({ picture, file }: Chosen) {
  const input = find<HTMLInputElement>("file");
  input.addEventListener("change", () => {
    const [chosen] = input.files ?? [];
    if (chosen) file(chosen);
    input.value = ""; // so that the same file may be chosen again
  });
  startDropping(file);
  show(
    find("samples"),
    html`${
      SAMPLES.map((index) =>
        html`<button type="button" class="sample" data-index="${index}"><canvas></canvas>${
          galaxyAt(SURVEY, index).kind
        }</button>`
      )
    }`,
  );
  find("samples").addEventListener("click", ({ target }) => {
    const button = (target as Element).closest<HTMLElement>("[data-index]");
    if (button) picture(() => sample(Number(button.dataset.index)));
  });
  paintSamples();
  picture(() => sample(SAMPLES[0]));
}

/** A drawn galaxy. */
function sample(index: number): Seen {
  const { pixels } = syntheticGalaxy(SURVEY, index);
  const name = `Drawn galaxy: ${galaxyAt(SURVEY, index).kind}`;
  const size = { width: PICTURE_SIZE, height: PICTURE_SIZE };
  return framed({ pixels, ...size, kind: "PNG", notes: [] }, name);
}

async function paintSamples() {
  for (const button of find("samples").querySelectorAll<HTMLElement>("[data-index]")) {
    await breathe();
    const { pixels } = syntheticGalaxy(SURVEY, Number(button.dataset.index));
    const [from, shown] = [PICTURE_SIZE / 4, PICTURE_SIZE / 2];
    paintPicture(button.querySelector("canvas")!, pixels, { side: PICTURE_SIZE, from, shown });
  }
}

/** Anywhere on the page. */
function startDropping(file: (file: File) => void) {
  const zone = find("drop");
  let inside = 0;
  const over = (event: DragEvent, change: number) => {
    event.preventDefault();
    inside += change;
    zone.classList.toggle("over", inside > 0);
  };
  document.addEventListener("dragenter", (event) => over(event, 1));
  document.addEventListener("dragleave", (event) => over(event, -1));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    over(event, -inside);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) file(dropped);
  });
  document.addEventListener("paste", (event) => {
    const [pasted] = event.clipboardData?.files ?? [];
    if (pasted) file(pasted);
  });
}
