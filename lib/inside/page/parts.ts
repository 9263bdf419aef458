/** The four views and the sixteen parts, and where these lie in the picture. */
import { PART_SIZE } from "../../galaxy/parts.ts";
import { CHANNELS, IMAGE_FLOATS, NO_AUGMENTATION, VIEW_SIZE } from "../../galaxy/transforms.ts";
import { viewsOf } from "../../library/pixels.ts";
import { html, type Markup } from "../../report/html.ts";
import { planesUri } from "../../report/images.ts";
import type { Findings } from "../look_into.ts";
import { mapsOfPart } from "../maps.ts";
import {
  nameOfPart,
  type PartPlace,
  partPlaces,
  SHOWN,
  SHOWN_FROM,
  squareOf,
  VIEWS,
} from "../places.ts";
import { shownUri } from "./pictures.ts";

const PLACES = partPlaces();

export async function partsFigure(findings: Findings): Promise<Markup> {
  const picture = await shownUri(findings.pixels);
  const views = viewUris(findings.pixels);
  return html`
    <h3>Four views, sixteen parts</h3>
    <p>The middle of the picture is taken at a third of its size, upright and turned by 45°, and each
      of these also mirrored: four views of ${VIEW_SIZE}×${VIEW_SIZE} pixels. Of every view the network
      takes four corners that overlap in the middle, turned so that the galaxy’s centre is at
      the bottom right. Numbers and colours tell which square of the picture a part shows.</p>
    ${[0, 2].map((first) =>
      html`
        <div class="looked">
          <figure class="sky">
            <img src="${picture}" alt="The middle of the picture">
            ${squares(first)}
            <figcaption>The squares that the parts show, ${first === 0
              ? "upright"
              : "turned by 45°"}</figcaption>
          </figure>
          <div>${[first, first + 1].map((view) => viewRow(findings, view, views[view]))}</div>
        </div>
      `
    )}
  `;
}

/** The outlines of the parts of a view that is not mirrored. */
function squares(view: number): Markup {
  const own = PLACES.filter((place) => place.view === view);
  return html`
    <svg viewBox="${SHOWN_FROM} ${SHOWN_FROM} ${SHOWN} ${SHOWN}" role="img"
      aria-label="The four squares in the picture, ${VIEWS[view].toLowerCase()}">${own.map(
        square,
      )}</svg>
  `;
}

function square({ part, outline }: PartPlace): Markup {
  const points = outline.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
  // The number stands inside of the corner that no other part has.
  const [[x, y], , [farX, farY]] = outline;
  const [atX, atY] = [x + 0.11 * (farX - x), y + 0.11 * (farY - y)];
  return html`
    <g class="corner${squareOf(part)}">
      <polygon points="${points}" />
      <text x="${atX.toFixed(1)}" y="${(atY + 6).toFixed(1)}">${squareOf(part) + 1}</text>
    </g>
  `;
}

function viewRow({ layers: [layer], traces }: Findings, view: number, uri: string): Markup {
  return html`
    <h4>${VIEWS[view]}</h4>
    <div class="look">
      <figure><img src="${uri}" alt="View: ${VIEWS[view]}"></figure>
      ${PLACES.filter((place) => place.view === view).map(({ part }) => {
        const { maps } = mapsOfPart(traces.parts[0], layer, part);
        return html`
          <figure
            class="tile corner${squareOf(part)}"><img src="${planesUri(
              joined(maps),
              PART_SIZE,
              PART_SIZE,
            )}" alt="Part: ${nameOfPart(part)}"><b>${squareOf(part) + 1}</b></figure>
        `;
      })}
    </div>
  `;
}

/** The four views as PNG files. */
function viewUris(pixels: Uint8Array): string[] {
  const both = viewsOf(pixels, [NO_AUGMENTATION], undefined);
  const half = IMAGE_FLOATS / 2;
  return [both.subarray(0, half), both.subarray(half)].flatMap((planes) =>
    [planes, mirrored(planes)].map((each) => planesUri(each, VIEW_SIZE, VIEW_SIZE))
  );
}

/** Planes (3, 69, 69) with their columns reversed. */
function mirrored(planes: Float32Array): Float32Array {
  const result = new Float32Array(planes.length);
  for (let row = 0; row < CHANNELS * VIEW_SIZE; row++) {
    const first = row * VIEW_SIZE;
    result.set(planes.slice(first, first + VIEW_SIZE).reverse(), first);
  }
  return result;
}

function joined(planes: readonly Float32Array[]): Float32Array {
  return Float32Array.from(planes.flatMap((plane) => [...plane]));
}
