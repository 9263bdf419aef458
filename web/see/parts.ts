/** The sixteen parts where they lie in the picture, and the one that was chosen. */
import { PARTS } from "../../lib/galaxy/parts.ts";
import { IMAGE_SIZE } from "../../lib/galaxy/transforms.ts";
import {
  nameOfPart,
  type PartPlace,
  partPlaces,
  SHOWN,
  SHOWN_FROM,
  VIEWS,
} from "../../lib/inside/places.ts";
import { html } from "../../lib/report/html.ts";
import { find, onChange, show } from "../dom.ts";
import { paintPicture, paintPlanes } from "../paint.ts";
import type { State } from "./state.ts";

const PLACES = partPlaces();

/** @param chosen is called when another part is */
export function showParts(
  { picture, probe, traces }: State,
  part: number,
  chosen: (part: number) => void,
) {
  const place = find("parts");
  show(
    place,
    html`
      <div class="beside">
        <figure class="sky">
          <canvas id="lying" aria-hidden="true"></canvas>
          <svg viewBox="${SHOWN_FROM} ${SHOWN_FROM} ${SHOWN} ${SHOWN}" role="img"
            aria-label="Where the parts lie in the picture" id="outlines"></svg>
        </figure>
        <div role="radiogroup" aria-label="Part" class="views4">${VIEWS.map((view, index) =>
          html`
            <div class="view"><span>${view}</span><div>${PLACES.filter((each) =>
              each.view === index
            )
              .map((each) =>
                html`
                  <label class="tile corner${each.corner}"><input type="radio" name="part"
                    value="${each.part}" aria-label="${nameOfPart(
                      each.part,
                    )}"${each.part === part && html`
                      checked
                    `}><canvas id="part${each.part}"></canvas></label>
                `
              )}</div></div>
          `
        )}</div>
      </div>
    `,
  );
  paintPicture(find<HTMLCanvasElement>("lying"), picture.pixels, {
    side: IMAGE_SIZE,
    from: SHOWN_FROM,
    shown: SHOWN,
  });
  for (let each = 0; each < PARTS; each++) {
    paintPlanes(find<HTMLCanvasElement>(`part${each}`), probe.mapsOf(traces, 0, each).maps);
  }
  outline(part);
  onChange(place.firstElementChild!, ({ value }) => {
    outline(Number(value));
    chosen(Number(value));
  });
}

/** The four parts of one view; the chosen one stands out. */
function outline(part: number) {
  const own = PLACES.filter(({ view }) => view === PLACES[part].view);
  // Drawn last, it is not covered by the others.
  const ordered = [...own.filter((place) => place.part !== part), PLACES[part]];
  show(find("outlines"), html`${ordered.map((place) => polygon(place, place.part === part))}`);
}

function polygon({ outline, corner }: PartPlace, chosen: boolean) {
  const points = outline.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  // The view's corner itself, which is the part's own top left.
  const [x, y] = outline[0];
  return html`
    <polygon class="corner${corner}${chosen && " chosen"}" points="${points}" />${chosen && html`
      <circle class="corner${corner}" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4" />
    `}
  `;
}
