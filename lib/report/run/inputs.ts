/** What a network is shown while it learns. */
import { VIEW_SIZE } from "../../galaxy/transforms.ts";
import { INPUT_PIXELS, type Snapshot } from "../../runs/snapshot.ts";
import { html, type Markup } from "../html.ts";
import { planesUri } from "../images.ts";

export function inputsSection({ chunk, augmented }: Snapshot): Markup | undefined {
  const pictures = Array.from({ length: augmented.length / INPUT_PIXELS }, (_, at) => {
    const pixels = augmented.subarray(at * INPUT_PIXELS, (at + 1) * INPUT_PIXELS);
    return planesUri(Float32Array.from(pixels, (value) => value / 255), VIEW_SIZE, VIEW_SIZE);
  });
  if (pictures.length === 0) return undefined;
  return html`
    <section aria-labelledby="inputs">
      <h2 id="inputs">What it was shown</h2>
      <p>Inputs of chunk ${chunk}: training galaxies turned, shifted, zoomed, perhaps mirrored, and in
        slightly other colours, all at random, so that no two are ever the same. These are the upright
        views of ${VIEW_SIZE} × ${VIEW_SIZE} pixels.</p>
      <div class="inputs">${pictures.map((source, at) =>
        html`<img src="${source}" alt="Augmented input ${at + 1}">`
      )}</div>
    </section>
  `;
}
